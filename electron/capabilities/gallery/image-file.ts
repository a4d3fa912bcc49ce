import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isDecodableSize, readHeader } from './png.ts';

export const MAX_IMAGE_BYTES = 64 * 1024 * 1024;
/** The panel's record follows the header; prompts at their limits take less than this. */
export const HEAD_BYTES = 64 * 1024;

export interface OtherFormat {
  readonly name: string;
  readonly extension: string;
}

/** The format of an image that is no PNG, by its first bytes; null for anything else. Nothing is decoded. */
export function otherFormatOf(data: Buffer): OtherFormat | null {
  const start = data.toString('latin1', 0, 12);
  if (start.startsWith('\xff\xd8\xff')) return { name: 'a JPEG', extension: 'jpg' };
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return { name: 'a WebP', extension: 'webp' };
  if (start.startsWith('GIF8')) return { name: 'a GIF', extension: 'gif' };
  return start.slice(4).startsWith('ftypavif') ? { name: 'an AVIF', extension: 'avif' } : null;
}

/** Why a file of the gallery is left out, in words. */
export class NotAnImageError extends Error {}

/** The whole PNG, for drawing. Throws the file system's errors and {@link NotAnImageError}. */
export function readImageFile(file: string): Promise<Buffer> {
  return withImage(file, async (handle, size) => {
    const data = Buffer.alloc(size);
    const read = await fill(handle, data);
    const header = readHeader(data.subarray(0, read));
    if (header === null) throw new NotAnImageError('not a PNG');
    if (!isDecodableSize(header)) throw new NotAnImageError(`too many pixels: ${header.width} × ${header.height}`);
    return data.subarray(0, read);
  });
}

/** The first 64 KiB of a PNG, in `buffer`. Throws as {@link readImageFile} does. */
export function readImageHead(file: string, buffer: Buffer): Promise<Buffer> {
  return withImage(file, async (handle) => {
    const head = buffer.subarray(0, await fill(handle, buffer));
    if (readHeader(head) === null) throw new NotAnImageError('not a PNG');
    return head;
  });
}

const withImage = <T>(file: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> =>
  withRegularFile(file, MAX_IMAGE_BYTES, use);

/** The text of a regular file of at most `maxBytes`. Throws as {@link readImageFile} does. */
export function readRegularText(file: string, maxBytes: number): Promise<string> {
  return withRegularFile(file, maxBytes, (handle) => handle.readFile('utf8'));
}

async function withRegularFile<T>(file: string, maxBytes: number, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  // Without O_NONBLOCK a FIFO would block a thread until another process writes to it.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await handle.stat();
    if (status.isDirectory()) throw new NotAnImageError('a folder');
    if (!status.isFile()) throw new NotAnImageError('not a regular file');
    if (status.size > maxBytes) throw new NotAnImageError(`larger than ${maxBytes / 1_048_576} MiB`);
    return await use(handle, status.size);
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, buffer: Buffer): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Why a file cannot be used, in two or three words. */
export function describeFileError(cause: unknown): string {
  if (cause instanceof NotAnImageError) return cause.message;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'broken link',
    ELOOP: 'circular link',
    EACCES: 'no permission to read',
    EPERM: 'no permission to read',
    EIO: 'disk read error',
    ENXIO: 'not a regular file',
    EISDIR: 'a folder',
  };
  return known[code] ?? (code === '' ? String(cause) : code);
}

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  createWriteStream,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type PanelException, panelError } from '../../../shared/errors.ts';

/** Suffix of a file that is still being written; what a killed process left under it may be deleted. */
export const UNFINISHED = '.new';

/**
 * Writes beside the file and renames into place: a reader finds the old bytes or the new ones, whole. Mode 0600.
 * Throws the file system's error; the old file is then untouched and nothing is left beside it.
 */
export function writeFileAtomic(file: string, data: string | Uint8Array): void {
  const bytes = asBytes(data);
  const target = behindLink(file);
  const beside = target + UNFINISHED;
  try {
    rmSync(beside, { force: true });
    const descriptor = openSync(beside, 'wx', 0o600);
    try {
      // write(2) may take only a part; writeFileSync continues until all bytes are written or an error occurs.
      writeFileSync(descriptor, bytes);
      fsyncSync(descriptor);
      requireSize(fstatSync(descriptor).size, bytes.length, beside);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, target);
  } catch (cause) {
    discard(beside);
    throw cause;
  }
  syncFolder(target);
}

/** As {@link writeFileAtomic}, without holding up the process: for images. */
export async function writeFileAtomicAsync(file: string, data: string | Uint8Array): Promise<void> {
  const bytes = asBytes(data);
  const target = await realpath(file).catch(() => file);
  const beside = target + UNFINISHED;
  try {
    await rm(beside, { force: true });
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
      requireSize((await handle.stat()).size, bytes.length, beside);
    } finally {
      await handle.close();
    }
    await rename(beside, target);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw cause;
  }
}

/**
 * Writes text where the operator chose to save it, piece by piece. An existing file is replaced only when all of it was
 * written. Throws what `text` throws and the file system's errors.
 */
export async function exportFileAtomic(
  file: string,
  text: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  await replace(file, async (beside) => {
    const sink = createWriteStream(beside, { flags: 'wx', flush: true });
    await pipeline(text, sink);
    return sink.bytesWritten;
  });
}

/** Copies a file to where the operator chose to save it; an existing one is replaced only by the whole copy. */
export async function copyFileAtomic(from: string, file: string): Promise<void> {
  await replace(file, async (beside) => {
    await copyFile(from, beside);
    return (await stat(from)).size;
  });
}

/**
 * Adds one line, after a missing last newline; a file that is not there is made for its owner only. A line that cannot be
 * written whole is taken back. Throws the file system's error.
 */
export async function appendLine(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    try {
      await handle.writeFile(size > 0 && last[0] !== 0x0a ? `\n${line}` : line);
      await handle.sync();
    } catch (cause) {
      await handle.truncate(size).catch(() => {});
      throw cause;
    }
  } finally {
    await handle.close();
  }
}

/** The text of a file without its byte-order mark; UTF-16 is read too, since some editors save it. Throws the file system's error. */
export function readText(file: string): string {
  const bytes = readNow(file);
  const isUtf16 = bytes.length % 2 === 0 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
  if (isUtf16 && bytes[0] === 0xfe) bytes.swap16();
  const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** The bytes of a file. A named pipe is refused: reading one blocks the process until another process writes to it. */
function readNow(file: string): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (fstatSync(descriptor).isFIFO()) throw namedPipeError(file);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const namedPipeError = (file: string): PanelException =>
  panelError({
    code: 'file-in-the-way',
    layer: 'laptop',
    message: `${file} is a named pipe, not a file.`,
    hint: 'Move it away, then restart Ada Panel.',
    retryable: true,
  });

/** Under a unique name: in a folder of the operator, FILE.new may be another program's file. */
async function replace(file: string, write: (beside: string) => Promise<number>): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const beside = `${target}.${randomBytes(4).toString('hex')}${UNFINISHED}`;
  try {
    const written = await write(beside);
    requireSize((await stat(beside)).size, written, beside);
    await rename(beside, target);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw cause;
  }
}

const asBytes = (data: string | Uint8Array): Uint8Array => (typeof data === 'string' ? Buffer.from(data, 'utf8') : data);

/** The file itself where `file` is a link to it: renaming onto the link would put a copy in its place. */
function behindLink(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** A network disk may report success and keep less. */
function requireSize(found: number, wanted: number, file: string): void {
  if (found === wanted) return;
  throw Object.assign(new Error(`EIO: ${file} holds ${found} of ${wanted} bytes`), { code: 'EIO', syscall: 'write', path: file });
}

function discard(beside: string): void {
  try {
    rmSync(beside, { force: true });
  } catch {
    // The write's own error is the one to report.
  }
}

/** Makes the rename last through a power cut, where the system can do that to a folder. */
function syncFolder(file: string): void {
  try {
    const descriptor = openSync(dirname(file), 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows cannot open a folder; the file itself is whole either way.
  }
}

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../foundation/log/log.ts';

/** About 5,000 thumbnails. */
export const MAX_THUMBNAIL_BYTES = 256 * 1024 * 1024;
/** So many are written before the folder is looked through again. */
const CHECK_EVERY = 500;
/** What is left after a cleaning, so that the next one is not due at once. */
const LEFT_SHARE = 0.8;
/** Files whose size is read before other work has its turn. */
const AT_ONCE = 32;

/** Deletes the oldest thumbnails when all of them take too much room: each can be made again from its image. */
export interface ThumbnailCache {
  /** Call after each write. Resolves when the folder is small enough; never rejects. */
  noteWritten(): Promise<void>;
}

export function createThumbnailCache(o: { readonly folder: string; readonly maxBytes?: number; readonly log: Logger }): ThumbnailCache {
  const maxBytes = o.maxBytes ?? MAX_THUMBNAIL_BYTES;
  let writtenCount = 0;
  let cleaning: Promise<void> | null = null;

  const clean = async (): Promise<void> => {
    const names = (await readdir(o.folder)).filter((name) => name.endsWith('.png'));
    const files: { readonly file: string; readonly bytes: number; readonly atMs: number }[] = [];
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const slice = names.slice(from, from + AT_ONCE).map(async (name) => {
        const file = join(o.folder, name);
        const status = await stat(file).catch(() => null);
        if (status !== null) files.push({ file, bytes: status.size, atMs: status.mtimeMs });
      });
      await Promise.all(slice);
    }
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes <= maxBytes) return;
    const before = bytes;
    for (const file of files.sort((a, b) => a.atMs - b.atMs)) {
      if (bytes <= maxBytes * LEFT_SHARE) break;
      await rm(file.file, { force: true }).catch(() => undefined);
      bytes -= file.bytes;
    }
    o.log.info('gallery.thumbnails-cleaned', { bytesBefore: before, bytes });
  };
  return {
    noteWritten: async () => {
      // Also after the first one: the folder may have grown over many starts.
      const isDue = writtenCount % CHECK_EVERY === 0;
      writtenCount += 1;
      if (!isDue || cleaning !== null) return;
      cleaning = clean().catch((cause: unknown) => o.log.warn('gallery.thumbnails-not-cleaned', { cause: String(cause) }));
      await cleaning;
      cleaning = null;
    },
  };
}

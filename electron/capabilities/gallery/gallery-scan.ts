import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GalleryImage, ImageId } from '../../../shared/capabilities/gallery/contract.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { UNFINISHED } from '../../foundation/files/atomic-file.ts';
import { describeFileError, HEAD_BYTES, NotAnImageError, readImageHead } from './image-file.ts';
import { readRecord } from './image-record.ts';

const READ_AT_ONCE = 4;
const REPORT_INTERVAL_MS = 250;

/** The ids of the images in the folder by their names alone, newest first. Throws the file system's error; no folder is an empty one. */
export async function listImages(folder: string): Promise<readonly ImageId[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  const ids: ImageId[] = [];
  for (const name of names) {
    // Half an image of a panel that ended while it wrote; a folder of that name is left alone.
    if (name.endsWith(`.png${UNFINISHED}`) && isOwn(name.slice(0, -`.png${UNFINISHED}`.length)))
      await rm(join(folder, name), { force: true }).catch(() => undefined);
    const { success, data } = ImageId.safeParse(name.endsWith('.png') ? name.slice(0, -4) : '');
    if (success) ids.push(data);
  }
  return ids.sort().reverse();
}

/** By its name: what others put into the folder is not touched. */
const isOwn = (pictureId: string): boolean => ImageId.safeParse(pictureId).success;

export interface SkippedFile {
  readonly name: string;
  /** Two or three words. */
  readonly reason: string;
}

/**
 * Reads the records of images that no index knows, in the order given. `onRead` gets the records read since its last call. One
 * file that cannot be read is skipped and takes no other with it; never rejects.
 */
export async function readRecords(o: {
  readonly folder: string;
  readonly imageIds: readonly ImageId[];
  readonly onRead: (images: readonly GalleryImage[], skipped: readonly SkippedFile[], readCount: number) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  let images: GalleryImage[] = [];
  let skipped: SkippedFile[] = [];
  let next = 0;
  let readCount = 0;
  let reportedAt = monotonicMs();
  const report = (): void => {
    reportedAt = monotonicMs();
    o.onRead(images, skipped, readCount);
    images = [];
    skipped = [];
  };
  const worker = async (): Promise<void> => {
    const buffer = Buffer.alloc(HEAD_BYTES);
    for (;;) {
      const pictureId = o.imageIds[next++];
      if (pictureId === undefined || o.signal.aborted) return;
      const name = `${pictureId}.png`;
      try {
        const record = readRecord(await readImageHead(join(o.folder, name), buffer));
        if (record === null) throw new NotAnImageError('no parameters of this panel in it');
        // The name of the file counts: the record may have been copied with the image.
        images.push({ ...record, pictureId });
      } catch (cause) {
        skipped.push({ name, reason: describeFileError(cause) });
      }
      readCount += 1;
      if (monotonicMs() - reportedAt > REPORT_INTERVAL_MS) report();
    }
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, worker));
  report();
}

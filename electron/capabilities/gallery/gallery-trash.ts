import { mkdir, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageId } from '../../../shared/capabilities/gallery/contract.ts';
import type { Logger } from '../../foundation/log/log.ts';

export const TRASH_RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;

/** Deleted images: a folder beside the images from which they can be restored for 30 days. */
export interface GalleryTrash {
  /** Permanently deletes images that were moved to the trash more than 30 days ago, and counts the rest. Never rejects. */
  open(): Promise<void>;
  /** Moves an image here. Throws the file system's error, ENOENT when there is no such image. */
  put(pictureId: ImageId): Promise<void>;
  /** Moves an image back. Throws the file system's error. */
  restore(pictureId: ImageId): Promise<void>;
  /** Permanently deletes the whole trash. Throws the file system's error; files deleted by then stay deleted. */
  empty(): Promise<void>;
  size(): { readonly count: number; readonly bytes: number };
}

export function createTrash(o: { readonly folder: string; readonly now: () => number; readonly log: Logger }): GalleryTrash {
  const trash = join(o.folder, 'trash');
  const sizes = new Map<ImageId, number>();
  const imageFile = (pictureId: ImageId): string => join(o.folder, `${pictureId}.png`);
  const trashFile = (pictureId: ImageId): string => join(trash, `${pictureId}.png`);

  const openOne = async (pictureId: ImageId): Promise<void> => {
    try {
      const { mtimeMs, size } = await stat(trashFile(pictureId));
      if (o.now() - mtimeMs > TRASH_RETENTION_DAYS * DAY_MS) await unlink(trashFile(pictureId));
      else sizes.set(pictureId, size);
    } catch (cause) {
      o.log.warn('gallery.trash-entry', { pictureId, cause: String(cause) });
    }
  };
  return {
    open: async () => {
      for (const name of await readdir(trash).catch(() => [])) {
        const { success, data } = ImageId.safeParse(name.endsWith('.png') ? name.slice(0, -4) : '');
        if (success) await openOne(data);
      }
    },
    put: async (pictureId) => {
      await mkdir(trash, { recursive: true });
      const { size } = await stat(imageFile(pictureId));
      await rename(imageFile(pictureId), trashFile(pictureId));
      sizes.set(pictureId, size);
      // The time of the file is the time of its deletion.
      const deletedAt = new Date(o.now());
      await utimes(trashFile(pictureId), deletedAt, deletedAt).catch((cause: unknown) =>
        o.log.warn('gallery.trash-time', { cause: String(cause) }),
      );
    },
    restore: async (pictureId) => {
      await rename(trashFile(pictureId), imageFile(pictureId));
      sizes.delete(pictureId);
    },
    empty: async () => {
      for (const pictureId of [...sizes.keys()]) {
        await rm(trashFile(pictureId), { force: true });
        sizes.delete(pictureId);
      }
    },
    size: () => ({ count: sizes.size, bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) }),
  };
}

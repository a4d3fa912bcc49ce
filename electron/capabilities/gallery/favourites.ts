import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ImageId } from '../../../shared/capabilities/gallery/contract.ts';
import { writeFileAtomicAsync } from '../../foundation/files/atomic-file.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { notWrittenError } from './errors.ts';
import { readRegularText } from './image-file.ts';

const MAX_FILE_BYTES = 4 * 1024 * 1024;
const ID = /\b\d{8}-\d{6}-[0-9a-f]{8}\b/g;

/** The images marked as favourites: a file beside the index, since the index is rebuilt from the images. */
export interface Favourites {
  /** Reads the file. Never rejects: no file is no favourite, and one that cannot be read is read again before it is written. */
  open(): Promise<void>;
  all(): ReadonlySet<ImageId>;
  /** Resolves once it is saved. Throws gallery-not-written; the mark is then as it was. */
  set(pictureIds: readonly ImageId[], isFavourite: boolean): Promise<void>;
}

export function createFavourites(o: { readonly file: string; readonly log: Logger; readonly onChange: () => void }): Favourites {
  let favourites: ReadonlySet<ImageId> = new Set();
  let isRead = false;
  let writing: Promise<void> = Promise.resolve();

  /** Throws the file system's error, and then nothing may be written over the file. */
  const read = async (): Promise<void> => {
    const text = await readRegularText(o.file, MAX_FILE_BYTES).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return '';
      o.log.warn('gallery.favourites-not-read', { cause: String(cause) });
      throw cause;
    });
    // By its ids: a file that was cut or edited by hand keeps the marks that are in it.
    favourites = new Set([...text.matchAll(ID)].map(([id]) => id));
    isRead = true;
    if (favourites.size > 0) o.onChange();
  };
  const write = async (next: ReadonlySet<ImageId>): Promise<void> => {
    try {
      await mkdir(dirname(o.file), { recursive: true });
      await writeFileAtomicAsync(o.file, `${JSON.stringify([...next], null, 1)}\n`);
    } catch (cause) {
      o.log.error('gallery.favourites-not-written', { cause: String(cause) });
      throw notWrittenError(cause);
    }
    favourites = next;
    o.onChange();
  };
  return {
    open: () => read().catch(() => undefined),
    all: () => favourites,
    set: (pictureIds, isFavourite) => {
      // One after the other: each starts from the marks that the write before it saved.
      const saved = writing
        .catch(() => undefined)
        .then(async () => {
          if (!isRead)
            await read().catch((cause: unknown) => {
              throw notWrittenError(cause);
            });
          const next = new Set(favourites);
          for (const pictureId of pictureIds) {
            if (isFavourite) next.add(pictureId);
            else next.delete(pictureId);
          }
          await write(next);
        });
      writing = saved.catch(() => undefined);
      return saved;
    },
  };
}

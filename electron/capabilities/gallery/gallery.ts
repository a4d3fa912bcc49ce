import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type GalleryImage,
  type GalleryPage,
  ImageId,
  type SkippedFiles,
  type UnsavedImage,
} from '../../../shared/capabilities/gallery/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { PanelException, toPanelError } from '../../../shared/errors.ts';
import { writeFileAtomicAsync } from '../../foundation/files/atomic-file.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { notReadError, notWrittenError, unsavedError } from './errors.ts';
import { createFavourites } from './favourites.ts';
import { readIndex } from './gallery-index.ts';
import type { Gallery } from './gallery-room.ts';
import { listImages, readRecords } from './gallery-scan.ts';
import { createTrash } from './gallery-trash.ts';
import { HEAD_BYTES, readImageFile, readImageHead } from './image-file.ts';
import { newImageId, readRecord, withRecord } from './image-record.ts';
import { createIndexWriter } from './index-writer.ts';
import { createKnownImages } from './known-images.ts';
import { requireShowable } from './other-images.ts';
import { createThumbnails } from './thumbnails.ts';
import { createUnsavedImages } from './unsaved-images.ts';

export type { Gallery } from './gallery-room.ts';

const MAX_EXAMPLES = 8;

export function openGallery(o: { readonly folder: string; readonly log: Logger; readonly now?: () => number }): Gallery {
  const { folder, log } = o;
  const indexFile = join(folder, 'index.json');
  const changes = createEmitter<number>();
  const unsavedChanges = createEmitter<readonly UnsavedImage[]>();
  const deleted = new Set<ImageId>();
  const stopped = new AbortController();
  let opening: Promise<void> | null = null;
  let indexing: GalleryPage['indexing'] = null;
  let skipped: SkippedFiles = { count: 0, examples: [] };

  const favouriteChanges = createEmitter<ImageId[]>();
  const favourites = createFavourites({
    file: join(folder, 'favourites.json'),
    log,
    onChange: () => {
      known.invalidate();
      favouriteChanges.emit([...favourites.all()]);
    },
  });
  const known = createKnownImages(favourites.all);
  const fileName = (pictureId: ImageId): string => join(folder, `${pictureId}.png`);
  const trash = createTrash({ folder, now: o.now ?? Date.now, log });
  const unsaved = createUnsavedImages(() => {
    unsavedChanges.emit(unsaved.list());
  });
  const readOrNull = (pictureId: string): Promise<Buffer | null> => {
    const inMemory = unsaved.dataOf(pictureId);
    return inMemory === null ? readImageFile(join(folder, `${pictureId}.png`)).catch(() => null) : Promise.resolve(inMemory);
  };
  const thumbnails = createThumbnails({ folder: join(folder, 'thumbnails'), read: readOrNull, log });

  const report = (): void => changes.emit(known.size);
  const indexWriter = createIndexWriter({ file: indexFile, images: known.all, log });
  const changed = (): void => {
    indexWriter.saveSoon();
    report();
  };

  /** Lists the folder and reads the index; the records of images that are not in it are read in the background. */
  const open = async (): Promise<void> => {
    const [ids, index] = await Promise.all([listImages(folder), readIndex(indexFile), trash.open(), favourites.open()]);
    const there = new Set(ids);
    // Images added in the meantime are newer than the list.
    known.merge((index ?? []).filter(({ pictureId }) => there.has(pictureId)));
    const missing = ids.filter((pictureId) => !known.has(pictureId) && !deleted.has(pictureId));
    if (missing.length === 0) {
      if (index !== null && index.length !== known.size) indexWriter.saveSoon();
      return;
    }
    log.info('gallery.reading', { images: missing.length, isIndexLost: index === null });
    indexing = { readCount: 0, total: missing.length };
    void readRecords({
      folder,
      imageIds: missing,
      signal: stopped.signal,
      onRead: (images, notRead, readCount) => {
        for (const image of images) if (!deleted.has(image.pictureId)) known.set(image);
        for (const { name, reason } of notRead) log.warn('gallery.skipped', { name, reason });
        skipped = {
          count: skipped.count + notRead.length,
          examples: [...skipped.examples, ...notRead.map(({ name, reason }) => `${name}: ${reason}`)].slice(0, MAX_EXAMPLES),
        };
        indexing = readCount >= missing.length ? null : { readCount, total: missing.length };
        changed();
      },
    });
  };
  const ready = (): Promise<void> => {
    opening ??= open().catch((cause: unknown) => {
      opening = null;
      throw notReadError(cause);
    });
    return opening;
  };

  /** Does something with each image, one change at the end; one that fails takes no other with it. Resolves with those done. */
  const oneByOne = async (
    pictureIds: readonly ImageId[],
    act: (pictureId: ImageId) => Promise<{ readonly isDone: boolean; readonly isChanged: boolean }>,
  ): Promise<ImageId[]> => {
    await ready();
    const done: ImageId[] = [];
    const causes: unknown[] = [];
    let isAnyChanged = false;
    for (const pictureId of pictureIds) {
      try {
        const { isDone, isChanged } = await act(pictureId);
        isAnyChanged ||= isChanged;
        if (isDone) done.push(pictureId);
      } catch (cause) {
        causes.push(cause);
      }
    }
    if (isAnyChanged) changed();
    if (causes.length > 0) {
      log.error('gallery.not-moved', { done: done.length, of: pictureIds.length, cause: String(causes[0]) });
      if (done.length === 0) throw notWrittenError(causes[0]);
    }
    return done;
  };

  const write = async (image: GalleryImage, data: Buffer): Promise<void> => {
    try {
      await mkdir(folder, { recursive: true });
      await writeFileAtomicAsync(fileName(image.pictureId), data);
    } catch (cause) {
      const error = notWrittenError(cause);
      log.error('gallery.not-written', { cause: String(cause) });
      unsaved.add(image, data, error.panelError);
      throw error;
    }
    unsaved.remove(image.pictureId);
    known.set(image);
    changed();
  };
  const retryUnsaved = async (): Promise<void> => {
    for (const { image } of [...unsaved.list()].reverse()) {
      const data = unsaved.dataOf(image.pictureId);
      if (data !== null) await write(image, data);
    }
  };

  return {
    add: async (png, about) => {
      const size = await requireShowable(png, { folder, log, createdAt: about.createdAt });
      const image: GalleryImage = { ...about, pictureId: ImageId.parse(newImageId(about.createdAt)), ...size, bytes: png.length };
      const isWritten = await write(image, withRecord(png, image)).then(
        () => true,
        () => false,
      );
      if (isWritten && unsaved.list().length > 0) void retryUnsaved().catch(() => undefined);
      return image;
    },
    find: async (query, offset, limit) => {
      await ready();
      return { ...known.find(query, offset, limit), indexing, skipped, trash: trash.size() };
    },
    ids: async (query, offset, limit) => {
      await ready();
      return known.ids(query, offset, limit);
    },
    images: async (pictureIds) => {
      await ready();
      return pictureIds.flatMap((pictureId) => known.get(pictureId) ?? []);
    },
    newest: (limit) => known.all().slice(0, limit),
    remove: (pictureIds) =>
      oneByOne(pictureIds, async (pictureId) => {
        const isDone = await trash.put(pictureId).then(
          () => true,
          (cause: NodeJS.ErrnoException) => {
            // Its file is gone already: there is nothing that could be restored.
            if (cause.code === 'ENOENT') return false;
            throw cause;
          },
        );
        deleted.add(pictureId);
        await thumbnails.remove(pictureId);
        return { isDone, isChanged: known.delete(pictureId) };
      }),
    restore: (pictureIds) =>
      oneByOne(pictureIds, async (pictureId) => {
        await trash.restore(pictureId);
        const record = readRecord(await readImageHead(fileName(pictureId), Buffer.alloc(HEAD_BYTES)));
        if (record !== null) known.set({ ...record, pictureId });
        deleted.delete(pictureId);
        return { isDone: true, isChanged: true };
      }),
    emptyTrash: async () => {
      await trash.empty().catch((cause: unknown) => {
        throw notWrittenError(cause);
      });
      report();
    },
    favourites: async () => {
      await ready();
      return [...favourites.all()];
    },
    setFavourite: async (pictureIds, isFavourite) => {
      // Marks that were not read yet would be lost by the write.
      await ready();
      await favourites.set(pictureIds, isFavourite);
    },
    isDeleted: (pictureId) => deleted.has(pictureId),
    fileOf: (pictureId) => {
      const { success, data } = ImageId.safeParse(pictureId);
      return success ? fileName(data) : null;
    },
    filesOf: async (pictureIds) => {
      const files: string[] = [];
      for (const file of pictureIds.map(fileName)) {
        const isFile = await lstat(file)
          .then((status) => status.isFile())
          .catch(() => false);
        if (isFile) files.push(file);
      }
      return files;
    },
    image: readOrNull,
    thumbnail: thumbnails.get,
    unsaved: unsaved.list,
    requireRoom: () => {
      if (unsaved.isFull()) throw new PanelException(unsavedError);
    },
    retryUnsaved,
    unsavedData: unsaved.dataOf,
    noteSavedTo: unsaved.noteSavedTo,
    discardUnsaved: unsaved.remove,
    onChange: changes.on,
    onFavourites: favouriteChanges.on,
    onUnsaved: unsavedChanges.on,
    flush: async () => {
      stopped.abort();
      await retryUnsaved().catch((cause: unknown) => log.error('gallery.unsaved-lost', { cause: toPanelError(cause).detail }));
      await Promise.all([indexWriter.saveNow(), thumbnails.settled()]);
    },
  };
}

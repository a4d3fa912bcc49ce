import { mkdir } from 'node:fs/promises';
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
import { notReadError, notTakenError, notWrittenError, otherFormatError, tooLargeError, unreadableError, unsavedError } from './errors.ts';
import { readIndex } from './gallery-index.ts';
import { listImages, readRecords } from './gallery-scan.ts';
import { createTrash } from './gallery-trash.ts';
import { HEAD_BYTES, MAX_IMAGE_BYTES, otherFormatOf, readImageFile, readImageHead } from './image-file.ts';
import { matchesWords, type NewImage, newImageId, readRecord, withRecord } from './image-record.ts';
import { createIndexWriter } from './index-writer.ts';
import { saveOtherImage } from './other-images.ts';
import { isDecodableSize, pngSize } from './png.ts';
import { createThumbnails } from './thumbnails.ts';
import { createUnsavedImages } from './unsaved-images.ts';

const MAX_EXAMPLES = 8;

/** The images that were made, as PNG files with their parameters in them, and an index that is rebuilt from the files when it is lost. */
export interface Gallery {
  /** Saves an image; one that cannot be written is in {@link unsaved}. Throws image-unreadable, image-too-large. */
  add(png: Buffer, about: NewImage): Promise<GalleryImage>;
  /** Newest first; the images read so far, while the folder is being read. Throws gallery-not-read. */
  find(search: string, offset: number, limit: number): Promise<GalleryPage>;
  /** Moves an image to the trash. Throws gallery-not-written. */
  remove(pictureId: ImageId): Promise<void>;
  /** Takes an image back from the trash. Throws gallery-not-written. */
  restore(pictureId: ImageId): Promise<void>;
  emptyTrash(): Promise<void>;
  /** Whether it was deleted since the start of the panel. */
  isDeleted(pictureId: ImageId): boolean;
  /** The file of an image; null when there is none of that name. */
  fileOf(pictureId: string): string | null;
  /** The PNG of an image, saved or not; null when it cannot be read or must not be decoded. Never rejects. */
  image(pictureId: string): Promise<Buffer | null>;
  thumbnail(pictureId: string): Promise<Buffer | null>;
  unsaved(): readonly UnsavedImage[];
  /** Throws images-unsaved when memory can hold no more of them. */
  requireRoom(): void;
  /** Retries to write the unsaved images. Throws gallery-not-written. */
  retryUnsaved(): Promise<void>;
  /** The bytes of an image that is not saved; null for any other. */
  unsavedData(pictureId: string): Buffer | null;
  noteSavedTo(pictureId: ImageId, file: string): void;
  discardUnsaved(pictureId: ImageId): void;
  onChange(listener: (total: number) => void): () => void;
  onUnsaved(listener: (images: readonly UnsavedImage[]) => void): () => void;
  /** Writes the index now, as far as the folder was read. Never rejects. */
  flush(): Promise<void>;
}

export function openGallery(o: { readonly folder: string; readonly log: Logger; readonly now?: () => number }): Gallery {
  const { folder, log } = o;
  const indexFile = join(folder, 'index.json');
  const changes = createEmitter<number>();
  const unsavedChanges = createEmitter<readonly UnsavedImage[]>();
  const deleted = new Set<ImageId>();
  const stopped = new AbortController();
  let known = new Map<ImageId, GalleryImage>();
  let sorted: readonly GalleryImage[] | null = null;
  let opening: Promise<void> | null = null;
  let indexing: GalleryPage['indexing'] = null;
  let skipped: SkippedFiles = { count: 0, examples: [] };

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

  const all = (): readonly GalleryImage[] => {
    sorted ??= [...known.values()].sort((a, b) => b.createdAt - a.createdAt || (a.pictureId < b.pictureId ? 1 : -1));
    return sorted;
  };
  const report = (): void => {
    sorted = null;
    changes.emit(known.size);
  };
  const indexWriter = createIndexWriter({ file: indexFile, images: all, log });
  const changed = (): void => {
    indexWriter.saveSoon();
    report();
  };

  /** Lists the folder and reads the index; the records of images that are not in it are read in the background. */
  const open = async (): Promise<void> => {
    const [ids, index] = await Promise.all([listImages(folder), readIndex(indexFile), trash.open()]);
    const there = new Set(ids);
    const merged = new Map<ImageId, GalleryImage>();
    for (const image of index ?? []) if (there.has(image.pictureId)) merged.set(image.pictureId, image);
    // Images added in the meantime are newer than the list.
    for (const [pictureId, image] of known) merged.set(pictureId, image);
    known = merged;
    sorted = null;
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
        for (const image of images) if (!deleted.has(image.pictureId)) known.set(image.pictureId, image);
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
    known.set(image.pictureId, image);
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
      if (png.length > MAX_IMAGE_BYTES) throw tooLargeError(`${Math.ceil(png.length / 1_048_576)} MiB`);
      const size = pngSize(png);
      if (size === null) {
        const other = otherFormatOf(png);
        if (other === null) throw unreadableError(png);
        throw notTakenError(
          otherFormatError(other.name),
          await saveOtherImage({ folder, log, createdAt: about.createdAt, extension: other.extension }, png),
        );
      }
      if (!isDecodableSize(size)) {
        const error = tooLargeError(`${size.width} × ${size.height} pixels`);
        throw notTakenError(error, await saveOtherImage({ folder, log, createdAt: about.createdAt, extension: 'png' }, png));
      }
      const image: GalleryImage = { ...about, pictureId: ImageId.parse(newImageId(about.createdAt)), ...size, bytes: png.length };
      const isWritten = await write(image, withRecord(png, image)).then(
        () => true,
        () => false,
      );
      if (isWritten && unsaved.list().length > 0) void retryUnsaved().catch(() => undefined);
      return image;
    },
    find: async (search, offset, limit) => {
      await ready();
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const found = words.length === 0 ? all() : all().filter((image) => matchesWords(image, words));
      return { total: found.length, images: found.slice(offset, offset + limit), indexing, skipped, trash: trash.size() };
    },
    remove: async (pictureId) => {
      await ready();
      await trash.put(pictureId).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw notWrittenError(cause);
      });
      deleted.add(pictureId);
      await thumbnails.remove(pictureId);
      if (known.delete(pictureId)) changed();
    },
    restore: async (pictureId) => {
      await ready();
      try {
        await trash.restore(pictureId);
        const record = readRecord(await readImageHead(fileName(pictureId), Buffer.alloc(HEAD_BYTES)));
        if (record !== null) known.set(pictureId, { ...record, pictureId });
      } catch (cause) {
        throw notWrittenError(cause);
      }
      deleted.delete(pictureId);
      changed();
    },
    emptyTrash: async () => {
      await trash.empty().catch((cause: unknown) => {
        throw notWrittenError(cause);
      });
      report();
    },
    isDeleted: (pictureId) => deleted.has(pictureId),
    fileOf: (pictureId) => {
      const { success, data } = ImageId.safeParse(pictureId);
      return success ? fileName(data) : null;
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
    onUnsaved: unsavedChanges.on,
    flush: async () => {
      stopped.abort();
      await retryUnsaved().catch((cause: unknown) => log.error('gallery.unsaved-lost', { cause: toPanelError(cause).detail }));
      await Promise.all([indexWriter.saveNow(), thumbnails.settled()]);
    },
  };
}

import type { GalleryImage, GalleryPage, GalleryQuery, ImageId, UnsavedImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { NewImage } from './image-record.ts';

/** The images that were made, as PNG files with their parameters in them, and an index that is rebuilt from the files when it is lost. */
export interface Gallery {
  /** Saves an image; one that cannot be written is in {@link unsaved}. Throws image-unreadable, image-too-large. */
  add(png: Buffer, about: NewImage): Promise<GalleryImage>;
  /** The images read so far, while the folder is being read. Throws gallery-not-read. */
  find(query: Partial<GalleryQuery>, offset: number, limit: number): Promise<GalleryPage>;
  /** The ids of the same. Throws gallery-not-read. */
  ids(query: Partial<GalleryQuery>, offset: number, limit: number): Promise<ImageId[]>;
  /** Those that are known, in the order of the ids. Throws gallery-not-read. */
  images(pictureIds: readonly ImageId[]): Promise<GalleryImage[]>;
  /** The newest of the images that are known by now, without reading the folder for them. */
  newest(limit: number): readonly GalleryImage[];
  /**
   * Moves images to the trash and returns those that were moved; one whose file is gone only leaves the list. Throws
   * gallery-not-written when none was moved and one could not be.
   */
  remove(pictureIds: readonly ImageId[]): Promise<ImageId[]>;
  /** Takes images back from the trash and returns them. Throws gallery-not-written when none could be. */
  restore(pictureIds: readonly ImageId[]): Promise<ImageId[]>;
  emptyTrash(): Promise<void>;
  /** The ids of the favourites, in the order in which they were marked. Throws gallery-not-read. */
  favourites(): Promise<ImageId[]>;
  /** Throws gallery-not-written. */
  setFavourite(pictureIds: readonly ImageId[], isFavourite: boolean): Promise<void>;
  /** Whether it was deleted since the start of the panel. */
  isDeleted(pictureId: ImageId): boolean;
  /** The file of an image; null when there is none of that name. */
  fileOf(pictureId: string): string | null;
  /** The files of the images that are regular files in the folder of the gallery, for another program. Never rejects. */
  filesOf(pictureIds: readonly ImageId[]): Promise<readonly string[]>;
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
  onFavourites(listener: (favourites: ImageId[]) => void): () => void;
  onUnsaved(listener: (images: readonly UnsavedImage[]) => void): () => void;
  /** Writes the index now, as far as the folder was read. Never rejects. */
  flush(): Promise<void>;
}

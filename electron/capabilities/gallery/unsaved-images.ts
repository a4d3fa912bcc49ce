import type { GalleryImage, UnsavedImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { PanelError } from '../../../shared/errors.ts';

/** Memory set aside for images that could not be written; no run starts while it is used up. */
export const MAX_UNSAVED_BYTES = 256 * 1024 * 1024;

interface Entry {
  readonly unsaved: UnsavedImage;
  readonly data: Buffer;
}

/** Images that were made but could not be written, with their bytes, until they are saved or discarded. */
export interface UnsavedImages {
  list(): readonly UnsavedImage[];
  dataOf(pictureId: string): Buffer | null;
  isFull(): boolean;
  add(image: GalleryImage, data: Buffer, error: PanelError): void;
  /** Notes that its bytes were saved to a file that the operator chose. */
  noteSavedTo(pictureId: string, file: string): void;
  remove(pictureId: string): void;
}

export function createUnsavedImages(onChange: () => void): UnsavedImages {
  const entries = new Map<string, Entry>();
  return {
    list: () => [...entries.values()].map(({ unsaved }) => unsaved).reverse(),
    dataOf: (pictureId) => entries.get(pictureId)?.data ?? null,
    isFull: () => [...entries.values()].reduce((sum, { data }) => sum + data.length, 0) >= MAX_UNSAVED_BYTES,
    add: (image, data, error) => {
      const savedTo = entries.get(image.pictureId)?.unsaved.savedTo ?? null;
      entries.set(image.pictureId, { unsaved: { image, error, savedTo }, data });
      onChange();
    },
    noteSavedTo: (pictureId, file) => {
      const entry = entries.get(pictureId);
      if (entry === undefined) return;
      entries.set(pictureId, { ...entry, unsaved: { ...entry.unsaved, savedTo: file } });
      onChange();
    },
    remove: (pictureId) => {
      if (entries.delete(pictureId)) onChange();
    },
  };
}

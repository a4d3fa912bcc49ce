import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { writeFileAtomicAsync } from '../../foundation/files/atomic-file.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { indexText } from './gallery-index.ts';

const SAVE_AFTER_MS = 2_000;

/** Writes the index of the gallery, many changes at once. */
export interface IndexWriter {
  saveSoon(): void;
  /** Writes the changes since the last write. Never rejects. */
  saveNow(): Promise<void>;
}

export function createIndexWriter(o: {
  readonly file: string;
  readonly images: () => readonly GalleryImage[];
  readonly log: Logger;
}): IndexWriter {
  let timer: NodeJS.Timeout | null = null;
  let saving: Promise<void> = Promise.resolve();
  const save = async (): Promise<void> => {
    try {
      await writeFileAtomicAsync(o.file, await indexText(o.images()));
    } catch (cause) {
      o.log.error('gallery.index-not-written', { cause: String(cause) });
    }
  };
  const saveNow = (): Promise<void> => {
    if (timer === null) return saving;
    clearTimeout(timer);
    timer = null;
    saving = saving.then(save);
    return saving;
  };
  return {
    saveNow,
    saveSoon: () => {
      timer ??= setTimeout(() => void saveNow(), SAVE_AFTER_MS);
      timer.unref?.();
    },
  };
}

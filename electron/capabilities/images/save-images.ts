import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageRun } from '../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import type { Gallery } from '../gallery/gallery.ts';
import type { NewImage } from '../gallery/image-record.ts';

/**
 * Saves every image of a run separately: an invalid image becomes a note and does not affect the others. Throws the first refusal
 * when none could be taken.
 */
export async function saveImages(
  gallery: Pick<Gallery, 'add'>,
  buffers: readonly Buffer[],
  about: (index: number) => NewImage,
): Promise<{ readonly images: GalleryImage[]; readonly notes: string[] }> {
  const images: GalleryImage[] = [];
  const notes: string[] = [];
  let refusal: unknown = null;
  for (const [index, data] of buffers.entries()) {
    try {
      images.push(await gallery.add(data, about(index)));
    } catch (thrown) {
      refusal ??= thrown;
      const { message, facts } = toPanelError(thrown);
      const savedAs = facts?.['savedAs'];
      notes.push(
        savedAs === undefined
          ? `Image ${index + 1} of ${buffers.length} was discarded. ${message}`
          : `Image ${index + 1} of ${buffers.length} is not in the gallery. ${message} It was saved as ${savedAs}.`,
      );
    }
  }
  if (images.length === 0 && refusal !== null) throw refusal;
  return { images, notes };
}

/** The run without images that were deleted since: they can no longer be opened, saved or compared. */
export function withoutDeleted(run: ImageRun, gallery: Pick<Gallery, 'isDeleted'>): ImageRun {
  if (run.phase.kind !== 'done') return run;
  const images = run.phase.images.filter(({ pictureId }) => !gallery.isDeleted(pictureId));
  return images.length === run.phase.images.length ? run : { ...run, phase: { ...run.phase, images } };
}

import type { Picture } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageRun } from '../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import type { Gallery } from '../gallery/gallery.ts';
import type { NewPicture } from '../gallery/image-record.ts';

/**
 * Saves every image of a run by itself: one that is no image takes no other with it and becomes a note. Throws the first refusal
 * when none could be taken.
 */
export async function saveImages(
  gallery: Pick<Gallery, 'add'>,
  images: readonly Buffer[],
  about: (index: number) => NewPicture,
): Promise<{ readonly pictures: Picture[]; readonly notes: string[] }> {
  const pictures: Picture[] = [];
  const notes: string[] = [];
  let refusal: unknown = null;
  for (const [index, data] of images.entries()) {
    try {
      pictures.push(await gallery.add(data, about(index)));
    } catch (thrown) {
      refusal ??= thrown;
      const { message, facts } = toPanelError(thrown);
      const keptAs = facts?.['keptAs'];
      notes.push(
        keptAs === undefined
          ? `Image ${index + 1} of ${images.length} was discarded. ${message}`
          : `Image ${index + 1} of ${images.length} is not in the gallery. ${message} It was saved as ${keptAs}.`,
      );
    }
  }
  if (pictures.length === 0 && refusal !== null) throw refusal;
  return { pictures, notes };
}

/** The run without images that were deleted since: they can no longer be opened, saved or compared. */
export function withoutDeleted(run: ImageRun, gallery: Pick<Gallery, 'isDeleted'>): ImageRun {
  if (run.phase.kind !== 'done') return run;
  const pictures = run.phase.pictures.filter(({ pictureId }) => !gallery.isDeleted(pictureId));
  return pictures.length === run.phase.pictures.length ? run : { ...run, phase: { ...run.phase, pictures } };
}

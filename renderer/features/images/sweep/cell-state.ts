import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import type { ImageRun } from '../../../../shared/capabilities/images/contract.ts';
import { SWEEP_TEXT } from './text.ts';

/** The image of a cell; null while there is none. */
export const imageOf = (run: ImageRun | null): GalleryImage | null => (run?.phase.kind === 'done' ? (run.phase.images[0] ?? null) : null);

/** Why a cell has no image. */
export function whyEmpty(run: ImageRun | null): string {
  if (run === null) return SWEEP_TEXT.removed;
  switch (run.phase.kind) {
    case 'done':
      return SWEEP_TEXT.deleted;
    case 'failed':
      return SWEEP_TEXT.failed;
    case 'cancelled':
      return SWEEP_TEXT.cancelled;
    default:
      return SWEEP_TEXT.waiting;
  }
}

import type { Picture } from '../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../bridge.ts';
import { say } from '../../stores/notices.ts';

/** Saves an image where the operator chooses; nothing happens when the dialog is cancelled. */
export async function saveImageAs({ pictureId }: Picture): Promise<void> {
  const { savedTo } = await bridge.gallery.saveAs({ pictureId });
  if (savedTo !== null) say('good', `Saved to ${savedTo}`);
}

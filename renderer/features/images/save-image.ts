import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../bridge.ts';
import { addNotice } from '../../stores/notices.ts';
import { describeSavedTo } from './text.ts';

/** Saves an image to the path chosen in the system's dialog; does nothing when that is cancelled. */
export async function saveImageAs({ pictureId }: GalleryImage): Promise<void> {
  const { savedTo } = await bridge.gallery.saveAs({ pictureId });
  if (savedTo !== null) addNotice('good', describeSavedTo(savedTo));
}

import type { GalleryImage, ImageId } from '../../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../../bridge.ts';
import { copyText } from '../../../stores/copy-text.ts';
import { forgetDeleted, noteDeleted } from '../../../stores/images.ts';
import { addNotice } from '../../../stores/notices.ts';
import { offerUndo } from '../../../stores/undo.ts';
import { applyParameters } from '../form/apply-parameters.ts';
import { imageUrl } from '../image-urls.ts';
import { parametersAsText } from './parameters-text.ts';
import { describeRestored, describeTrashed, GALLERY_TEXT } from './text.ts';

/** What `gallery.images` takes at once. */
const IMAGES_PER_CALL = 100;

/** Copies the pixels, which other programs paste as an image. */
export async function copyImage(image: GalleryImage): Promise<void> {
  const blob = await (await fetch(imageUrl(image))).blob();
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  addNotice('good', GALLERY_TEXT.imageCopied);
}

export async function copyFile({ pictureId }: GalleryImage): Promise<void> {
  await bridge.gallery.copyFile({ pictureId });
  addNotice('good', GALLERY_TEXT.fileCopied);
}

export function copyParameters(image: GalleryImage): void {
  copyText(parametersAsText(image), GALLERY_TEXT.parametersCopied);
}

/** Moves images to the trash and offers to bring them back; resolves with those that left the gallery. */
export async function moveToTrash(pictureIds: readonly ImageId[]): Promise<readonly ImageId[]> {
  const moved = await bridge.gallery.remove({ pictureIds: [...pictureIds] });
  if (moved.length === 0) addNotice('info', GALLERY_TEXT.trashedNoFile);
  else offerRestore(moved, describeTrashed(moved.length, pictureIds.length));
  const isMoved = new Set(moved);
  const gone = [...moved, ...(await notListed(pictureIds.filter((pictureId) => !isMoved.has(pictureId))))];
  for (const pictureId of gone) noteDeleted(pictureId);
  return gone;
}

async function notListed(pictureIds: readonly ImageId[]): Promise<readonly ImageId[]> {
  const listed = new Set<ImageId>();
  for (let at = 0; at < pictureIds.length; at += IMAGES_PER_CALL) {
    const images = await bridge.gallery.images({ pictureIds: pictureIds.slice(at, at + IMAGES_PER_CALL) });
    for (const { pictureId } of images) listed.add(pictureId);
  }
  return pictureIds.filter((pictureId) => !listed.has(pictureId));
}

function offerRestore(moved: readonly ImageId[], message: string): void {
  let restored: readonly ImageId[] = moved;
  offerUndo({
    kind: 'image',
    message,
    undone: () => describeRestored(restored.length),
    undo: async () => {
      restored = await bridge.gallery.restore({ pictureIds: [...moved] });
      forgetDeleted(restored);
    },
  });
}

/** Puts the image's parameters into the form, with undo. */
export function applyParametersOf(image: GalleryImage): void {
  applyParameters({ ...image.parameters, model: image.modelUsed ?? image.parameters.model });
}

/** Continues a drag inside the window as a drag of the files, which other programs take. */
export function dragFiles(pictureIds: readonly ImageId[]): Promise<void> {
  return bridge.gallery.startDrag({ pictureIds: [...pictureIds] });
}

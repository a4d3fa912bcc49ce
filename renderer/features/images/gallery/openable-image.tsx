import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { useUnsaved } from '../../../stores/images.ts';
import { attempt } from '../../../stores/notices.ts';
import { setPage } from '../../../stores/view.ts';
import { opensContextMenu } from '../../../ui/context-menu.ts';
import { DecodedImage } from '../decoded-image.tsx';
import { imageUrl } from '../image-urls.ts';
import { describeOpen } from '../text.ts';
import { useIsFavourite } from './favourites.ts';
import { dragFiles, moveToTrash } from './image-actions.ts';
import { imageMenu } from './image-menu.ts';
import { viewFrom } from './viewed.ts';

export interface OpenableImageProps {
  readonly image: GalleryImage;
  readonly onAgain: (o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: () => void;
}

/** The image of a run: opens in the viewer, has the menu of an image, and can be dragged out of the window. */
export function OpenableImage({ image, onAgain, onCompare }: OpenableImageProps) {
  const { pictureId } = image;
  const isFavourite = useIsFavourite(pictureId);
  const isUnsaved = useUnsaved().some((unsaved) => unsaved.image.pictureId === pictureId);
  const open = (): void => {
    viewFrom(null);
    // The page opens a target that differs from the last one: a copy is another target.
    setPage('playground', { image: { ...image } });
  };
  return (
    <button
      type="button"
      className="play-open"
      title={describeOpen(image.parameters.prompt)}
      draggable={!isUnsaved}
      onClick={open}
      onDragStart={(event) => {
        event.preventDefault();
        attempt(() => dragFiles([pictureId]));
      }}
      {...opensContextMenu(image.parameters.prompt, () =>
        imageMenu(image, {
          ...{ isFavourite, isUnsaved, onAgain, onCompare, onOpen: open },
          onTrash: () => attempt(() => moveToTrash([pictureId])),
        }),
      )}
    >
      <DecodedImage key={pictureId} src={imageUrl(image)} alt={image.parameters.prompt} className="play-image" />
    </button>
  );
}

import { IconCheck, IconStar, IconStarFilled } from '@tabler/icons-react';
import { type DragEvent, type MouseEvent, memo, useState } from 'react';
import type { GalleryImage, ImageId } from '../../../../shared/capabilities/gallery/contract.ts';
import type { MenuEntry } from '../../../ui/context-menu.ts';
import { opensContextMenu } from '../../../ui/context-menu.ts';
import { thumbnailUrl } from '../image-urls.ts';
import { describeOpen, describeThumbnail, TEXT } from '../text.ts';
import { toggleFavourites } from './favourites.ts';
import { describeSelect, describeStar, GALLERY_TEXT } from './text.ts';

/** What a tile does; the object stays the same while the grid is mounted, so that tiles are drawn again only when they change. */
export interface TileActions {
  readonly onOpen: (image: GalleryImage, index: number) => void;
  /** A click with a modifier, or on the checkbox. */
  readonly onSelect: (pictureId: ImageId, index: number, isRange: boolean) => void;
  readonly onFocus: (index: number) => void;
  readonly onDrag: (pictureId: ImageId) => void;
  readonly menuOf: (image: GalleryImage, index: number) => readonly MenuEntry[];
}

export interface GalleryTileProps {
  readonly image: GalleryImage;
  /** Its position in the whole query. */
  readonly index: number;
  readonly isSelected: boolean;
  readonly isFavourite: boolean;
  /** The tile that the Tab key reaches. */
  readonly isActive: boolean;
  /** Waits for a second image to compare. */
  readonly isPicked: boolean;
  /** Something is selected: checkboxes are drawn on all tiles. */
  readonly isSelecting: boolean;
  readonly actions: TileActions;
}

/** One image of the grid: opens on click, selects with Ctrl, Shift or its checkbox, and can be dragged out of the window. */
export const GalleryTile = memo(function GalleryTile(props: GalleryTileProps) {
  const { image, index, isSelected, isFavourite, isActive, isPicked, isSelecting, actions } = props;
  const { pictureId, parameters, width, height } = image;
  const [isMissing, setMissing] = useState(false);
  const { prompt } = parameters;
  const click = (event: MouseEvent): void => {
    if (event.shiftKey || event.ctrlKey || event.metaKey) actions.onSelect(pictureId, index, event.shiftKey);
    else actions.onOpen(image, index);
  };
  const drag = (event: DragEvent): void => {
    // The system's drag of the file takes the place of the page's own.
    event.preventDefault();
    actions.onDrag(pictureId);
  };
  return (
    <li
      className="gallery-tile"
      data-selected={isSelected || undefined}
      data-selecting={isSelecting || undefined}
      {...opensContextMenu(prompt, () => actions.menuOf(image, index))}
    >
      <button
        type="button"
        className="play-thumb"
        dir="auto"
        data-index={index}
        data-picked={isPicked || undefined}
        tabIndex={isActive ? 0 : -1}
        draggable={!isMissing}
        title={describeThumbnail({ prompt, width, height, seed: parameters.seed, isMissing })}
        aria-label={describeOpen(prompt)}
        onClick={click}
        onFocus={() => actions.onFocus(index)}
        onDragStart={drag}
      >
        {isMissing ? (
          <span className="play-missing">{TEXT.fileMissing}</span>
        ) : (
          <img src={thumbnailUrl(image)} alt="" decoding="async" draggable={false} onError={() => setMissing(true)} />
        )}
      </button>
      {/* By keyboard: Space and F on the image. */}
      <button
        type="button"
        className="gallery-check"
        tabIndex={-1}
        aria-pressed={isSelected}
        aria-label={describeSelect(prompt)}
        onClick={(event) => actions.onSelect(pictureId, index, event.shiftKey)}
      >
        {isSelected ? <IconCheck size={14} stroke={3} aria-hidden /> : null}
      </button>
      <button
        type="button"
        className="gallery-star"
        tabIndex={-1}
        aria-pressed={isFavourite}
        aria-label={describeStar(prompt)}
        title={isFavourite ? GALLERY_TEXT.removeFavourite : GALLERY_TEXT.addFavourite}
        onClick={() => toggleFavourites([pictureId])}
      >
        {isFavourite ? <IconStarFilled size={14} aria-hidden /> : <IconStar size={14} aria-hidden />}
      </button>
    </li>
  );
}, isSame);

/** A saved image never changes, so the same id is the same image. */
function isSame(before: GalleryTileProps, next: GalleryTileProps): boolean {
  return (
    before.image.pictureId === next.image.pictureId &&
    before.index === next.index &&
    before.isSelected === next.isSelected &&
    before.isFavourite === next.isFavourite &&
    before.isActive === next.isActive &&
    before.isPicked === next.isPicked &&
    before.isSelecting === next.isSelecting &&
    before.actions === next.actions
  );
}

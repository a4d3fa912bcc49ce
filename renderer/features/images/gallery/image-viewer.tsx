import { ActionIcon, Button, Modal, Tooltip } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconDots,
  IconForms,
  IconInfoCircle,
  IconMinus,
  IconPlus,
  IconStar,
  IconStarFilled,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { useUnsaved } from '../../../stores/images.ts';
import { attempt } from '../../../stores/notices.ts';
import { createPageState } from '../../../stores/page-state.ts';
import { undoLast, useUndoable } from '../../../stores/undo.ts';
import { opensContextMenu, useContextMenu } from '../../../ui/context-menu.ts';
import { IconAct } from '../../../ui/icon-act.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { imageUrl } from '../image-urls.ts';
import { describeZoom } from '../text.ts';
import { actualSize, FIT, type Size, type Stage, scaleOf, type View, zoomedIn, zoomedOut } from '../zoom.ts';
import { toggleFavourites, useIsFavourite } from './favourites.ts';
import { applyParametersOf, copyImage, dragFiles, moveToTrash } from './image-actions.ts';
import { ImageDetails } from './image-details.tsx';
import { imageMenu } from './image-menu.ts';
import { describePlace, GALLERY_TEXT } from './text.ts';
import { useViewerList } from './use-viewer-list.ts';
import { noteClosed } from './viewed.ts';
import { viewerKey } from './viewer-keys.ts';
import { ViewerStage } from './viewer-stage.tsx';

const useDetailsOpen = createPageState(true);

export interface ImageViewerProps {
  readonly image: GalleryImage;
  readonly onClose: () => void;
  readonly onAgain: (image: GalleryImage, o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: (image: GalleryImage) => void;
}

/** One image over the whole window, with its details; the arrow keys go through the gallery. */
export function ImageViewer({ image: first, onClose, onAgain, onCompare }: ImageViewerProps) {
  const list = useViewerList(first, onClose);
  const { image, previous, next, place, go, goTo } = list;
  const [view, setView] = useState<View>(FIT);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [isDetailed, setDetailed] = useDetailsOpen();
  const isFavourite = useIsFavourite(image.pictureId);
  const isUnsaved = useUnsaved().some((unsaved) => unsaved.image.pictureId === image.pictureId);
  const isMenuOpen = useContextMenu() !== null;
  useReturnFocus();
  usePreloaded([next, previous]);
  const { pictureId } = image;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is shown whole
  useEffect(() => setView(FIT), [pictureId]);
  const stage: Stage = { image, stage: size, pixelRatio: window.devicePixelRatio };
  const change = useCallback(
    (with_: (view: View, on: Stage) => View) =>
      setView((before) => with_(before, { image, stage: size, pixelRatio: window.devicePixelRatio })),
    [image, size],
  );
  const close = (): void => {
    onClose();
    if (place !== null) noteClosed(place.query, place.index);
  };
  const trash = (): void => {
    if (!isUnsaved) attempt(() => moveToTrash([pictureId]));
  };
  const use = (): void => {
    applyParametersOf(image);
    onClose();
  };
  const menu = () =>
    imageMenu(image, {
      ...{ isFavourite, isUnsaved, onTrash: trash, onUsed: onClose },
      onAgain: (o) => onAgain(image, o),
      onCompare: () => onCompare(image),
    });
  const onKeyDown = viewerKey({
    ...{ view, stage, onView: change, go },
    goFirst: () => goTo(0),
    goLast: () => goTo((place?.total ?? 1) - 1),
    toggleDetails: () => setDetailed(!isDetailed),
    toggleFavourite: () => (isUnsaved ? undefined : toggleFavourites([pictureId])),
    trash,
    compare: () => onCompare(image),
    use,
    copy: () => attempt(() => copyImage(image)),
  });
  useWindowKeys(onKeyDown);
  return (
    <Modal.Root opened onClose={close} fullScreen closeOnEscape={!isMenuOpen} transitionProps={{ duration: 0 }}>
      <Modal.Content aria-label={GALLERY_TEXT.viewer} className="viewer">
        <div className="viewer-bar" role="toolbar" aria-label={GALLERY_TEXT.viewerBar}>
          <IconAct size="md" label={GALLERY_TEXT.previous} icon={IconChevronLeft} isOff={previous === null} onClick={() => go(-1)} />
          <IconAct size="md" label={GALLERY_TEXT.next} icon={IconChevronRight} isOff={next === null} onClick={() => go(1)} />
          <span className="viewer-place">{place === null ? '' : describePlace(place.index, place.total)}</span>
          <span className="viewer-gap" />
          <IconAct size="md" label={GALLERY_TEXT.zoomOut} icon={IconMinus} onClick={() => change(zoomedOut)} />
          <span className="viewer-zoom ada-number">{describeZoom(scaleOf(view, stage))}</span>
          <IconAct size="md" label={GALLERY_TEXT.zoomIn} icon={IconPlus} onClick={() => change(zoomedIn)} />
          <Button
            size="compact-sm"
            variant="default"
            title={GALLERY_TEXT.fit}
            aria-pressed={view.scale === null}
            onClick={() => setView(FIT)}
          >
            {GALLERY_TEXT.fitShort}
          </Button>
          <Button size="compact-sm" variant="default" title={GALLERY_TEXT.actualSize} onClick={() => change(actualSize)}>
            {GALLERY_TEXT.actualShort}
          </Button>
          <span className="viewer-gap" />
          <Button className="viewer-use" size="compact-sm" leftSection={<IconForms size={15} aria-hidden />} onClick={use}>
            {GALLERY_TEXT.useParameters}
          </Button>
          <IconAct
            size="md"
            label={isFavourite ? GALLERY_TEXT.removeFavourite : GALLERY_TEXT.addFavourite}
            icon={isFavourite ? IconStarFilled : IconStar}
            isOff={isUnsaved}
            onClick={() => toggleFavourites([pictureId])}
          />
          <IconAct size="md" label={GALLERY_TEXT.trash} icon={IconTrash} isOff={isUnsaved} onClick={trash} />
          <MenuButton menu={menu} />
          <IconAct
            size="md"
            label={GALLERY_TEXT.details}
            icon={IconInfoCircle}
            isPressed={isDetailed}
            onClick={() => setDetailed(!isDetailed)}
          />
          <IconAct size="md" label={GALLERY_TEXT.close} icon={IconX} onClick={close} />
        </div>
        <div className="viewer-body">
          <section
            className="viewer-focus"
            aria-label={GALLERY_TEXT.stage}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the viewer work from its image
            tabIndex={0}
            data-autofocus
            {...opensContextMenu(GALLERY_TEXT.viewer, menu)}
          >
            <ViewerStage
              image={image}
              view={view}
              stage={stage}
              onView={change}
              onSize={setSize}
              onDragOut={() => (isUnsaved ? undefined : attempt(() => dragFiles([pictureId])))}
            />
          </section>
          {isDetailed ? <ImageDetails image={image} /> : null}
        </div>
        <TrashUndo />
      </Modal.Content>
    </Modal.Root>
  );
}

/** The undo of a removal, which lies under the viewer otherwise. */
function TrashUndo() {
  const undoable = useUndoable();
  if (undoable?.kind !== 'image') return null;
  return (
    <div className="viewer-undo" role="status">
      {undoable.message}
      <Button size="compact-sm" variant="light" onClick={undoLast}>
        {GALLERY_TEXT.undo}
      </Button>
    </div>
  );
}

function useWindowKeys(onKeyDown: (event: KeyboardEvent) => void): void {
  const current = useRef(onKeyDown);
  current.current = onKeyDown;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => current.current(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

/** Holds the neighbours decoded, so that the next key shows them at once. */
function usePreloaded(images: readonly (GalleryImage | null)[]): void {
  const ids = images.map((image) => image?.pictureId ?? '').join(' ');
  useEffect(() => {
    const held = ids.split(' ').flatMap((pictureId) => {
      if (pictureId === '') return [];
      const element = new Image();
      element.src = imageUrl({ pictureId });
      element.decode().catch(() => undefined);
      return [element];
    });
    return () => {
      held.length = 0;
    };
  }, [ids]);
}

/** The context menu by a button: for a touchpad, and to be found. */
function MenuButton({ menu }: { readonly menu: () => ReturnType<typeof imageMenu> }) {
  const { onContextMenu } = opensContextMenu(GALLERY_TEXT.moreActions, menu);
  return (
    <Tooltip label={GALLERY_TEXT.moreActions}>
      <ActionIcon
        variant="default"
        size={28}
        aria-label={GALLERY_TEXT.moreActions}
        aria-haspopup="menu"
        onClick={onContextMenu}
        onContextMenu={onContextMenu}
      >
        <IconDots size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

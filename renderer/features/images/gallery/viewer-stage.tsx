import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { imageUrl } from '../image-urls.ts';
import { actualSize, drawnSize, FIT, isPannable, panned, type Size, type Stage, type View, wheelFactor, zoomed } from '../zoom.ts';
import { GALLERY_TEXT } from './text.ts';

export interface ViewerStageProps {
  readonly image: GalleryImage;
  readonly view: View;
  readonly onView: (change: (view: View, on: Stage) => View) => void;
  readonly onDragOut: () => void;
  readonly onSize: (stage: Size) => void;
  readonly stage: Stage;
}

/** Decodes an image before it is shown, so that the one before stays until then. */
function useDecoded(image: GalleryImage): { readonly shown: GalleryImage; readonly isBroken: boolean } {
  const [state, setState] = useState({ shown: image, isBroken: false });
  useEffect(() => {
    let isWanted = true;
    const element = new Image();
    element.src = imageUrl(image);
    const show = (isBroken: boolean) => () => {
      if (isWanted) setState({ shown: image, isBroken });
    };
    element.decode().then(show(false), show(true));
    return () => {
      isWanted = false;
    };
  }, [image]);
  return state;
}

/** The image itself: the wheel zooms at the pointer, a drag moves what is too large, or takes the file out of the window. */
export function ViewerStage({ image, view, onView, onDragOut, onSize, stage }: ViewerStageProps) {
  const element = useRef<HTMLDivElement>(null);
  const { shown, isBroken } = useDecoded(image);
  const [isPanning, setPanning] = useState(false);
  const last = useRef({ x: 0, y: 0 });
  const canPan = isPannable(view, stage);

  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = (): void => onSize({ width: box.clientWidth, height: box.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [onSize]);

  const fromMiddle = useCallback((event: { readonly clientX: number; readonly clientY: number }) => {
    const box = element.current?.getBoundingClientRect();
    return box === undefined
      ? { x: 0, y: 0 }
      : { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
  }, []);
  useEffect(() => {
    const box = element.current;
    if (box === null) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const at = fromMiddle(event);
      onView((before, on) => zoomed(before, wheelFactor(event.deltaY, event.deltaMode), on, at));
    };
    // React's own listener is passive and could not keep the page from scrolling.
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, [onView, fromMiddle]);

  const onPointerDown = (event: ReactPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || event.altKey || !canPan) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    last.current = { x: event.clientX, y: event.clientY };
    setPanning(true);
  };
  const onPointerMove = (event: ReactPointerEvent): void => {
    if (!isPanning) return;
    const [dx, dy] = [event.clientX - last.current.x, event.clientY - last.current.y];
    last.current = { x: event.clientX, y: event.clientY };
    onView((before, on) => panned(before, dx, dy, on));
  };
  const { width, height } = drawnSize(view, stage);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: everything here has keys and buttons in the viewer around it
    <div
      ref={element}
      className="viewer-stage"
      data-pannable={canPan || undefined}
      data-panning={isPanning || undefined}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => setPanning(false)}
      onPointerCancel={() => setPanning(false)}
      onDoubleClick={(event) => {
        const at = fromMiddle(event);
        onView((before, on) => (before.scale === null ? actualSize(before, on, at) : FIT));
      }}
    >
      {isBroken ? (
        <p className="ada-quiet">{GALLERY_TEXT.notReadable}</p>
      ) : (
        <img
          className="viewer-image"
          src={imageUrl(shown)}
          alt={shown.parameters.prompt}
          title={canPan ? undefined : GALLERY_TEXT.dragHint}
          // A large image is moved by a drag; with Alt it is taken out all the same.
          draggable
          onDragStart={(event) => {
            event.preventDefault();
            if (!canPan || event.altKey) onDragOut();
          }}
          style={{ width, height, transform: `translate(${view.x}px, ${view.y}px)` }}
        />
      )}
    </div>
  );
}

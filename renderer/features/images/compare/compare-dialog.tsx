import './compare.css';
import { Button, Group, Modal } from '@mantine/core';
import { IconMaximize, IconPlus, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useDeleted } from '../../../stores/images.ts';
import { IconAct } from '../../../ui/icon-act.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { describeZoom } from '../text.ts';
import { actualSize, FIT, panned, type Size, type Stage, scaleOf, type View, wheelFactor, zoomed, zoomedIn, zoomedOut } from '../zoom.ts';
import { CompareCell } from './compare-cell.tsx';
import { addToComparison, closeComparison, MAX_COMPARED, removeFromComparison, useComparison } from './compare-store.ts';
import { differencesOf } from './differences.ts';
import { columnsFor } from './layout.ts';
import { COMPARE_TEXT, describeComparison } from './text.ts';

/** CSS pixels an arrow key moves the images by. */
const PAN_PX = 60;
const NO_CELL: Size = { width: 1, height: 1 };

/** Images side by side, with one zoom and one place for all of them. */
export function CompareDialog() {
  const isOpen = useComparison(({ state }) => state === 'open');
  return isOpen ? <Comparison /> : null;
}

const stageOf = (image: Size, stage: Size): Stage => ({ image, stage, pixelRatio: window.devicePixelRatio });

function Comparison() {
  const images = useComparison((comparison) => comparison.images);
  const deleted = useDeleted();
  // The dialog mounts its content after the first effects.
  const [grid, setGrid] = useState<HTMLDivElement | null>(null);
  const [cell, setCell] = useState<Size>(NO_CELL);
  const [view, setView] = useState<View>(FIT);
  const drag = useRef<{ readonly x: number; readonly y: number } | null>(null);
  useReturnFocus();
  const columns = columnsFor(images.length);
  const [first] = images;
  // The gallery can delete an image while it is compared.
  useEffect(() => {
    for (const { pictureId } of images) if (deleted.includes(pictureId)) removeFromComparison(pictureId);
  }, [images, deleted]);
  useEffect(() => {
    const stage = grid?.querySelector('.compare-stage');
    if (stage == null) return;
    const measure = (): void => setCell({ width: Math.max(1, stage.clientWidth), height: Math.max(1, stage.clientHeight) });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(stage);
    return () => observer.disconnect();
  }, [grid]);
  useEffect(() => {
    if (grid === null || first === undefined) return;
    const onWheel = (event: WheelEvent): void => {
      const stage = event.target instanceof Element ? event.target.closest('.compare-stage') : null;
      if (stage === null) return;
      // React listens passively, and the dialog would scroll.
      event.preventDefault();
      const box = stage.getBoundingClientRect();
      const at = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
      setView((before) => zoomed(before, wheelFactor(event.deltaY, event.deltaMode), stageOf(first, cell), at));
    };
    grid.addEventListener('wheel', onWheel, { passive: false });
    return () => grid.removeEventListener('wheel', onWheel);
  }, [grid, first, cell]);
  if (first === undefined) return null;

  const stage = stageOf(first, cell);
  const change = (by: (view: View, on: Stage) => View): void => setView((before) => by(before, stage));
  const showFullSize = (): void => change(actualSize);
  const pan = (x: number, y: number): void => change((before) => panned(before, x, y, stage));
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => change(zoomedIn),
    '=': () => change(zoomedIn),
    '-': () => change(zoomedOut),
    '0': () => setView(FIT),
    '1': showFullSize,
    ArrowLeft: () => pan(PAN_PX, 0),
    ArrowRight: () => pan(-PAN_PX, 0),
    ArrowUp: () => pan(0, PAN_PX),
    ArrowDown: () => pan(0, -PAN_PX),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const onPointerMove = (event: PointerEvent): void => {
    const from = drag.current;
    if (from === null) return;
    drag.current = { x: event.clientX, y: event.clientY };
    pan(event.clientX - from.x, event.clientY - from.y);
  };
  const endDrag = (): void => {
    drag.current = null;
  };
  // The cells can have become smaller or larger since.
  const shown = panned(view, 0, 0, stage);
  const differences = differencesOf(images);
  return (
    <Modal
      opened
      fullScreen
      onClose={closeComparison}
      title={describeComparison(images.length)}
      classNames={{ body: 'compare-body', content: 'compare-dialog' }}
    >
      <div className="compare-tools">
        <Group gap={6}>
          <IconAct label={COMPARE_TEXT.zoomOut} icon={IconZoomOut} isOff={false} onClick={() => change(zoomedOut)} />
          <span className="ada-number compare-zoom" role="status">
            {describeZoom(scaleOf(shown, stage))}
          </span>
          <IconAct label={COMPARE_TEXT.zoomIn} icon={IconZoomIn} isOff={false} onClick={() => change(zoomedIn)} />
          <Button size="compact-sm" variant="default" onClick={showFullSize}>
            {COMPARE_TEXT.fullSize}
          </Button>
          <Button size="compact-sm" variant="default" leftSection={<IconMaximize size={14} aria-hidden />} onClick={() => setView(FIT)}>
            {COMPARE_TEXT.fit}
          </Button>
        </Group>
        <span className="ada-quiet play-small compare-keys">{COMPARE_TEXT.keys}</span>
        <Button
          size="compact-sm"
          variant="default"
          disabled={images.length >= MAX_COMPARED}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => addToComparison(images)}
        >
          {COMPARE_TEXT.add}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons above do the same by name */}
      <div
        ref={setGrid}
        className="compare-grid"
        style={{
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          gridTemplateRows: `repeat(${Math.ceil(images.length / columns)}, minmax(0, 1fr))`,
        }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows and zoom keys work here
        tabIndex={0}
        data-autofocus
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0 || !(event.target instanceof Element) || event.target.closest('.compare-stage') === null) return;
          drag.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onPointerMove}
        onPointerUp={endDrag}
        onPointerCancel={endDrag}
        onDoubleClick={() => (shown.scale === null ? showFullSize() : setView(FIT))}
      >
        {images.map((image, index) => (
          <CompareCell
            key={image.pictureId}
            image={image}
            index={index}
            count={images.length}
            differences={differences[index] ?? []}
            view={shown}
            first={stage}
          />
        ))}
      </div>
    </Modal>
  );
}

import { type KeyboardEvent, type PointerEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useChartGroup, useOnMoment } from './chart-group.tsx';
import { type Frame, timeAt, xOf } from './frame.ts';
import { panned, zoomed } from './summary.ts';
import type { TimeSpan } from './types.ts';

export interface PointerLayerProps {
  readonly frame: Frame;
  readonly span: TimeSpan;
  readonly bucketMs: number;
  /** The time that can be shown: from the oldest history up to now. */
  readonly bounds: TimeSpan;
  readonly label: string;
  readonly describedBy: string;
}

/** The narrowest zoom. */
const MIN_SPAN_MS = 30_000;
/** A shorter drag is a click. */
const DRAG_PX = 5;
/** The menu of a moment lies beside its line. */
const MENU_OFFSET_PX = 10;

type Drag =
  | { readonly kind: 'zoom'; readonly fromX: number; readonly toX: number }
  | { readonly kind: 'pan'; readonly fromX: number; readonly start: TimeSpan };

/** The pointer layer over the lines: crosshair, drag to zoom, shift-drag, wheel or shift-arrows to move, double-click or Esc to reset. */
export function PointerLayer({ frame, span, bucketMs, bounds, label, describedBy }: PointerLayerProps) {
  const group = useChartGroup();
  const onMoment = useOnMoment();
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const setZoom = (zoom: TimeSpan | null) => group.setState({ zoom });
  const xIn = (event: { readonly clientX: number }) => event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
  const msPerPx = (span.toMs - span.fromMs) / Math.max(1, frame.width);

  // React listens to the wheel passively; the page must not scroll while the chart moves.
  const onWheel = useEffectEvent((event: WheelEvent) => {
    const sideways = event.deltaX !== 0 ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (event.ctrlKey) setZoom(zoomed(span, event.deltaY > 0 ? 1.25 : 0.8, timeAt(xIn(event), span, frame), MIN_SPAN_MS, bounds));
    else if (sideways !== 0) setZoom(panned(span, sideways * msPerPx, bounds));
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const element = box.current;
    const listener = (event: WheelEvent) => onWheel(event);
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, []);

  /** Marks a moment and offers what can be done with it, beside its line. */
  const choose = (atMs: number) => {
    const element = box.current;
    if (onMoment === null || element === null) return;
    group.setState({ pinnedMs: atMs });
    const { left, top } = element.getBoundingClientRect();
    onMoment({ atMs, x: left + xOf(atMs, span, frame) - frame.left + MENU_OFFSET_PX, y: top + MENU_OFFSET_PX, element });
  };
  const onPointerMove = (event: PointerEvent) => {
    const x = xIn(event);
    if (drag?.kind === 'zoom') setDrag({ ...drag, toX: Math.max(0, Math.min(frame.width, x)) });
    if (drag?.kind === 'pan') setZoom(panned(drag.start, (drag.fromX - x) * msPerPx, bounds));
    group.setState({ crosshairMs: timeAt(x, span, frame) });
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = xIn(event);
    setDrag(event.shiftKey ? { kind: 'pan', fromX: x, start: span } : { kind: 'zoom', fromX: x, toX: x });
  };
  const onPointerUp = () => {
    if (drag?.kind === 'zoom' && Math.abs(drag.toX - drag.fromX) > DRAG_PX) {
      const fromMs = timeAt(Math.min(drag.fromX, drag.toX), span, frame);
      const toMs = timeAt(Math.max(drag.fromX, drag.toX), span, frame);
      const width = Math.max(MIN_SPAN_MS, toMs - fromMs);
      const zoom = panned({ fromMs: (fromMs + toMs - width) / 2, toMs: (fromMs + toMs + width) / 2 }, 0, bounds);
      // The time under the pointer has changed; the crosshair returns at the next move.
      group.setState({ zoom, crosshairMs: null });
    } else if (drag?.kind === 'zoom') choose(timeAt(drag.fromX, span, frame));
    setDrag(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const width = span.toMs - span.fromMs;
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const at = group.getState().crosshairMs ?? span.toMs;
    if (direction !== 0 && event.shiftKey) setZoom(panned(span, (direction * width) / 5, bounds));
    else if (direction !== 0)
      group.setState({ crosshairMs: Math.max(span.fromMs, Math.min(span.toMs, at + direction * Math.max(bucketMs, width / 200))) });
    else if (event.key === '+' || event.key === '=') setZoom(zoomed(span, 0.5, at, MIN_SPAN_MS, bounds));
    else if (event.key === '-') setZoom(zoomed(span, 2, at, MIN_SPAN_MS, bounds));
    else if (event.key === 'Enter') afterKey(() => choose(at));
    else if (event.key === 'Escape' && drag !== null) setDrag(null);
    else if (event.key === 'Escape') group.setState({ zoom: null, crosshairMs: null, pinnedMs: null });
    else return;
    event.preventDefault();
  };
  const selected = drag?.kind === 'zoom' && Math.abs(drag.toX - drag.fromX) > DRAG_PX ? drag : null;
  return (
    <div
      ref={box}
      className="ada-chart-pointer"
      style={{ left: frame.left, top: frame.top, width: frame.width, height: frame.height }}
      role="application"
      aria-roledescription="chart"
      aria-label={label}
      aria-describedby={describedBy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart responds to keys: crosshair, zoom and pan
      tabIndex={0}
      onPointerMove={onPointerMove}
      onPointerDown={onPointerDown}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => group.setState({ crosshairMs: null })}
      onDoubleClick={() => group.setState({ zoom: null, pinnedMs: null })}
      onKeyDown={onKeyDown}
      onBlur={() => group.setState({ crosshairMs: null })}
    >
      {selected === null ? null : (
        <div
          className="ada-chart-selection"
          style={{ left: Math.min(selected.fromX, selected.toX), width: Math.abs(selected.toX - selected.fromX) }}
        />
      )}
    </div>
  );
}

/** Does something after the key's event: a menu that opens within it takes the rest of the event for its own. */
const afterKey = (act: () => void): void => void setTimeout(act, 0);

import { type CSSProperties, type KeyboardEvent, memo, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { formatDateTime } from '../../../shared/format.ts';
import { BRUSH_WORDS, TEXT } from '../text.ts';
import { type BrushPart, brushed } from './brush-span.ts';
import type { TimeSpan } from './types.ts';

export interface BrushProps {
  /** The whole strip. */
  readonly bounds: TimeSpan;
  /** The window. */
  readonly span: TimeSpan;
  readonly onChange: (span: TimeSpan) => void;
  /** What is drawn over the whole strip. */
  readonly children: ReactNode;
}

interface Grip {
  readonly part: BrushPart;
  readonly fromX: number;
  readonly start: TimeSpan;
}

const PARTS: readonly BrushPart[] = ['start', 'window', 'end'];
/** Each part is at least as wide as a target must be, however short the window is; the edges reach a little into it. */
const PART_PX = 24;
const INTO_WINDOW_PX = 4;

/** An overview strip with the window that the charts show: drag the window or one of its edges, or move them by arrow keys. */
export const Brush = memo(function Brush({ bounds, span, onChange, children }: BrushProps) {
  const box = useRef<HTMLDivElement>(null);
  const [grip, setGrip] = useState<Grip | null>(null);
  const totalMs = bounds.toMs - bounds.fromMs;
  const share = (atMs: number): number => Math.max(0, Math.min(1, (atMs - bounds.fromMs) / totalMs));
  const widthPx = (): number => Math.max(1, box.current?.clientWidth ?? 1);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const touched = event.target instanceof HTMLElement ? event.target.dataset['part'] : undefined;
    const part = PARTS.find((one) => one === touched);
    if (part !== undefined) return setGrip({ part, fromX: event.clientX, start: span });
    // Beside the window, it jumps to the pointer and goes on with it.
    const left = event.currentTarget.getBoundingClientRect().left;
    const atMs = bounds.fromMs + ((event.clientX - left) / widthPx()) * totalMs;
    const start = brushed(span, 'window', atMs - (span.fromMs + span.toMs) / 2, bounds);
    onChange(start);
    setGrip({ part: 'window', fromX: event.clientX, start });
  };
  const onPointerMove = (event: PointerEvent) => {
    if (grip === null) return;
    onChange(brushed(grip.start, grip.part, ((event.clientX - grip.fromX) / widthPx()) * totalMs, bounds));
  };
  const onKeyDown = (part: BrushPart) => (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const widthMs = span.toMs - span.fromMs;
    if (direction !== undefined) onChange(brushed(span, part, direction * widthMs * (event.shiftKey ? 1 : 0.1), bounds));
    else if (event.key === 'Home') onChange(brushed(span, part, -totalMs, bounds));
    else if (event.key === 'End') onChange(brushed(span, part, totalMs, bounds));
    else return;
    event.preventDefault();
  };
  const moments = `${formatDateTime(span.fromMs)} to ${formatDateTime(span.toMs)}`;
  const [from, to] = [share(span.fromMs) * 100, share(span.toMs) * 100];
  const width = `max(${PART_PX}px, ${to - from}%)`;
  const middle = `clamp(${PART_PX / 2}px, ${(from + to) / 2}%, 100% - ${PART_PX / 2}px)`;
  const places: Readonly<Record<BrushPart, CSSProperties>> = {
    start: { left: `calc(${middle} - ${width} / 2 - ${PART_PX - INTO_WINDOW_PX}px)`, width: PART_PX },
    window: { left: `calc(${middle} - ${width} / 2)`, width },
    end: { left: `calc(${middle} + ${width} / 2 - ${INTO_WINDOW_PX}px)`, width: PART_PX },
  };
  const at: Readonly<Record<BrushPart, number>> = { start: span.fromMs, window: (span.fromMs + span.toMs) / 2, end: span.toMs };
  return (
    <div
      ref={box}
      className="ada-brush"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => setGrip(null)}
      onPointerCancel={() => setGrip(null)}
    >
      {children}
      <span className="ada-brush-window" style={{ left: `${from}%`, width: `${to - from}%` }} />
      {PARTS.map((part) => (
        <div
          key={part}
          className="ada-brush-part"
          data-part={part}
          style={places[part]}
          role="slider"
          tabIndex={0}
          aria-label={BRUSH_WORDS[part]}
          aria-valuemin={Math.round(bounds.fromMs / 1000)}
          aria-valuemax={Math.round(bounds.toMs / 1000)}
          aria-valuenow={Math.round(at[part] / 1000)}
          aria-valuetext={part === 'window' ? moments : formatDateTime(at[part])}
          title={part === 'window' ? `${moments}\n${TEXT.brushHint}` : undefined}
          onKeyDown={onKeyDown(part)}
        />
      ))}
    </div>
  );
});

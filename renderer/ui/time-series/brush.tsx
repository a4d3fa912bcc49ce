import { type KeyboardEvent, memo, type PointerEvent, type ReactNode, useRef, useState } from 'react';
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
      {PARTS.map((part) => (
        <div
          key={part}
          className="ada-brush-part"
          data-part={part}
          style={
            part === 'window'
              ? { left: `${share(span.fromMs) * 100}%`, width: `${(share(span.toMs) - share(span.fromMs)) * 100}%` }
              : { left: `${share(at[part]) * 100}%` }
          }
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

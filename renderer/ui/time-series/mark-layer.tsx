import { memo } from 'react';
import { toneColor } from '../tone.tsx';
import { type Frame, xOf } from './frame.ts';
import type { ChartMark, TimeSpan } from './types.ts';

export interface MarkLayerProps {
  readonly marks: readonly ChartMark[];
  readonly span: TimeSpan;
  readonly nowMs: number;
  readonly frame: Frame;
}

/** A moment is drawn this wide. */
const MIN_PX = 3;
/** The handle of a short mark can still be hit. */
const MIN_HANDLE_PX = 10;

/** Marked stretches of time: a band over the lines, and a handle above them that opens the mark. The card beside the chart lists them for the keyboard. */
export const MarkLayer = memo(function MarkLayer({ marks, span, nowMs, frame }: MarkLayerProps) {
  const clip = (x: number): number => Math.max(frame.left, Math.min(frame.left + frame.width, x));
  const shown = marks.filter(({ fromMs, toMs }) => fromMs <= span.toMs && (toMs ?? nowMs) >= span.fromMs);
  return (
    <div aria-hidden>
      {shown.map((mark) => {
        const left = clip(xOf(mark.fromMs, span, frame));
        const width = Math.max(MIN_PX, clip(xOf(mark.toMs ?? nowMs, span, frame)) - left);
        const handle = Math.max(MIN_HANDLE_PX, width);
        return (
          <div key={mark.key} style={{ color: toneColor(mark.tone) }}>
            <div className="ada-chart-mark" style={{ left, width, top: frame.top, height: frame.height }} />
            <button
              type="button"
              className="ada-chart-mark-handle"
              tabIndex={-1}
              style={{ left: left + (width - handle) / 2, width: handle }}
              title={mark.label}
              onClick={mark.open}
            />
          </div>
        );
      })}
    </div>
  );
});

import { memo, useMemo } from 'react';
import { toneColor } from '../tone.tsx';
import type { Frame } from './frame.ts';
import { placeMarks } from './placed-marks.ts';
import type { ChartMark, TimeSpan } from './types.ts';

export interface MarkLayerProps {
  readonly marks: readonly ChartMark[];
  readonly span: TimeSpan;
  readonly nowMs: number;
  readonly frame: Frame;
}

/** Marked stretches of time: a band over the lines, and a handle above them that opens the mark. The card beside the chart lists them for the keyboard. */
export const MarkLayer = memo(function MarkLayer({ marks, span, nowMs, frame }: MarkLayerProps) {
  const { bands, handles } = useMemo(() => placeMarks(marks, span, nowMs, frame), [marks, span, nowMs, frame]);
  if (handles.length === 0) return null;
  return (
    <div aria-hidden>
      <svg className="ada-chart-marks" aria-hidden width={frame.left + frame.width} height={frame.top + frame.height}>
        {bands.map(({ tone, path }) => (
          <path key={tone} d={path} fill={toneColor(tone)} />
        ))}
      </svg>
      {handles.map((handle) => (
        <button
          key={handle.key}
          type="button"
          className="ada-chart-mark-handle"
          tabIndex={-1}
          style={{ left: handle.left, width: handle.width, color: toneColor(handle.tone) }}
          title={handle.title}
          onClick={handle.open}
        />
      ))}
    </div>
  );
});

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

const HANDLE_PX = 4;

/** Marked stretches of time: a band over the lines, and a handle above them that opens the mark. The card beside the chart lists them for the keyboard. */
export const MarkLayer = memo(function MarkLayer({ marks, span, nowMs, frame }: MarkLayerProps) {
  const { bands, handles } = useMemo(() => placeMarks(marks, span, nowMs, frame), [marks, span, nowMs, frame]);
  if (handles.length === 0) return null;
  return (
    <svg className="ada-chart-marks" width={frame.left + frame.width} height={frame.top + frame.height} aria-hidden>
      {bands.map(({ tone, path }) => (
        <path key={tone} d={path} fill={toneColor(tone)} fillOpacity={0.16} />
      ))}
      {handles.map(({ key, tone, left, width, title, open }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse alone, and the card beside the chart is for the keyboard
        <rect key={key} x={left} y={1} width={width} height={HANDLE_PX} rx={2} fill={toneColor(tone)} onClick={open}>
          <title>{title}</title>
        </rect>
      ))}
    </svg>
  );
});

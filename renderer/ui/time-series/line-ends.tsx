import { memo } from 'react';
import { type Frame, yOf } from './frame.ts';
import { spreadLabels } from './labels.ts';
import type { ChartLayer } from './layers.ts';
import { newestValue } from './nearest.ts';
import { colorOf } from './series-style.ts';
import type { ChartLimit, ChartPoint, ChartSeries } from './types.ts';

export interface LineEndsProps {
  readonly frame: Frame;
  readonly heightPx: number;
  readonly low: number;
  readonly high: number;
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
  readonly limit: ChartLimit | null;
  readonly layers: readonly ChartLayer[];
}

const LABEL_PX = 14;

interface Label {
  readonly key: string;
  readonly text: string;
  readonly color: string;
  readonly y: number;
}

/** Labels at the right of the lines in place of a legend: the series where there are several, and the limit. */
export const LineEnds = memo(function LineEnds({ frame, heightPx, low, high, points, series, limit, layers }: LineEndsProps) {
  const labels: Label[] = [];
  if (limit !== null) labels.push({ key: 'limit', text: limit.label, color: 'var(--ada-bad)', y: yOf(limit.value, low, high, frame) });
  if (series.length > 1) {
    for (const [i, one] of series.entries()) {
      const value = newestValue(points, i);
      if (value !== null) labels.push({ key: one.key, text: one.label, color: colorOf(one), y: yOf(value, low, high, frame) });
    }
  }
  for (const { series: one, points: edgesAt } of layers) {
    const edges = edgesAt.at(-1)?.edges;
    if (edges == null || edges[1] <= edges[0]) continue;
    labels.push({ key: one.key, text: one.label, color: colorOf(one), y: yOf((edges[0] + edges[1]) / 2, low, high, frame) });
  }
  const ys = spreadLabels(
    labels.map((label) => label.y),
    LABEL_PX,
    frame.top + 4,
    frame.top + frame.height,
  );
  return (
    <svg className="ada-chart-layer" width="100%" height={heightPx} aria-hidden>
      {labels.map((label, i) => (
        <text key={label.key} x={frame.left + frame.width + 6} y={(ys[i] ?? 0) + 4} style={{ fill: label.color }}>
          {cut(label.text)}
        </text>
      ))}
    </svg>
  );
});

const MAX_CHARS = 18;

const cut = (text: string): string => (text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text);

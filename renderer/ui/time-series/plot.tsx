import { memo } from 'react';
import { Area, ComposedChart, XAxis, YAxis } from 'recharts';
import type { ChartPoint, ChartSeries, TimeSpan } from './types.ts';

/** The only file that knows recharts: it draws lines and bands into a box; axes, gaps, limits and crosshair lie around and over it. */
export interface PlotProps {
  readonly width: number;
  readonly height: number;
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
  readonly fromMs: TimeSpan['fromMs'];
  readonly toMs: TimeSpan['toMs'];
  readonly low: number;
  readonly high: number;
}

const NO_MARGIN = { top: 0, right: 0, bottom: 0, left: 0 };
const MOST_SERIES = 4;

// One function per place, made once: recharts recomputes everything when a dataKey changes its identity.
const meanOf = Array.from({ length: MOST_SERIES }, (_, i) => (point: ChartPoint) => point.mean[i] ?? null);
const bandOf = Array.from({ length: MOST_SERIES }, (_, i) => (point: ChartPoint) => point.band[i] ?? null);

const noMean = (_point: ChartPoint): number | null => null;
const noBand = (_point: ChartPoint): readonly [number, number] | null => null;

export const Plot = memo(function Plot({ width, height, points, series, fromMs, toMs, low, high }: PlotProps) {
  return (
    <ComposedChart width={width} height={height} data={points} margin={NO_MARGIN} accessibilityLayer={false}>
      <XAxis dataKey="at" type="number" domain={[fromMs, toMs]} allowDataOverflow hide />
      <YAxis type="number" domain={[low, high]} allowDataOverflow hide />
      {series.slice(0, MOST_SERIES).map((one, i) => (
        <Area
          key={`${one.key} band`}
          dataKey={bandOf[i] ?? noBand}
          type="linear"
          stroke="none"
          fill={`var(--ada-chart-${one.color})`}
          fillOpacity={0.28}
          activeDot={false}
          dot={false}
          isAnimationActive={false}
        />
      ))}
      {series.slice(0, MOST_SERIES).map((one, i) => (
        <Area
          key={one.key}
          dataKey={meanOf[i] ?? noMean}
          type="linear"
          stroke={`var(--ada-chart-${one.color})`}
          strokeWidth={1.5}
          strokeLinejoin="round"
          // A reading between two gaps is a line of no length: with round ends it is a dot.
          strokeLinecap="round"
          fill={`var(--ada-chart-${one.color})`}
          fillOpacity={series.length === 1 ? 0.1 : 0}
          activeDot={false}
          dot={false}
          isAnimationActive={false}
        />
      ))}
    </ComposedChart>
  );
});

import { memo, useMemo } from 'react';
import { ComposedChart, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { PATH_UNITS_PER_PX, pathsOf } from './paths.ts';
import type { ChartPoint, ChartSeries, TimeSpan } from './types.ts';

/** The only file that uses recharts: its axes and scales, with lines and bands drawn on them. */
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

export const Plot = memo(function Plot({ width, height, points, series, fromMs, toMs, low, high }: PlotProps) {
  const xDomain = useMemo(() => [fromMs, toMs], [fromMs, toMs]);
  const yDomain = useMemo(() => [low, high], [low, high]);
  return (
    <ComposedChart width={width} height={height} data={NO_DATA} margin={NO_MARGIN} accessibilityLayer={false}>
      <XAxis dataKey="at" type="number" domain={xDomain} allowDataOverflow hide />
      <YAxis type="number" domain={yDomain} allowDataOverflow hide />
      <Lines points={points} series={series} />
    </ComposedChart>
  );
});

const NO_DATA: { at: number }[] = [];

/**
 * Recharts' own Area takes every point through its store, twice for a line with a band: six charts then cost more than a
 * frame can hold. Only its scales are needed.
 */
const Lines = memo(function Lines({ points, series }: Pick<PlotProps, 'points' | 'series'>) {
  const x = useXAxisScale();
  const y = useYAxisScale();
  const area = usePlotArea();
  const bottom = area === undefined ? 0 : area.y + area.height;
  const paths = useMemo(
    () =>
      x === undefined || y === undefined
        ? []
        : series.map((_, i) =>
            pathsOf(
              points,
              i,
              (value) => x(value) ?? Number.NaN,
              (value) => y(value) ?? Number.NaN,
              bottom,
            ),
          ),
    [points, series, x, y, bottom],
  );
  return (
    <g strokeLinejoin="round" strokeLinecap="round" transform={`scale(${1 / PATH_UNITS_PER_PX})`}>
      {paths.map((path, i) => {
        const colour = `var(--ada-chart-${series[i]?.color ?? 'cyan'})`;
        return (
          <g key={series[i]?.key ?? i}>
            {path.band === '' ? null : <path d={path.band} fill={colour} fillOpacity={0.28} />}
            {series.length === 1 ? <path d={path.ground} fill={colour} fillOpacity={0.1} /> : null}
            <path
              className="ada-chart-line"
              d={path.line}
              fill="none"
              stroke={colour}
              strokeWidth={1.5}
              vectorEffect="non-scaling-stroke"
            />
          </g>
        );
      })}
    </g>
  );
});

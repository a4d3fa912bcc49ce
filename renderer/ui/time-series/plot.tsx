import { memo, useMemo } from 'react';
import { type Frame, xOf, yOf } from './frame.ts';
import type { ChartLayer } from './layers.ts';
import { areaOf, PATH_UNITS_PER_PX, pathsOf } from './paths.ts';
import { colorOf, dashOf } from './series-style.ts';
import type { ChartPoint, ChartSeries, TimeSpan } from './types.ts';

export interface PlotProps {
  readonly frame: Frame;
  readonly heightPx: number;
  readonly span: TimeSpan;
  readonly low: number;
  readonly high: number;
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
  /** Areas under the lines. */
  readonly layers: readonly ChartLayer[];
}

/** The lines of a chart with their bands, one path each: an element for every point would take longer than a frame. */
export const Plot = memo(function Plot({ frame, heightPx, span, low, high, points, series, layers }: PlotProps) {
  const paths = useMemo(
    () =>
      series.map((_, i) =>
        pathsOf(
          points,
          i,
          (at) => xOf(at, span, frame),
          (value) => yOf(value, low, high, frame),
          frame.top + frame.height,
        ),
      ),
    [points, series, frame, span, low, high],
  );
  const areas = useMemo(
    () =>
      layers.map((layer) => ({
        series: layer.series,
        path: areaOf(
          layer.points,
          (at) => xOf(at, span, frame),
          (value) => yOf(value, low, high, frame),
        ),
      })),
    [layers, frame, span, low, high],
  );
  return (
    <svg className="ada-chart-layer" width="100%" height={heightPx} aria-hidden>
      <svg
        aria-hidden
        x={frame.left}
        y={frame.top}
        width={frame.width}
        height={frame.height}
        viewBox={viewBoxOf(frame)}
        preserveAspectRatio="none"
      >
        <g strokeLinejoin="round" strokeLinecap="round">
          {areas.map(({ series: { key, ...one }, path }) => (
            <path key={key} className="ada-chart-area" d={path} style={{ fill: colorOf(one) }} vectorEffect="non-scaling-stroke" />
          ))}
          {paths.map((path, i) => {
            const one = series[i];
            if (one === undefined) return null;
            const color = colorOf(one);
            return (
              <g key={one.key}>
                {path.band === '' ? null : <path d={path.band} style={{ fill: color }} fillOpacity={0.28} />}
                {series.length === 1 ? <path d={path.ground} style={{ fill: color }} fillOpacity={0.1} /> : null}
                <path
                  className="ada-chart-line"
                  d={path.line}
                  fill="none"
                  style={{ stroke: color }}
                  strokeWidth={1.5}
                  strokeDasharray={dashOf(i)}
                  vectorEffect="non-scaling-stroke"
                />
              </g>
            );
          })}
        </g>
      </svg>
    </svg>
  );
});

/** The inner drawing counts in path units and cuts what lies outside of the frame. */
const viewBoxOf = (frame: Frame): string =>
  [frame.left, frame.top, frame.width, frame.height].map((px) => Math.round(px * PATH_UNITS_PER_PX)).join(' ');

import { lazy, memo, Suspense, useId, useMemo, useRef } from 'react';
import { TEXT } from '../text.ts';
import { Axes } from './axes.tsx';
import { Crosshair } from './crosshair.tsx';
import { EventStrip } from './event-strip.tsx';
import { frameOf } from './frame.ts';
import { continuity } from './gaps.ts';
import { layersOf, NO_LAYERS } from './layers.ts';
import { LineEnds } from './line-ends.tsx';
import { MarkLayer } from './mark-layer.tsx';
import { Plot } from './plot.tsx';
import { PointerLayer } from './pointer-layer.tsx';
import { summaryOf } from './summary.ts';
import './time-series.css';
import type { ChartBand, ChartEvent, ChartLimit, ChartMark, ChartPoint, ChartSeries, ChartStack, ChartUnit, TimeSpan } from './types.ts';
import { useWidth } from './use-size.ts';
import { domainFromZero } from './value-ticks.ts';

// Only pages that count need its code.
const BarPlot = lazy(async () => ({ default: (await import('./bar-plot.tsx')).BarPlot }));

export interface TimeSeriesProps {
  /** For screen readers; the visible heading is the card's. */
  readonly title: string;
  readonly series: readonly ChartSeries[];
  /** Buckets in order of time, at most 600; the array must keep its identity while nothing changed. */
  readonly points: readonly ChartPoint[];
  readonly bucketMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** No reading can be missing after this time. */
  readonly nowMs: number;
  /** The longest expected interval between readings; default: their usual interval. */
  readonly stepMs?: number;
  readonly unit: ChartUnit;
  readonly heightPx: number;
  /** Fixed values at the lower and upper edge; default: from 0 to a little above the greatest reading and the limit. */
  readonly domain?: readonly [number, number] | undefined;
  readonly limit?: ChartLimit | null;
  /** Areas on top of each other under the lines, the first at the bottom; it must keep its identity while nothing changed. */
  readonly stack?: ChartStack | null;
  /** Stretches to mark, above which a handle opens them; the array must keep its identity while nothing changed. */
  readonly marks?: readonly ChartMark[];
  /** Events above the chart, in order of time, whose room is always there; it must keep its identity while nothing changed. */
  readonly events?: readonly ChartEvent[];
  readonly bounds?: TimeSpan;
  /** What the band around a line is; default: its least to its greatest value. */
  readonly band?: ChartBand;
  /** Shown instead of the lines while there is no reading. */
  readonly empty?: string;
  /** `bars`: counts per bucket on top of each other; default: lines. */
  readonly shape?: 'lines' | 'bars';
  /** `spark`: lines only, for a small card; no axes, no mouse. */
  readonly variant?: 'full' | 'spark';
}

/** Readings over time: lines with their least and greatest, gaps as gaps, limits, a crosshair and a zoom shared by the group. */
export const TimeSeries = memo(function TimeSeries(props: TimeSeriesProps) {
  const { title, series, points, bucketMs, fromMs, toMs, nowMs, unit, heightPx, domain, limit = null, empty } = props;
  const { stepMs = 0, stack = null, band = 'range', shape = 'lines' } = props;
  const isBars = shape === 'bars';
  // Bars have no ends and no one height at the crosshair: the header names them.
  const lines = isBars ? NO_SERIES : series;
  const isSpark = props.variant === 'spark';
  const describedBy = useId();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const span = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]);
  const line = useMemo(() => continuity(points, span, bucketMs, nowMs, stepMs), [points, span, bucketMs, nowMs, stepMs]);
  const layers = useMemo(() => (stack === null ? NO_LAYERS : layersOf(stack, span, nowMs)), [stack, span, nowMs]);
  const [low, high] = useMemo(() => domain ?? domainOf(line.points, limit, isBars), [domain, line.points, limit, isBars]);
  const words = [
    ...(limit === null ? [] : [limit.label]),
    ...(lines.length > 1 ? lines.map((one) => one.label) : []),
    ...layers.map(({ series: one }) => one.label),
  ];
  const endPx = words.length === 0 ? 0 : 14 + 6.4 * Math.min(MAX_WORD_CHARS, Math.max(...words.map((word) => word.length)));
  const frame = useMemo(() => frameOf(width, heightPx, isSpark, endPx), [width, heightPx, isSpark, endPx]);
  const summary = useMemo(
    () => summaryOf({ title, series, points: line.points, gaps: line.gaps, span, unit, band }),
    [title, series, line, span, unit, band],
  );
  const isEmpty = line.points.length === 0;
  const drawing = { frame, heightPx, span, low, high } as const;
  return (
    <div className="ada-chart">
      {props.events === undefined ? null : (
        <div className="ada-chart-event-room">{width === 0 ? null : <EventStrip events={props.events} span={span} frame={frame} />}</div>
      )}
      <div ref={box} className="ada-chart-box" style={{ height: heightPx }}>
        {width === 0 ? null : (
          <>
            {isSpark ? null : <Axes {...drawing} unit={unit} gaps={isEmpty && empty !== undefined ? NONE : line.gaps} limit={limit} />}
            {isBars ? (
              <Suspense fallback={null}>
                <BarPlot {...drawing} points={line.points} series={series} bucketMs={bucketMs} />
              </Suspense>
            ) : (
              <Plot {...drawing} points={line.points} series={series} layers={layers} />
            )}
            {isSpark ? null : (
              <>
                <LineEnds {...drawing} points={line.points} series={lines} limit={limit} layers={layers} />
                <Crosshair {...drawing} bucketMs={bucketMs} points={line.points} series={lines} />
                <PointerLayer
                  frame={frame}
                  span={span}
                  bucketMs={bucketMs}
                  bounds={props.bounds ?? span}
                  label={title}
                  describedBy={describedBy}
                />
                {props.marks === undefined ? null : <MarkLayer marks={props.marks} span={span} nowMs={nowMs} frame={frame} />}
              </>
            )}
            {isEmpty && empty !== undefined ? <p className="ada-chart-empty">{empty}</p> : null}
          </>
        )}
      </div>
      {band === 'percentiles' ? (
        <p className="ada-chart-note" style={{ marginLeft: frame.left }} aria-hidden>
          {TEXT.percentileBand}
        </p>
      ) : null}
      <p id={describedBy} className="ada-chart-unseen">
        {summary}
        {isSpark ? '' : ` ${TEXT.chartKeys}`}
      </p>
    </div>
  );
});

const NONE: readonly TimeSpan[] = [];
const NO_SERIES: readonly ChartSeries[] = [];
/** A longer word at a line's end is cut. */
const MAX_WORD_CHARS = 16;

function domainOf(points: readonly ChartPoint[], limit: ChartLimit | null, isStacked: boolean): readonly [number, number] {
  const tops = points.map(({ mean, band }) =>
    isStacked ? mean.reduce<number>((sum, value) => sum + (value ?? 0), 0) : band.reduce((top, range) => Math.max(top, range?.[1] ?? 0), 0),
  );
  return domainFromZero(limit === null ? tops : [...tops, limit.value]);
}

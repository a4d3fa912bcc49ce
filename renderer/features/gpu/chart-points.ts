import type { ChartPoint, TimeSpan } from '../../ui/time-series/types.ts';
import type { StoredPoint } from '../history/stored-points.ts';
import type { TailBuckets, TailCell } from './tail-buckets.ts';

/** What is drawn of the rows; `metrics` are indexes in GPU_METRICS, `scale` converts them to the unit of the chart. */
export interface DrawnMetrics {
  readonly metrics: readonly number[];
  readonly scale: number;
  readonly band: 'range' | 'percentiles';
}

/** The value that this share of the values does not exceed, by nearest rank. */
const rank = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

function bandOf(cell: TailCell, i: number, { band, scale }: DrawnMetrics): readonly [number, number] {
  if (band === 'range') return [(cell.min[i] ?? 0) * scale, (cell.max[i] ?? 0) * scale];
  const sorted = (cell.values.get(i) ?? []).toSorted((a, b) => a - b);
  return [rank(sorted, 0.1) * scale, rank(sorted, 0.9) * scale];
}

function livePoint(cell: TailCell, bucketMs: number, drawn: DrawnMetrics): ChartPoint {
  const { metrics, scale } = drawn;
  const isKnown = (i: number) => (cell.count[i] ?? 0) > 0;
  return {
    at: cell.startMs + bucketMs / 2,
    mean: metrics.map((i) => (isKnown(i) ? ((cell.sum[i] ?? 0) / (cell.count[i] ?? 1)) * scale : null)),
    band: metrics.map((i) => (isKnown(i) ? bandOf(cell, i, drawn) : null)),
  };
}

/**
 * Stored history and live rows as one line, oldest first, each moment once: live buckets where they are complete, stored
 * buckets before. Without stored buckets the first, incomplete live bucket is used too.
 */
export function mergedPoints(
  stored: readonly StoredPoint[],
  tail: TailBuckets,
  drawn: DrawnMetrics,
  span: TimeSpan,
): readonly ChartPoint[] {
  const wholeFrom = tail.wholeFromMs ?? Number.POSITIVE_INFINITY;
  const isInside = (point: ChartPoint, bucketMs: number) => point.at + bucketMs / 2 > span.fromMs && point.at - bucketMs / 2 < span.toMs;
  const old = stored.filter(
    (point) =>
      isInside(point, point.bucketMs) &&
      (point.startMs + point.bucketMs <= wholeFrom || (point.bucketMs === tail.bucketMs && !tail.has(point.startMs))),
  );
  const coveredTo = old.reduce((end, point) => (point.startMs < wholeFrom ? Math.max(end, point.startMs + point.bucketMs) : end), 0);
  const live = tail
    .from(0)
    .filter((cell) => cell.startMs >= wholeFrom || cell.startMs >= coveredTo)
    .map((cell) => livePoint(cell, tail.bucketMs, drawn))
    .filter((point) => isInside(point, tail.bucketMs) && point.mean.some((value) => value !== null));
  return [...old, ...live].sort((a, b) => a.at - b.at);
}

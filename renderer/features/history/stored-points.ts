import { BUCKET_WIDTH } from '../../../shared/buckets.ts';
import { PERCENTILES_WIDTH, type SeriesAnswer } from '../../../shared/capabilities/history/contract.ts';
import type { ChartPoint } from '../../ui/time-series/types.ts';

/** A stored bucket as a point of a chart. */
export interface StoredPoint extends ChartPoint {
  readonly startMs: number;
  readonly bucketMs: number;
}

/** The buckets of an answer as points; `columns` are indexes in the answer, `scale` converts stored units to the chart's. */
export function storedPoints(answer: SeriesAnswer, columns: readonly number[], scale: number): readonly StoredPoint[] {
  return pointsOf(answer, columns, (least, most, mean) => ({ mean: mean * scale, band: [least * scale, most * scale] }));
}

/**
 * Like {@link storedPoints}, with the 10th to the 90th percentile as the band; none where the answer has no percentiles.
 * `columns` are indexes in the columns of the answer, `percentiles` those in its percentiles.
 */
export function percentilePoints(answer: SeriesAnswer, columns: readonly number[], percentiles: readonly number[]): readonly StoredPoint[] {
  return pointsOf(answer, columns, (_least, _most, mean, _rows, bucket, place) => {
    const numbers = answer.percentiles?.[percentiles[place] ?? -1];
    const low = numbers?.[bucket * PERCENTILES_WIDTH] ?? Number.NaN;
    const high = numbers?.[bucket * PERCENTILES_WIDTH + 1] ?? Number.NaN;
    return { mean, band: Number.isNaN(low) || Number.isNaN(high) ? null : [low, high] };
  });
}

/** The buckets of metrics that count, as totals per bucket. */
export function countPoints(answer: SeriesAnswer, columns: readonly number[]): readonly StoredPoint[] {
  return pointsOf(answer, columns, (_least, _most, mean, rows) => {
    // The total is mean times rows, rounded against the error of the division.
    const count = Math.round(mean * rows * 1000) / 1000;
    return { mean: count, band: [count, count] };
  });
}

interface Drawn {
  readonly mean: number;
  readonly band: readonly [number, number] | null;
}

function pointsOf(
  answer: SeriesAnswer,
  columns: readonly number[],
  draw: (least: number, most: number, mean: number, rows: number, bucket: number, place: number) => Drawn,
): readonly StoredPoint[] {
  const points: StoredPoint[] = [];
  const buckets = (answer.columns[0]?.length ?? 0) / BUCKET_WIDTH;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const offset = bucket * BUCKET_WIDTH;
    const startMs = answer.columns[0]?.[offset] ?? Number.NaN;
    const drawn = columns.map((column, place) => {
      const [, least = 0, most = 0, mean = 0, rows = 0] = answer.columns[column]?.subarray(offset, offset + BUCKET_WIDTH) ?? [];
      return rows > 0 ? draw(least, most, mean, rows, bucket, place) : null;
    });
    if (drawn.every((one) => one === null)) continue;
    points.push({
      at: startMs + answer.bucketMs / 2,
      startMs,
      bucketMs: answer.bucketMs,
      mean: drawn.map((one) => one?.mean ?? null),
      band: drawn.map((one) => one?.band ?? null),
    });
  }
  return points;
}

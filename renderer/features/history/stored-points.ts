import { BUCKET, BUCKET_WIDTH } from '../../../shared/buckets.ts';
import type { SeriesAnswer } from '../../../shared/capabilities/history/contract.ts';
import type { ChartPoint } from '../../ui/time-series/types.ts';

/** A stored bucket as a point of a chart. */
export interface StoredPoint extends ChartPoint {
  readonly startMs: number;
  readonly bucketMs: number;
}

/** The buckets of an answer as points; `columns` are places in the answer, `scale` turns stored units into the chart's. */
export function storedPoints(answer: SeriesAnswer, columns: readonly number[], scale: number): readonly StoredPoint[] {
  const points: StoredPoint[] = [];
  const buckets = (answer.columns[0]?.length ?? 0) / BUCKET_WIDTH;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const offset = bucket * BUCKET_WIDTH;
    const startMs = answer.columns[0]?.[offset] ?? Number.NaN;
    const mean: (number | null)[] = [];
    const band: (readonly [number, number] | null)[] = [];
    for (const column of columns) {
      const cells = answer.columns[column];
      const isKnown = (cells?.[offset + BUCKET.count] ?? 0) > 0;
      mean.push(isKnown ? (cells?.[offset + BUCKET.mean] ?? 0) * scale : null);
      band.push(isKnown ? [(cells?.[offset + BUCKET.min] ?? 0) * scale, (cells?.[offset + BUCKET.max] ?? 0) * scale] : null);
    }
    if (mean.some((value) => value !== null))
      points.push({ at: startMs + answer.bucketMs / 2, startMs, bucketMs: answer.bucketMs, mean, band });
  }
  return points;
}

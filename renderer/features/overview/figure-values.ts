import { BUCKET, BUCKET_WIDTH } from '../../../shared/buckets.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import { metricOf } from '../../../shared/gpu-row.ts';

export interface FigureValue {
  /** NaN = unknown. */
  readonly value: number;
  /** When an old value was read, epoch ms; null = it is live, or unknown. */
  readonly asOfMs: number | null;
}

/** A metric of the newest row. Once readings have stopped, and the row lacks it, the last one of its stored column. */
export function figureValue(row: Float64Array | null, metric: GpuMetric, column: Float64Array | undefined, isLive: boolean): FigureValue {
  const value = metricOf(row, metric);
  if (isLive) return { value, asOfMs: null };
  if (Number.isFinite(value)) return { value, asOfMs: row?.[0] ?? null };
  for (let at = (column?.length ?? 0) - BUCKET_WIDTH; column !== undefined && at >= 0; at -= BUCKET_WIDTH) {
    const mean = column[at + BUCKET.mean] ?? Number.NaN;
    if ((column[at + BUCKET.count] ?? 0) > 0 && Number.isFinite(mean)) return { value: mean, asOfMs: column[at + BUCKET.start] ?? null };
  }
  return { value: Number.NaN, asOfMs: null };
}

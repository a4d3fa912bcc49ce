import { BUCKET, BUCKET_WIDTH } from '../../../shared/buckets.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import { GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { columnOf } from '../../../shared/gpu-row.ts';

/** Metrics that incidents are made of, in the order in which a series is requested. */
export const INCIDENT_METRICS = [
  'memoryUsedMiB',
  'utilizationGpuPercent',
  'temperatureC',
  'throttleBits',
] as const satisfies readonly GpuMetric[];

/** One reading, or the summary of a bucket of readings. NaN = unknown. */
export interface Reading {
  atMs: number;
  /** 0 = one moment. */
  spanMs: number;
  memoryMinMiB: number;
  utilizationMaxPercent: number;
  temperatureC: number;
  /** The mask with the worst reason of the bucket. */
  throttleBits: number;
  /** Share of the bucket in which the mask held, at most 1. */
  throttleShare: number;
}

const COLUMNS = INCIDENT_METRICS.map(columnOf);

/** Calls `take` for each row of GPU_ROW_WIDTH numbers. The reading is reused. */
export function eachRow(rows: Float64Array, take: (reading: Readonly<Reading>) => void): void {
  const [memory = 0, utilization = 0, temperature = 0, bits = 0] = COLUMNS;
  const reading = emptyReading();
  for (let at = 0; at + GPU_ROW_WIDTH <= rows.length; at += GPU_ROW_WIDTH) {
    reading.atMs = rows[at] ?? Number.NaN;
    reading.memoryMinMiB = rows[at + memory] ?? Number.NaN;
    reading.utilizationMaxPercent = rows[at + utilization] ?? Number.NaN;
    reading.temperatureC = rows[at + temperature] ?? Number.NaN;
    reading.throttleBits = rows[at + bits] ?? Number.NaN;
    reading.throttleShare = 1;
    take(reading);
  }
}

/** Calls `take` for each bucket with readings; `columns` are those of INCIDENT_METRICS. The reading is reused. */
export function eachBucket(columns: readonly Float64Array[], bucketMs: number, take: (reading: Readonly<Reading>) => void): void {
  const [memory, utilization, temperature, bits] = columns;
  const reading = emptyReading();
  reading.spanMs = bucketMs;
  const length = memory?.length ?? 0;
  for (let at = 0; at + BUCKET_WIDTH <= length; at += BUCKET_WIDTH) {
    const value = (column: Float64Array | undefined, place: number): number =>
      (column?.[at + BUCKET.count] ?? 0) > 0 ? (column?.[at + place] ?? Number.NaN) : Number.NaN;
    reading.atMs = memory?.[at] ?? Number.NaN;
    reading.memoryMinMiB = value(memory, BUCKET.min);
    reading.utilizationMaxPercent = value(utilization, BUCKET.max);
    reading.temperatureC = value(temperature, BUCKET.mean);
    const worst = value(bits, BUCKET.max);
    reading.throttleBits = worst;
    // Other masks of the bucket are smaller, so that the mean is at least the share of the worst one.
    reading.throttleShare = worst > 0 ? Math.min(1, Math.max(0, value(bits, BUCKET.mean) / worst)) : 1;
    take(reading);
  }
}

const emptyReading = (): Reading => ({
  atMs: Number.NaN,
  spanMs: 0,
  memoryMinMiB: Number.NaN,
  utilizationMaxPercent: Number.NaN,
  temperatureC: Number.NaN,
  throttleBits: Number.NaN,
  throttleShare: 1,
});

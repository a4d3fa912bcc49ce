import { GPU_METRICS, GPU_ROW_WIDTH, type GpuMetric } from './gpu-metrics.ts';

/** Place of a metric among GPU_METRICS. */
export const metricIndex = (metric: GpuMetric): number => GPU_METRICS.indexOf(metric);

/** Place of a metric in a row of GPU_ROW_WIDTH numbers; the time is at 0. */
export const columnOf = (metric: GpuMetric): number => metricIndex(metric) + 1;

/** One metric of a row of GPU_ROW_WIDTH numbers; NaN when unknown or when there is no row. */
export function metricOf(row: Float64Array | null, metric: GpuMetric): number {
  return row?.[columnOf(metric)] ?? Number.NaN;
}

/** The last of several rows; null when there is no whole one. */
export function newestRow(rows: Float64Array): Float64Array | null {
  return rows.length < GPU_ROW_WIDTH ? null : rows.slice(rows.length - GPU_ROW_WIDTH);
}

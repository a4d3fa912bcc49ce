import { GPU_METRICS, type GpuMetric } from './gpu-metrics.ts';

/** One metric of a row of GPU_ROW_WIDTH numbers; NaN when unknown or when there is no row. */
export function metricOf(row: Float64Array | null, metric: GpuMetric): number {
  return row?.[GPU_METRICS.indexOf(metric) + 1] ?? Number.NaN;
}

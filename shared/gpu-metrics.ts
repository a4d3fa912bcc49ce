/**
 * The numeric metrics of one GPU sample, in wire and storage order. NaN = unknown.
 * `throttleBits` is the bit mask of nvml.h's clocks event reasons; `pstate` is 0..15.
 */
export const GPU_METRICS = [
  'memoryUsedMiB',
  'memoryFreeMiB',
  'memoryReservedMiB',
  'memoryTotalMiB',
  'utilizationGpuPercent',
  'utilizationMemoryPercent',
  'temperatureC',
  'powerDrawW',
  'powerLimitW',
  'clockSmMHz',
  'clockMemoryMHz',
  'fanPercent',
  'pstate',
  'throttleBits',
] as const;
export type GpuMetric = (typeof GPU_METRICS)[number];
/** Columns of one row on the wire: arrival time in epoch ms, then every metric of GPU_METRICS. */
export const GPU_ROW_WIDTH = GPU_METRICS.length + 1;

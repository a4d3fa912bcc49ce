import type { GpuStatus } from '../capabilities/gpu/contract.ts';
import { metricOf } from '../gpu-row.ts';
import { sumOfMetric } from '../gpu-summary.ts';
import type { Snapshot } from './types.ts';

/** Memory summed over the GPUs and their highest temperature; `rowOf` gives the newest row of a GPU. NaN = unknown. */
export function gpuFiguresOf({ gpus }: Pick<GpuStatus, 'gpus'>, rowOf: (uuid: string) => Float64Array | null): Snapshot['gpuFigures'] {
  const rows = gpus.map(({ uuid }) => rowOf(uuid));
  return {
    usedMiB: sumOfMetric(rows, 'memoryUsedMiB'),
    totalMiB: sumOfMetric(rows, 'memoryTotalMiB'),
    temperatureC: Math.max(...rows.map((row) => metricOf(row, 'temperatureC'))),
  };
}

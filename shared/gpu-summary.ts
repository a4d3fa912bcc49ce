import type { GpuProcess } from './capabilities/gpu/contract.ts';
import type { GpuMetric } from './gpu-metrics.ts';
import { metricOf } from './gpu-row.ts';

type Holder = Pick<GpuProcess, 'unit' | 'memoryUsedMiB'>;

/** VRAM held by each unit in MiB, summed over its processes; NaN where the driver does not report one of the amounts. */
export function vramByUnit(processes: readonly Holder[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>();
  for (const { unit, memoryUsedMiB } of processes) {
    if (unit !== null) held.set(unit, (held.get(unit) ?? 0) + (memoryUsedMiB ?? Number.NaN));
  }
  return held;
}

/** VRAM of one unit in MiB; null when it holds none, or when an amount is unknown. */
export function vramOfUnit(processes: readonly Holder[], unit: string): number | null {
  const held = vramByUnit(processes).get(unit) ?? 0;
  return held > 0 ? held : null;
}

/** A metric summed over the newest row of every GPU; NaN when it is unknown for one of them, or there is none. */
export function sumOfMetric(rows: readonly (Float64Array | null)[], metric: GpuMetric): number {
  return rows.length === 0 ? Number.NaN : rows.reduce((sum, row) => sum + metricOf(row, metric), 0);
}

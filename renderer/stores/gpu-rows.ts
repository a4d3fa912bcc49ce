import type { GpuStatus } from '../../shared/capabilities/gpu/contract.ts';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { newestRow } from '../../shared/gpu-row.ts';
import { useLatestRow, useRingOf } from './gpu.ts';

/** The newest row of any GPU of the host, drawn anew with every sample of the first one. */
export function useRows(gpu: GpuStatus): (uuid: string) => Float64Array | null {
  const firstUuid = gpu.gpus[0]?.uuid ?? null;
  const ringOf = useRingOf();
  const firstRow = useLatestRow(firstUuid);
  return (uuid) => {
    if (uuid === firstUuid && firstRow !== null) return firstRow;
    const ring = ringOf(uuid);
    let row: Float64Array | null = null;
    ring?.forEachAfter((ring.lastAt ?? 0) - 1, (cells, offset) => {
      row = cells.slice(offset, offset + GPU_ROW_WIDTH);
    });
    return row ?? newestRow(gpu.latest.find((batch) => batch.gpuUuid === uuid)?.rows ?? new Float64Array());
  };
}

import type { RunVram } from '../../../shared/capabilities/images/contract.ts';
import { GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { columnOf } from '../../../shared/gpu-row.ts';
import type { GpuSampler } from '../gpu/sampler.ts';

const USED = columnOf('memoryUsedMiB');
/** An image that takes longer is shown in fewer points. */
const MAX_POINTS = 600;

/** VRAM in use from now on, of the GPU that changes most; `end` stops it. Times count from `startedAt` on this computer. */
export function watchVram(gpu: Pick<GpuSampler, 'status' | 'onSamples'>, startedAt: number): { end(): RunVram | null } {
  const series = new Map<string, [number, number][]>();
  const add = (uuid: string, rows: Float64Array): void => {
    const points = series.get(uuid) ?? [];
    series.set(uuid, points);
    for (let at = 0; at + GPU_ROW_WIDTH <= rows.length; at += GPU_ROW_WIDTH) {
      const usedMiB = rows[at + USED] ?? Number.NaN;
      if (Number.isFinite(usedMiB)) points.push([Math.max(0, (rows[at] ?? startedAt) - startedAt), usedMiB]);
    }
  };
  for (const { gpuUuid, rows } of gpu.status().latest) add(gpuUuid, rows.slice(-GPU_ROW_WIDTH));
  const stop = gpu.onSamples((batches) => {
    for (const { gpuUuid, rows } of batches) add(gpuUuid, rows);
  });
  return {
    end: () => {
      stop();
      const [most] = [...series.values()].map(vramOf).sort((a, b) => b.peakMiB - b.beforeMiB - (a.peakMiB - a.beforeMiB));
      return most ?? null;
    },
  };
}

function vramOf(points: readonly [number, number][]): RunVram {
  const step = Math.max(1, Math.ceil(points.length / MAX_POINTS));
  const peakMiB = points.reduce((most, [, usedMiB]) => Math.max(most, usedMiB), 0);
  const peakAt = points.findIndex(([, usedMiB]) => usedMiB === peakMiB);
  return {
    beforeMiB: points[0]?.[1] ?? 0,
    peakMiB,
    series: points.filter((_, index) => index % step === 0 || index === peakAt || index === points.length - 1),
  };
}

import type { FreedVram } from '../../../shared/capabilities/models/contract.ts';
import { newestRow } from '../../../shared/gpu-row.ts';
import { sumOfMetric } from '../../../shared/gpu-summary.ts';
import type { GpuSampler } from './sampler.ts';

const SETTLES_MS = 4_000;
const READINGS = 3;

/**
 * Calls `free`, then waits for a few readings, since the driver takes a moment. VRAM in MiB, summed over all GPUs.
 */
export async function freeVram(
  gpu: Pick<GpuSampler, 'status' | 'onSamples'>,
  o: { readonly free: () => Promise<unknown>; readonly isJobRunning: () => boolean },
): Promise<FreedVram> {
  const beforeMiB = usedMiB(gpu);
  const isJobRunning = o.isJobRunning();
  await o.free();
  await settled(gpu);
  return { beforeMiB, afterMiB: usedMiB(gpu), isJobRunning: isJobRunning || o.isJobRunning() };
}

function usedMiB(gpu: Pick<GpuSampler, 'status'>): number | null {
  const sum = sumOfMetric(
    gpu.status().latest.map(({ rows }) => newestRow(rows)),
    'memoryUsedMiB',
  );
  return Number.isFinite(sum) ? sum : null;
}

function settled(gpu: Pick<GpuSampler, 'onSamples'>): Promise<void> {
  return new Promise((resolve) => {
    let readings = 0;
    const end = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(end, SETTLES_MS);
    const stop = gpu.onSamples(() => {
      readings += 1;
      if (readings >= READINGS) end();
    });
  });
}

import { expect, it } from 'vitest';
import type { GpuBatch } from '../../../shared/capabilities/gpu/contract.ts';
import { RunVram } from '../../../shared/capabilities/images/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { watchVram } from './vram-watch.ts';

const START = 1_800_000_000_000;

/** Rows of one GPU: [ms since the start, MiB in use]. */
function batch(gpuUuid: string, ...points: readonly (readonly [number, number])[]): GpuBatch {
  const rows = new Float64Array(points.length * GPU_ROW_WIDTH).fill(Number.NaN);
  for (const [index, [atMs, usedMiB]] of points.entries()) {
    rows[index * GPU_ROW_WIDTH] = START + atMs;
    rows[index * GPU_ROW_WIDTH + 1 + GPU_METRICS.indexOf('memoryUsedMiB')] = usedMiB;
  }
  return { hostId: 'ada2', gpuUuid, rows };
}

function watch(...latest: readonly GpuBatch[]) {
  const sampleBatches = createEmitter<readonly GpuBatch[]>();
  const status = {
    hostId: 'ada2',
    state: { kind: 'waiting' as const },
    gpus: [],
    health: [],
    processes: [],
    processesAt: null,
    xids: [],
    kernelLog: 'read' as const,
    warnings: [],
    badLines: 0,
    unknown: {},
    latest: [...latest],
  };
  const watched = watchVram(
    {
      status: () => status,
      onSamples: sampleBatches.on,
    },
    START,
  );
  const report = (...batches: readonly GpuBatch[]): void => sampleBatches.emit(batches);
  return { watched, report, sampleBatches };
}

it('the run has what was in use before it, its peak and its course, of the GPU that changed most', () => {
  const { watched, report, sampleBatches } = watch(batch('idle', [-9_000, 100]), batch('busy', [-3_000, 1_500], [-1_000, 2_000]));
  report(batch('idle', [500, 110]), batch('busy', [500, 9_000]));
  report(batch('busy', [1_000, 14_000], [1_500, 8_000]));
  expect(watched.end()).toEqual({
    beforeMiB: 2_000,
    peakMiB: 14_000,
    series: [
      [0, 2_000],
      [500, 9_000],
      [1_000, 14_000],
      [1_500, 8_000],
    ],
  });
  expect(sampleBatches.listenerCount).toBe(0);
});

it('what a GPU does not tell is left out, and nothing is told where none does', () => {
  const { watched, report } = watch();
  report(batch('a', [0, Number.NaN], [500, 3_000]));
  expect(watched.end()).toMatchObject({ beforeMiB: 3_000, peakMiB: 3_000, series: [[500, 3_000]] });
  expect(watch().watched.end()).toBeNull();
});

it('a long run has no more points than can be drawn, its peak and its end among what is told', () => {
  const { watched, report } = watch(batch('a', [0, 1_000]));
  for (let at = 1; at <= 5_000; at += 1) report(batch('a', [at * 500, at === 3_333 ? 40_000 : 2_000 + at]));
  const vram = RunVram.parse(watched.end());
  expect(vram.peakMiB).toBe(40_000);
  expect(vram.series.length).toBeLessThanOrEqual(602);
  expect(vram.series).toContainEqual([1_666_500, 40_000]);
  expect(vram.series.at(-1)).toEqual([2_500_000, 7_000]);
});

import { describe, expect, it } from 'vitest';
import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { sharedMemoryOf } from './shared-memory.ts';

const held = (gpuUuid: string, memoryUsedMiB: number | null): GpuProcess => ({
  gpuUuid,
  pid: 1,
  processName: 'python',
  memoryUsedMiB,
  user: null,
  command: null,
  unit: null,
  startedAt: null,
});
const GB10 = { gpuUuid: 'GPU-1', usedMiB: Number.NaN, totalMiB: Number.NaN, hostMiB: 122_571 };

describe('a GPU without memory of its own', () => {
  it('has what its processes hold, and the memory of the host', () => {
    const processes = [held('GPU-1', 9_216), held('GPU-1', 1_024), held('GPU-1', null), held('GPU-2', 5_000)];
    expect(sharedMemoryOf({ ...GB10, processes })).toEqual({ heldMiB: 10_240, hostMiB: 122_571 });
  });

  it('says nothing that nobody reported', () => {
    expect(sharedMemoryOf({ ...GB10, processes: [] })).toEqual({ heldMiB: null, hostMiB: 122_571 });
    expect(sharedMemoryOf({ ...GB10, processes: [held('GPU-1', null)], hostMiB: null })).toBeNull();
  });

  it('is none that reports its memory', () => {
    expect(sharedMemoryOf({ ...GB10, totalMiB: 46_068, processes: [held('GPU-1', 1)] })).toBeNull();
    expect(sharedMemoryOf({ ...GB10, usedMiB: 12, processes: [] })).toBeNull();
  });
});

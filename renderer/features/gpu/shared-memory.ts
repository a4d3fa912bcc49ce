import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';

/** What is known of the memory of a GPU that reports none of its own, MiB; null = not known. */
export interface SharedMemory {
  /** What the processes hold that say it. */
  readonly heldMiB: number | null;
  /** The host's, which such a GPU works in. */
  readonly hostMiB: number | null;
}

/**
 * A GPU without memory of its own (GB10, Jetson) reports neither use nor total: known are what its processes hold and the memory of
 * the host. Null for a GPU that reports either; NaN = not reported.
 */
export function sharedMemoryOf(o: {
  readonly gpuUuid: string;
  readonly usedMiB: number;
  readonly totalMiB: number;
  readonly processes: readonly GpuProcess[];
  readonly hostMiB: number | null;
}): SharedMemory | null {
  if (Number.isFinite(o.usedMiB) || Number.isFinite(o.totalMiB)) return null;
  const held = o.processes.flatMap(({ gpuUuid, memoryUsedMiB }) =>
    gpuUuid === o.gpuUuid && memoryUsedMiB !== null ? [memoryUsedMiB] : [],
  );
  if (held.length === 0 && o.hostMiB === null) return null;
  return { heldMiB: held.length === 0 ? null : held.reduce((sum, memory) => sum + memory, 0), hostMiB: o.hostMiB };
}

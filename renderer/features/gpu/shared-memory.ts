import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';

/** The memory of a GPU without VRAM, in MiB; null = unknown. */
export interface SharedMemory {
  /** Memory of the processes that report it. */
  readonly heldMiB: number | null;
  /** Memory of the host, which such a GPU shares. */
  readonly hostMiB: number | null;
}

/**
 * A GPU that shares host memory (GB10, Jetson) reports neither use nor total, so that its processes and the memory of the host are
 * the only figures. Null for a GPU that reports either; NaN = not reported.
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

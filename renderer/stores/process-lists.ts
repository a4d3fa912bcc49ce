import type { GpuProcess } from '../../shared/capabilities/gpu/contract.ts';

/** As long as the live samples. */
const RETENTION_MS = 20 * 60_000;

/** The processes that held VRAM at a moment. */
export interface ProcessList {
  readonly atMs: number;
  readonly processes: readonly GpuProcess[];
}

/** Lists with one more, oldest first, the last 20 minutes; the same lists where it is not newer. A clock that was set back starts anew. */
export function withProcessList(lists: readonly ProcessList[], next: ProcessList): readonly ProcessList[] {
  const last = lists.at(-1);
  if (last !== undefined && next.atMs === last.atMs) return lists;
  if (last !== undefined && next.atMs < last.atMs) return [next];
  return [...lists.filter(({ atMs }) => atMs > next.atMs - RETENTION_MS), next];
}

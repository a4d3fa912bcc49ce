import type { GpuProcess } from '../../shared/capabilities/gpu/contract.ts';
import type { ProcessRun } from '../../shared/capabilities/history/contract.ts';

interface Seen {
  readonly run: ProcessRun;
  readonly lastMs: number;
}

/** Finds the runs of processes in lists of them; each list is complete. */
export interface PastRuns {
  /** Runs that ended before this list. A list that is older than the one before begins anew: what was seen last is then returned as running. */
  take(atMs: number, processes: readonly GpuProcess[]): readonly { readonly run: ProcessRun; readonly atMs: number }[];
}

export function createPastRuns(): PastRuns {
  let open = new Map<string, Seen>();
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    take: (atMs, processes) => {
      const over: { run: ProcessRun; atMs: number }[] = [];
      if (atMs < lastMs) {
        for (const { run, lastMs: seenMs } of open.values()) over.push({ run, atMs: seenMs });
        open = new Map();
      }
      lastMs = atMs;
      const still = new Map<string, Seen>();
      for (const { gpuUuid, pid, processName, unit, memoryUsedMiB } of processes) {
        if (pid === null) continue;
        const key = `${gpuUuid}\n${pid}\n${processName}`;
        const known = open.get(key)?.run ?? { gpuUuid, pid, name: processName, unit, startedAt: atMs, endedAt: null, peakMiB: null };
        const peakMiB = memoryUsedMiB === null ? known.peakMiB : Math.max(known.peakMiB ?? 0, memoryUsedMiB);
        still.set(key, { run: { ...known, peakMiB }, lastMs: atMs });
      }
      for (const [key, { run, lastMs: endedMs }] of open)
        if (!still.has(key)) over.push({ run: { ...run, endedAt: endedMs }, atMs: endedMs });
      open = still;
      return over;
    },
  };
}

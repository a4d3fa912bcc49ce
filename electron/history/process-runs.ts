import type { Database } from 'node-sqlite3-wasm';
import type { GpuProcess } from '../../shared/contract/gpu.ts';
import type { ProcessRun } from '../../shared/contract/history.ts';

/** A process not seen for this long, while others were looked for, has ended. */
const ENDED_AFTER_MS = 15_000;

interface Run {
  readonly hostId: string;
  readonly gpuUuid: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly name: string;
  readonly unit: string | null;
  seenAt: number;
  endedAt: number | null;
  peakMiB: number | null;
}

export interface ProcessRuns {
  /** What holds VRAM at this time; what is missing now has ended. */
  record(hostId: string, processes: readonly GpuProcess[], atMs: number): void;
  between(hostId: string, gpuUuid: string, fromMs: number, toMs: number, nowMs: number): ProcessRun[];
  flush(): void;
  prune(beforeMs: number): void;
  forget(hostId: string): void;
}

/** The stretches of time in which processes held VRAM, in the table `runs`. */
export function createProcessRuns(database: Database): ProcessRuns {
  const current = new Map<string, Run>();
  const dirty = new Set<Run>();

  return {
    record: (hostId, processes, atMs) => {
      const present = new Set<string>();
      for (const process of processes) {
        const key = `${hostId}\n${process.gpuUuid}\n${process.pid}`;
        present.add(key);
        let run = current.get(key);
        if (run === undefined) {
          run = {
            hostId,
            gpuUuid: process.gpuUuid,
            pid: process.pid,
            startedAt: process.startedAt ?? atMs,
            name: process.processName,
            unit: process.unit,
            seenAt: atMs,
            endedAt: null,
            peakMiB: null,
          };
          current.set(key, run);
        }
        run.seenAt = atMs;
        if (process.memoryUsedMiB !== null) run.peakMiB = Math.max(run.peakMiB ?? 0, process.memoryUsedMiB);
        dirty.add(run);
      }
      for (const [key, run] of current) {
        if (run.hostId !== hostId || present.has(key)) continue;
        run.endedAt = atMs;
        dirty.add(run);
        current.delete(key);
      }
    },
    between: (hostId, gpuUuid, fromMs, toMs, nowMs) => {
      const records = database.all(
        'SELECT * FROM runs WHERE host = ? AND gpu = ? AND started < ? AND coalesce(ended, seen) >= ? ORDER BY started',
        [hostId, gpuUuid, toMs, fromMs],
      );
      return records.map((record) => {
        const seenAt = Number(record['seen']);
        const ended = record['ended'];
        const stillThere = ended === null && nowMs - seenAt < ENDED_AFTER_MS;
        return {
          gpuUuid,
          pid: Number(record['pid']),
          name: String(record['name']),
          unit: typeof record['unit'] === 'string' ? record['unit'] : null,
          startedAt: Number(record['started']),
          endedAt: typeof ended === 'number' ? ended : stillThere ? null : seenAt,
          peakMiB: typeof record['peak'] === 'number' ? record['peak'] : null,
        };
      });
    },
    flush: () => {
      for (const run of dirty) {
        database.run('INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
          run.hostId,
          run.gpuUuid,
          run.pid,
          run.startedAt,
          run.name,
          run.unit,
          run.seenAt,
          run.endedAt,
          run.peakMiB,
        ]);
      }
      dirty.clear();
    },
    prune: (beforeMs) => void database.run('DELETE FROM runs WHERE seen < ?', [beforeMs]),
    forget: (hostId) => {
      for (const [key, run] of current) if (run.hostId === hostId) current.delete(key);
      for (const run of dirty) if (run.hostId === hostId) dirty.delete(run);
    },
  };
}

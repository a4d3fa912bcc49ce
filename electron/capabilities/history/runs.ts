import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import type { ProcessRun, RunsRequest } from '../../../shared/capabilities/history/contract.ts';
import { type Database, numberOf, numberOrNull, rowsOf, textOf } from './database.ts';

/** A run that was not seen for this long is reported as ended at its last sighting. */
const UNCONFIRMED_MS = 60_000;
/** A start time from `ps` counts when it is this close to the first sighting; earlier starts were not watched. */
const BELIEVED_MS = 15_000;

interface Run {
  id: number | null;
  readonly host: string;
  readonly gpuUuid: string;
  readonly pid: number;
  readonly name: string;
  unit: string | null;
  readonly startedMs: number;
  seenMs: number;
  endedMs: number | null;
  peakMiB: number | null;
}

/** The processes that used VRAM over time. A run lasts from the first to the last list that contains the process. */
export class ProcessRuns {
  private readonly db: Database;
  private open: Run[];
  private readonly dirty = new Set<Run>();
  private readonly inserted = new Set<Run>();

  constructor(db: Database) {
    this.db = db;
    this.open = rowsOf(db, 'SELECT * FROM run WHERE ended_ms IS NULL').map(runOf);
  }

  record(host: string, processes: readonly GpuProcess[], atMs: number): void {
    const seen = new Set<Run>();
    for (const process of processes) {
      // Processes without a PID cannot be distinguished.
      if (process.pid === null) continue;
      let run = this.open.find(
        (one) =>
          one.host === host &&
          one.gpuUuid === process.gpuUuid &&
          one.pid === process.pid &&
          one.name === process.processName &&
          !seen.has(one),
      );
      // A start after the last sighting means that another process has reused the PID.
      if (run !== undefined && process.startedAt !== null && process.startedAt > run.seenMs + BELIEVED_MS) run = undefined;
      if (run === undefined) {
        const reported = process.startedAt;
        run = {
          id: null,
          host,
          gpuUuid: process.gpuUuid,
          pid: process.pid,
          name: process.processName,
          unit: process.unit,
          startedMs: Math.round(reported !== null && reported <= atMs && atMs - reported < BELIEVED_MS ? reported : atMs),
          seenMs: atMs,
          endedMs: null,
          peakMiB: null,
        };
        this.open.push(run);
      }
      run.seenMs = Math.round(atMs);
      run.unit = process.unit ?? run.unit;
      if (process.memoryUsedMiB !== null) run.peakMiB = Math.max(run.peakMiB ?? 0, process.memoryUsedMiB);
      seen.add(run);
      this.dirty.add(run);
    }
    for (const run of this.open) {
      if (run.host !== host || seen.has(run)) continue;
      run.endedMs = atMs - run.seenMs > UNCONFIRMED_MS ? run.seenMs : Math.round(atMs);
      this.dirty.add(run);
    }
    this.open = this.open.filter((run) => run.endedMs === null);
  }

  /** Takes in runs that another observer saw until `atMs`; one without an end goes on if the next list has it. */
  add(host: string, runs: readonly ProcessRun[], atMs: number): void {
    for (const { startedAt, endedAt, ...seen } of runs) {
      const run: Run = { id: null, host, ...seen, startedMs: Math.round(startedAt), seenMs: Math.round(endedAt ?? atMs), endedMs: endedAt };
      if (endedAt === null) this.open.push(run);
      this.dirty.add(run);
    }
  }

  /** Runs that overlap [fromMs, toMs], oldest first. */
  within({ hostId: host, gpuUuid, fromMs, toMs }: RunsRequest, nowMs: number): ProcessRun[] {
    const pending = new Set([...this.open, ...this.dirty].filter((run) => run.host === host && run.gpuUuid === gpuUuid));
    const pendingIds = new Set([...pending].map((run) => run.id));
    const stored = rowsOf(this.db, 'SELECT * FROM run WHERE host = ? AND gpu_uuid = ? AND started_ms <= ? AND seen_ms >= ?', [
      host,
      gpuUuid,
      Math.round(toMs),
      Math.round(fromMs) - UNCONFIRMED_MS,
    ])
      .map(runOf)
      .filter((run) => !pendingIds.has(run.id));
    return [...stored, ...pending]
      .map((run) => ({
        gpuUuid: run.gpuUuid,
        pid: run.pid,
        name: run.name,
        unit: run.unit,
        startedAt: run.startedMs,
        endedAt: run.endedMs ?? (nowMs - run.seenMs > UNCONFIRMED_MS ? run.seenMs : null),
        peakMiB: run.peakMiB,
      }))
      .filter((run) => run.startedAt <= toMs && (run.endedAt ?? Number.POSITIVE_INFINITY) >= fromMs)
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  get isDirty(): boolean {
    return this.dirty.size > 0;
  }

  flush(): void {
    for (const run of this.dirty) {
      if (run.id === null) {
        const { lastInsertRowid } = this.db.run(
          'INSERT INTO run (host, gpu_uuid, pid, name, unit, started_ms, seen_ms, ended_ms, peak_mib) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
          [run.host, run.gpuUuid, run.pid, run.name, run.unit, run.startedMs, run.seenMs, run.endedMs, run.peakMiB],
        );
        run.id = Number(lastInsertRowid);
        this.inserted.add(run);
      } else {
        this.db.run('UPDATE run SET unit = ?, seen_ms = ?, ended_ms = ?, peak_mib = ? WHERE id = ?', [
          run.unit,
          run.seenMs,
          run.endedMs,
          run.peakMiB,
          run.id,
        ]);
      }
    }
  }

  flushed(): void {
    this.inserted.clear();
    this.dirty.clear();
  }

  /** Resets runs that a rolled-back transaction inserted, so that they are inserted again. */
  forgetUncommitted(): void {
    for (const run of this.inserted) run.id = null;
    this.inserted.clear();
  }

  clear(host: string): void {
    this.open = this.open.filter((run) => run.host !== host);
    for (const run of [...this.dirty]) if (run.host === host) this.dirty.delete(run);
    this.db.run('DELETE FROM run WHERE host = ?', [host]);
  }

  prune(beforeMs: number): void {
    this.db.run('DELETE FROM run WHERE seen_ms < ?', [Math.round(beforeMs)]);
  }
}

function runOf(row: Readonly<Record<string, unknown>>): Run {
  return {
    id: numberOf(row['id']),
    host: textOf(row['host']),
    gpuUuid: textOf(row['gpu_uuid']),
    pid: numberOf(row['pid']),
    name: textOf(row['name']),
    unit: row['unit'] === null ? null : textOf(row['unit']),
    startedMs: numberOf(row['started_ms']),
    seenMs: numberOf(row['seen_ms']),
    endedMs: numberOrNull(row['ended_ms']),
    peakMiB: numberOrNull(row['peak_mib']),
  };
}

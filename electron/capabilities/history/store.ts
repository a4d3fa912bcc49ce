import { statSync } from 'node:fs';
import { beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import type { HistoryUsage, ProcessRun, SeriesAnswer, SeriesRequest } from '../../../shared/capabilities/history/contract.ts';
import { PanelException } from '../../../shared/errors.ts';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { isCorrupt, moveAside, numberOf, numberOrNull, openDatabase, rowsOf, textOf } from './database.ts';
import { ProcessRuns } from './runs.ts';
import { GpuSamples } from './samples.ts';

/** How long a sample waits in memory at most, together with the flush itself: under 5 s. */
const WRITE_BEHIND_MS = 4_000;
const PRUNE_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SEGMENTS_WAITING_MAX = 4;
/** With a store that cannot be written, this many closed segments (10 min each) of a GPU are kept at most. */
const TOO_MANY_WAITING = 300;

/** What the panel remembers across restarts. No method throws for a disk that is full or broken: that is logged. */
export interface HistoryStore {
  /** `rows`: GPU_ROW_WIDTH numbers each, oldest first. On disk within 5 s. */
  append(hostId: string, gpuUuid: string, rows: Float64Array): void;
  recordProcesses(hostId: string, processes: readonly GpuProcess[], atMs: number): void;
  /** Includes what is not on disk yet. */
  series(request: SeriesRequest): SeriesAnswer;
  processRuns(hostId: string, gpuUuid: string, fromMs: number, toMs: number): ProcessRun[];
  /** A header line, then a line for each sample; unknown is empty. No line ends. */
  csv(hostId: string, gpuUuid: string, fromMs: number, toMs: number): Iterable<string>;
  usage(): HistoryUsage;
  clear(hostId: string): void;
  flush(): void;
  close(): void;
}

export interface HistoryOptions {
  readonly file: string;
  readonly keepDays: () => number;
  readonly log: Logger;
  readonly now?: () => number;
  /** Told why nothing is written, and null when it is again. */
  readonly onTrouble?: (cause: unknown) => void;
}

/**
 * The store at `file` (see docs/decisions/002-history-store.md), opened at its first use, since SQLite takes a while to load.
 * Never throws: at worst it lives in memory.
 */
export function openHistory(o: HistoryOptions): HistoryStore {
  let opened: HistoryStore | null = null;
  const store = (): HistoryStore => {
    opened ??= openNow(o);
    return opened;
  };
  return {
    append: (...args) => store().append(...args),
    recordProcesses: (...args) => store().recordProcesses(...args),
    series: (request) => store().series(request),
    processRuns: (...args) => store().processRuns(...args),
    csv: (...args) => store().csv(...args),
    usage: () => store().usage(),
    clear: (hostId) => store().clear(hostId),
    flush: () => opened?.flush(),
    close: () => opened?.close(),
  };
}

function openNow(o: HistoryOptions): HistoryStore {
  const now = o.now ?? (() => Date.now());
  let { db, inMemory } = openDatabase(o.file, o.log, now);
  let runs = new ProcessRuns(db);
  let samples = new Map<string, GpuSamples>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let prunedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const pairOf = (hostId: string, key: string): string => `${hostId}\n${key}`;
  const schedule = (): void => {
    if (timer !== null || closed) return;
    timer = setTimeout(flush, WRITE_BEHIND_MS);
    timer.unref?.();
  };
  const samplesOf = (hostId: string, gpuUuid: string): GpuSamples => {
    const pair = pairOf(hostId, gpuUuid);
    let found = samples.get(pair);
    if (found === undefined) {
      db.run('INSERT OR IGNORE INTO gpu (host, uuid) VALUES (?, ?)', [hostId, gpuUuid]);
      const id = numberOf(rowsOf(db, 'SELECT id FROM gpu WHERE host = ? AND uuid = ?', [hostId, gpuUuid])[0]?.['id']);
      found = new GpuSamples(db, id, now());
      samples.set(pair, found);
    }
    return found;
  };
  /** A store that turns out broken is replaced: what was on disk is moved aside, watching goes on. */
  const guard = <T>(what: string, work: () => T, otherwise: T): T => {
    if (closed) return otherwise;
    try {
      return work();
    } catch (cause) {
      o.log.error('history.failed', { what, cause: String(cause) });
      if (isCorrupt(cause)) replaceBroken(cause);
      return otherwise;
    }
  };
  const replaceBroken = (cause: unknown): void => {
    try {
      db.close();
    } catch {
      // It is broken; what matters is that the file is let go.
    }
    if (!inMemory) moveAside(o.file, o.log, now, cause);
    ({ db, inMemory } = openDatabase(o.file, o.log, now));
    runs = new ProcessRuns(db);
    samples = new Map();
  };

  function write(): void {
    const dirty = [...samples.values()].filter((one) => one.dirty);
    const due = monotonicMs() - prunedAt >= PRUNE_EVERY_MS;
    if (dirty.length === 0 && !runs.isDirty && !due) return;
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const one of dirty) one.flush();
      runs.flush();
      if (due) prune();
      db.exec('COMMIT');
    } catch (cause) {
      if (db.inTransaction) db.exec('ROLLBACK');
      runs.forgetUncommitted();
      for (const one of dirty) one.dropBeyond(TOO_MANY_WAITING);
      throw cause;
    }
    for (const one of dirty) one.flushed();
    runs.flushed();
    if (due) prunedAt = monotonicMs();
  }

  function prune(): void {
    const keepMs = Math.max(1, o.keepDays()) * DAY_MS;
    for (const { host, uuid } of rowsOf(db, 'SELECT host, uuid FROM gpu')) samplesOf(textOf(host), textOf(uuid)).prune(now(), keepMs);
    runs.prune(now() - keepMs);
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (closed) return;
    // Readings in memory alone are gone with the panel, which is worth telling; null is for a flush that worked.
    const writeNow = (): PanelException | null => {
      write();
      return inMemory ? notWritten(o.file) : null;
    };
    const failure = guard('flush', writeNow, notWritten(o.file));
    o.onTrouble?.(failure);
  }

  return {
    append: (hostId, gpuUuid, rows) =>
      guard(
        'append',
        () => {
          const one = samplesOf(hostId, gpuUuid);
          one.append(rows);
          if (one.waiting > SEGMENTS_WAITING_MAX) flush();
          else schedule();
        },
        undefined,
      ),
    recordProcesses: (hostId, processes, atMs) => {
      guard('processes', () => runs.record(hostId, processes, atMs), undefined);
      schedule();
    },
    series: (request) => samplesOrNone(() => samplesOf(request.hostId, request.gpuUuid).series(request), request, guard),
    processRuns: (hostId, gpuUuid, fromMs, toMs) => guard('runs', () => runs.within(hostId, gpuUuid, fromMs, toMs, now()), []),
    *csv(hostId, gpuUuid, fromMs, toMs) {
      yield ['time', ...GPU_METRICS].join(',');
      for (const rows of samplesOf(hostId, gpuUuid).raw(fromMs, toMs)) {
        for (let at = 0; at < rows.length; at += GPU_ROW_WIDTH) yield csvLine(rows.subarray(at, at + GPU_ROW_WIDTH));
      }
    },
    usage: () => {
      const nothing = { file: o.file, bytes: 0, oldestSampleAt: null, samples: 0, keepDays: o.keepDays() };
      return guard(
        'usage',
        () => {
          flush();
          const counted = rowsOf(
            db,
            'SELECT min(from_ms) AS oldest, sum(CASE WHEN kind < 2 THEN samples ELSE 0 END) AS samples FROM chunk',
          )[0];
          const bytes = inMemory ? 0 : statSync(o.file).size;
          return { ...nothing, bytes, oldestSampleAt: numberOrNull(counted?.['oldest']), samples: numberOrNull(counted?.['samples']) ?? 0 };
        },
        nothing,
      );
    },
    clear: (hostId) =>
      guard(
        'clear',
        () => {
          for (const pair of [...samples.keys()]) if (pair.startsWith(`${hostId}\n`)) samples.delete(pair);
          db.run('DELETE FROM chunk WHERE gpu IN (SELECT id FROM gpu WHERE host = ?)', [hostId]);
          db.run('DELETE FROM gpu WHERE host = ?', [hostId]);
          runs.clear(hostId);
          // Gives the space back to the disk: the operator asked for it to be gone.
          db.exec('VACUUM');
        },
        undefined,
      ),
    flush,
    close: () => {
      if (closed) return;
      flush();
      closed = true;
      db.close();
    },
  };
}

const notWritten = (file: string): PanelException =>
  new PanelException({
    code: 'history-not-written',
    layer: 'laptop',
    message: `${file} cannot be written, so readings last until Ada Panel is quit.`,
    hint: 'Check free space and permissions of the data folder.',
    retryable: true,
  });

function samplesOrNone(
  read: () => SeriesAnswer,
  { fromMs, toMs, buckets, metrics }: SeriesRequest,
  guard: <T>(what: string, work: () => T, otherwise: T) => T,
): SeriesAnswer {
  const none = (): SeriesAnswer => {
    const columns = metrics.map(() => finishBuckets(beginBuckets(fromMs, toMs, buckets)));
    return { fromMs, toMs, bucketMs: Math.max(1, toMs - fromMs) / buckets, columns };
  };
  return guard<SeriesAnswer | null>('series', read, null) ?? none();
}

const csvLine = (row: Float64Array): string =>
  [...row]
    .map((value, column) =>
      column === 0 ? new Date(value).toISOString() : Number.isNaN(value) ? '' : String(Math.round(value * 1000) / 1000),
    )
    .join(',');

import { SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { seriesKind } from '../../../shared/series-kinds.ts';
import { filesUse } from '../../foundation/files/disk-use.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { emptyColumns, joinedColumns } from './columns.ts';
import { csvLines } from './csv.ts';
import { isCorrupt, moveAside, numberOrNull, openDatabase, rowsOf } from './database.ts';
import { HistoryEvents } from './events.ts';
import { createProcessSeries, type ProcessSeries } from './process-series.ts';
import { ProcessRuns } from './runs.ts';
import { SeriesTable } from './series-table.ts';
import type { HistoryStore, SeriesId } from './source.ts';

/** A sample is on disk within 5 s, including the flush. */
const WRITE_BEHIND_MS = 4_000;
const PRUNE_INTERVAL_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Closed segments of a series that are written at once: readings of hours come in at a time only from an import. */
const SEGMENTS_WAITING_MAX = 12;
/** Limit of closed segments (10 min each) of a series in memory while the store is not writable. */
const TOO_MANY_WAITING = 300;

export interface HistoryOptions {
  readonly file: string;
  readonly keepDays: () => number;
  readonly log: Logger;
  readonly now?: () => number;
  /** Called with the cause when writing fails, and with null when it works again. */
  readonly onProblem?: (cause: unknown) => void;
}

/**
 * The store at `file` (see docs/decisions/002-history-store.md), opened at its first use, since SQLite takes a while to load.
 * Never throws; without a usable file the store is in memory.
 */
export function openHistory(o: HistoryOptions): HistoryStore {
  let opened: OpenHistory | null = null;
  const pastChanges = createEmitter<{ readonly hostId: string }>();
  const store = (): OpenHistory => {
    opened ??= openNow(o);
    return opened;
  };
  return {
    append: (...args) => store().append(...args),
    recordProcesses: (...args) => store().recordProcesses(...args),
    series: (request) => store().series(request),
    addRuns: (...args) => store().addRuns(...args),
    recordEvent: (...args) => store().recordEvent(...args),
    runs: (request) => store().runs(request),
    events: (request) => store().events(request),
    rows: (...args) => store().rows(...args),
    subjects: (...args) => store().subjects(...args),
    subjectsWithin: (request) => store().subjectsWithin(request),
    csv: (selection) => store().csv(selection),
    usage: () => store().usage(),
    clear: (hostId) => {
      store().clear(hostId);
      pastChanges.emit({ hostId });
    },
    notePast: (hostId) => pastChanges.emit({ hostId }),
    onPastChanged: pastChanges.on,
    flush: () => opened?.flush(),
    close: () => opened?.close(),
  };
}

type OpenHistory = Omit<HistoryStore, 'notePast' | 'onPastChanged'>;

function openNow(o: HistoryOptions): OpenHistory {
  const now = o.now ?? (() => Date.now());
  let { db, inMemory } = openDatabase(o.file, o.log, now);
  let runs = new ProcessRuns(db);
  let events = new HistoryEvents(db);
  let table = new SeriesTable(db, now);
  const processSeries = new Map<string, ProcessSeries>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let prunedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const schedule = (): void => {
    if (timer !== null || closed) return;
    timer = setTimeout(flush, WRITE_BEHIND_MS);
    timer.unref?.();
  };
  /** Replaces a corrupt store by a new one and moves its file aside. */
  const guard = <T>(what: string, work: () => T, otherwise: T): T => {
    if (closed) return otherwise;
    try {
      return work();
    } catch (cause) {
      o.log.error('history.failed', { what, cause: String(cause) });
      if (isCorrupt(cause)) replaceCorrupt(cause);
      return otherwise;
    }
  };
  const replaceCorrupt = (cause: unknown): void => {
    try {
      db.close();
    } catch {
      // Closing a corrupt database may fail; only the file must be released.
    }
    if (!inMemory) moveAside(o.file, o.log, now, cause);
    ({ db, inMemory } = openDatabase(o.file, o.log, now));
    runs = new ProcessRuns(db);
    events = new HistoryEvents(db);
    table = new SeriesTable(db, now);
  };

  function write(): void {
    const dirty = table.dirty();
    const due = monotonicMs() - prunedAt >= PRUNE_INTERVAL_MS;
    if (dirty.length === 0 && !runs.isDirty && !events.isDirty && !due) return;
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const one of dirty) one.flush();
      runs.flush();
      events.flush();
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
    events.flushed();
    if (due) prunedAt = monotonicMs();
  }

  function prune(): void {
    const retentionMs = Math.max(1, o.keepDays()) * DAY_MS;
    table.prune(retentionMs);
    runs.prune(now() - retentionMs);
    events.prune(now() - retentionMs);
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (closed) return;
    // A store in memory is lost when the panel quits, so it is reported like a failed flush; null = written.
    const writeNow = (): PanelException | null => {
      write();
      return inMemory ? historyNotWrittenError(o.file) : null;
    };
    const failure = guard('flush', writeNow, historyNotWrittenError(o.file));
    o.onProblem?.(failure);
  }

  const append = (id: SeriesId, rows: Float64Array): void =>
    guard(
      'append',
      () => {
        const one = table.ensure(id);
        one.append(rows);
        if (one.waiting > SEGMENTS_WAITING_MAX) flush();
        else schedule();
      },
      undefined,
    );

  return {
    append,
    recordProcesses: (hostId, processes, atMs) => {
      guard('processes', () => runs.record(hostId, processes, atMs), undefined);
      const series = processSeries.get(hostId) ?? createProcessSeries();
      processSeries.set(hostId, series);
      for (const [subject, rows] of series.rowsOf(processes, atMs)) append({ hostId, kind: 'process', subject }, rows);
      schedule();
    },
    addRuns: (hostId, found, atMs) => {
      guard('runs', () => runs.add(hostId, found, atMs), undefined);
      schedule();
    },
    recordEvent: (hostId, event) => {
      guard('event', () => events.record(hostId, event), undefined);
      schedule();
    },
    series: (request) => {
      const { fromMs, toMs, buckets } = request;
      const read = (subject: string) => table.find({ ...request, subject })?.series(request, now()) ?? emptyColumns(request);
      const found = guard('series', () => joinedColumns(request.subjects, read), null);
      const columns = found ?? joinedColumns(request.subjects, () => emptyColumns(request));
      return { fromMs, toMs, bucketMs: Math.max(1, toMs - fromMs) / buckets, ...columns };
    },
    runs: (request) => guard('runs', () => runs.within(request, now()), []),
    events: (request) => guard('events', () => events.within(request), []),
    rows: (id, fromMs, toMs) => guard('rows', () => table.find(id)?.raw(fromMs, toMs), undefined) ?? [],
    subjectsWithin: (request) => guard('subjects', () => table.subjectsWithin(request).slice(0, SERIES_LIMITS.subjects), []),
    subjects: (hostId, kind) => guard('subjects', () => table.subjects(hostId, kind), []),
    csv: ({ hostId, kind, subjects, fromMs, toMs }) =>
      csvLines(
        seriesKind(kind),
        subjects.map((subject) => ({ subject, rows: table.find({ hostId, kind, subject })?.raw(fromMs, toMs) ?? [] })),
      ),
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
          const bytes = inMemory ? 0 : filesUse([o.file, `${o.file}-wal`]);
          return { ...nothing, bytes, oldestSampleAt: numberOrNull(counted?.['oldest']), samples: numberOrNull(counted?.['samples']) ?? 0 };
        },
        nothing,
      );
    },
    clear: (hostId) =>
      guard(
        'clear',
        () => {
          table.forget(hostId);
          processSeries.delete(hostId);
          runs.clear(hostId);
          events.clear(hostId);
          // VACUUM returns the space to the disk, which the operator expects of a deletion.
          db.exec('VACUUM');
          // The store is rewritten in the log first.
          db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
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

const historyNotWrittenError = (file: string): PanelException =>
  panelError({
    code: 'history-not-written',
    layer: 'laptop',
    message: `Cannot write ${file}: readings since the start are lost when Ada Panel quits.`,
    hint: 'Check the free space and permissions of the data folder.',
    retryable: true,
  });

import { statSync } from 'node:fs';
import type { SQLiteValue } from 'node-sqlite3-wasm';
import { addSummary, addValue, beginBuckets, finishBuckets } from '../../shared/buckets.ts';
import { GPU_METRICS, GPU_ROW_WIDTH, type GpuProcess } from '../../shared/contract/gpu.ts';
import type { HistoryUsage, ProcessRun, SeriesAnswer, SeriesRequest } from '../../shared/contract/history.ts';
import type { Logger } from '../log.ts';
import { CHUNK_MS, chunkStart, packRollup, packRows, readRollup, unpackFloats } from './chunk.ts';
import { openDatabase } from './database.ts';
import { createProcessRuns } from './process-runs.ts';

/** How long a sample may wait in memory before it is on disk. */
export const WRITE_BEHIND_MS = 5_000;
const DAY_MS = 86_400_000;
/** Full samples are kept a little longer than the longest range the page shows. */
const RAW_KEPT_MS = 49 * 3_600_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface HistoryStore {
  append(hostId: string, gpuUuid: string, rows: Float64Array): void;
  recordProcesses(hostId: string, processes: readonly GpuProcess[], atMs: number): void;
  series(request: SeriesRequest): SeriesAnswer;
  processRuns(hostId: string, gpuUuid: string, fromMs: number, toMs: number): ProcessRun[];
  /** Keeps one JSON value a host and key, e.g. the last known GPU status. */
  remember(hostId: string, key: string, value: unknown): void;
  recall(hostId: string, key: string): unknown;
  /** Lines of a CSV file, header first. Unknown cells are empty. */
  csv(hostId: string, gpuUuid: string, fromMs: number, toMs: number): Iterable<string>;
  usage(): HistoryUsage;
  clear(hostId: string): void;
  flush(): void;
  close(): void;
}

/** The minute of one GPU that is still being filled. */
interface OpenChunk {
  readonly hostId: string;
  readonly gpuUuid: string;
  readonly start: number;
  readonly rows: Float64Array[];
  isDirty: boolean;
}

function asBlob(value: SQLiteValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

/**
 * GPU samples, process runs and last known states, kept across restarts in one SQLite file: samples of a second for two
 * days, one-minute roll-ups (min, max, mean) for `keepDays`.
 */
export function openHistory(o: {
  readonly file: string;
  readonly keepDays: () => number;
  readonly log: Logger;
  readonly now?: () => number;
}): HistoryStore {
  const now = o.now ?? Date.now;
  const database = openDatabase(o.file, o.log);
  const open = new Map<string, OpenChunk>();
  const runs = createProcessRuns(database);
  let timer: NodeJS.Timeout | null = null;
  let prunedAt = 0;
  let isClosed = false;

  const writeChunk = (chunk: OpenChunk): void => {
    const key = [chunk.hostId, chunk.gpuUuid, chunk.start];
    database.run('INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)', [...key, packRows(chunk.start, chunk.rows)]);
    database.run('INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?)', [...key, packRollup(chunk.rows)]);
    chunk.isDirty = false;
  };

  const prune = (): void => {
    if (now() - prunedAt < PRUNE_EVERY_MS) return;
    prunedAt = now();
    const oldest = now() - o.keepDays() * DAY_MS;
    database.run('DELETE FROM chunks WHERE start < ?', [now() - RAW_KEPT_MS]);
    database.run('DELETE FROM rollups WHERE start < ?', [oldest]);
    runs.prune(oldest);
  };

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (isClosed) return;
    try {
      database.exec('BEGIN');
      for (const chunk of open.values()) if (chunk.isDirty) writeChunk(chunk);
      runs.flush();
      prune();
      database.exec('COMMIT');
    } catch (cause) {
      if (database.inTransaction) database.exec('ROLLBACK');
      o.log.error('history.write-failed', { cause: String(cause) });
    }
  };
  const flushLater = (): void => {
    timer ??= setTimeout(flush, WRITE_BEHIND_MS);
    timer.unref?.();
  };

  const openChunk = (hostId: string, gpuUuid: string, start: number): OpenChunk => {
    const key = `${hostId}\n${gpuUuid}`;
    const current = open.get(key);
    if (current !== undefined && current.start === start) return current;
    if (current?.isDirty) writeChunk(current);
    const chunk: OpenChunk = { hostId, gpuUuid, start, rows: [], isDirty: false };
    // After a restart within the minute the rows that are on disk already belong to the chunk.
    const kept = database.get('SELECT rows FROM chunks WHERE host = ? AND gpu = ? AND start = ?', [hostId, gpuUuid, start]);
    if (kept !== null) for (const row of rowsOf(asBlob(kept['rows'] as SQLiteValue), start)) chunk.rows.push(row.slice());
    open.set(key, chunk);
    return chunk;
  };

  /** Every stored row between two times, oldest first; what is not written yet is written first. */
  function* rowsBetween(hostId: string, gpuUuid: string, fromMs: number, toMs: number): Generator<Float64Array> {
    flush();
    const statement = database.prepare(
      'SELECT start, rows FROM chunks WHERE host = ? AND gpu = ? AND start >= ? AND start < ? ORDER BY start',
    );
    try {
      for (const record of statement.all([hostId, gpuUuid, chunkStart(fromMs), toMs])) {
        for (const row of rowsOf(asBlob(record['rows'] as SQLiteValue), Number(record['start']))) {
          const at = row[0] ?? 0;
          if (at >= fromMs && at < toMs) yield row;
        }
      }
    } finally {
      statement.finalize();
    }
  }

  const series = (request: SeriesRequest): SeriesAnswer => {
    const { hostId, gpuUuid, fromMs, toMs, buckets } = request;
    const bucketMs = (toMs - fromMs) / buckets;
    const wanted = request.metrics.map((metric) => GPU_METRICS.indexOf(metric));
    const columns = wanted.map(() => beginBuckets(fromMs, toMs, buckets));
    if (bucketMs < CHUNK_MS && fromMs >= now() - RAW_KEPT_MS) {
      for (const row of rowsBetween(hostId, gpuUuid, fromMs, toMs)) {
        columns.forEach((column, c) => {
          addValue(column, row[0] ?? 0, row[(wanted[c] ?? 0) + 1] ?? Number.NaN);
        });
      }
    } else {
      flush();
      const records = database.all('SELECT start, summary FROM rollups WHERE host = ? AND gpu = ? AND start >= ? AND start < ?', [
        hostId,
        gpuUuid,
        chunkStart(fromMs),
        toMs,
      ]);
      for (const record of records) {
        const floats = unpackFloats(asBlob(record['summary'] as SQLiteValue));
        const middle = Math.min(Number(record['start']) + CHUNK_MS / 2, toMs - 1);
        wanted.forEach((metricIndex, c) => {
          const { min, max, mean, count } = readRollup(floats, metricIndex);
          const column = columns[c];
          if (column !== undefined) addSummary(column, middle, min, max, mean * count, count);
        });
      }
    }
    return { fromMs, toMs, bucketMs, columns: columns.map((column) => finishBuckets(column).slice()) };
  };

  return {
    append: (hostId, gpuUuid, rows) => {
      // One transaction however many minutes the rows span: each commit waits for the disk.
      database.exec('BEGIN');
      for (let at = 0; at + GPU_ROW_WIDTH <= rows.length; at += GPU_ROW_WIDTH) {
        const row = rows.slice(at, at + GPU_ROW_WIDTH);
        const chunk = openChunk(hostId, gpuUuid, chunkStart(row[0] ?? 0));
        chunk.rows.push(row);
        chunk.isDirty = true;
      }
      database.exec('COMMIT');
      flushLater();
    },
    recordProcesses: (hostId, processes, atMs) => {
      runs.record(hostId, processes, atMs);
      flushLater();
    },
    series,
    processRuns: (hostId, gpuUuid, fromMs, toMs) => {
      flush();
      return runs.between(hostId, gpuUuid, fromMs, toMs, now());
    },
    remember: (hostId, key, value) => {
      database.run('INSERT OR REPLACE INTO remembered VALUES (?, ?, ?)', [hostId, key, encode(value)]);
    },
    recall: (hostId, key) => {
      const record = database.get('SELECT value FROM remembered WHERE host = ? AND key = ?', [hostId, key]);
      if (record === null) return null;
      try {
        return decode(String(record['value']));
      } catch {
        return null;
      }
    },
    csv: function* csv(hostId, gpuUuid, fromMs, toMs) {
      yield ['time', ...GPU_METRICS].join(',');
      for (const row of rowsBetween(hostId, gpuUuid, fromMs, toMs)) {
        const cells = [...row.subarray(1)].map((value) => (Number.isNaN(value) ? '' : String(Number(value.toFixed(3)))));
        yield [new Date(row[0] ?? 0).toISOString(), ...cells].join(',');
      }
    },
    usage: () => {
      flush();
      const oldest = database.get('SELECT min(start) AS oldest FROM rollups')?.['oldest'];
      const bytesOfRows = Number(database.get('SELECT coalesce(sum(length(rows)), 0) AS bytes FROM chunks')?.['bytes'] ?? 0);
      return {
        file: o.file,
        bytes: statSync(o.file).size,
        oldestSampleAt: typeof oldest === 'number' ? oldest : null,
        samples: Math.round(bytesOfRows / (GPU_ROW_WIDTH * Float32Array.BYTES_PER_ELEMENT)),
        keepDays: o.keepDays(),
      };
    },
    clear: (hostId) => {
      for (const [key, chunk] of open) if (chunk.hostId === hostId) open.delete(key);
      runs.forget(hostId);
      for (const table of ['chunks', 'rollups', 'runs', 'remembered']) database.run(`DELETE FROM ${table} WHERE host = ?`, [hostId]);
    },
    flush,
    close: () => {
      if (isClosed) return;
      flush();
      isClosed = true;
      database.close();
    },
  };
}

/** Rows of a stored chunk, with their times back in epoch ms. */
function* rowsOf(blob: Uint8Array, start: number): Generator<Float64Array> {
  const floats = unpackFloats(blob);
  for (let at = 0; at + GPU_ROW_WIDTH <= floats.length; at += GPU_ROW_WIDTH) {
    const row = Float64Array.from(floats.subarray(at, at + GPU_ROW_WIDTH));
    row[0] = (row[0] ?? 0) + start;
    yield row;
  }
}

/** JSON that keeps Float64Array and NaN, which a GPU status holds. */
function encode(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Float64Array ? { $float64: [...inner].map((number) => (Number.isNaN(number) ? null : number)) } : inner,
  );
}

function decode(text: string): unknown {
  return JSON.parse(text, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || !('$float64' in inner) || !Array.isArray(inner.$float64)) return inner;
    return Float64Array.from(inner.$float64.map((number: unknown) => (typeof number === 'number' ? number : Number.NaN)));
  });
}

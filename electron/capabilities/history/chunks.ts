import { bytesOf, type Database, numberOf, rowsOf } from './database.ts';
import { rollupWidth } from './rollups.ts';
import { decode, encode, SEGMENT_MS } from './segments.ts';

/** Kinds of blobs: new rows as they were flushed, a closed segment, its roll-up, and its whole percents (see percents.ts). */
export const CHUNK = { tail: 0, raw: 1, rollup: 2, percents: 3 } as const;
type ChunkKind = (typeof CHUNK)[keyof typeof CHUNK];
/** Bounds the memory of a reading; a statement for each blob would take longer than the blobs. */
const BLOBS_AT_ONCE = 16;
const RAW_RETENTION_MS = 49 * 3_600_000;

/** A list of metrics, with the blobs that have these columns. */
export interface Layout {
  readonly id: number;
  readonly metrics: readonly string[];
}

interface NewBlob {
  readonly series: number;
  readonly kind: ChunkKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly samples: number;
  readonly data: Uint8Array;
}

/** The blobs of series in the store. The caller holds the transaction of what writes. */
export class Chunks {
  private readonly db: Database;
  private readonly rollupMs: number;
  private inserted: NewBlob[] = [];

  constructor(db: Database, rollupMs: number) {
    this.db = db;
    this.rollupMs = rollupMs;
  }

  insertRows(series: number, kind: ChunkKind, rows: Float64Array, width: number): void {
    if (rows.length === 0) return;
    let firstMs = Number.POSITIVE_INFINITY;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < rows.length; at += width) {
      firstMs = Math.min(firstMs, rows[at] ?? firstMs);
      lastMs = Math.max(lastMs, rows[at] ?? lastMs);
    }
    this.insert({ series, kind, fromMs: firstMs, toMs: lastMs, samples: rows.length / width, data: encode(rows, width, firstMs) });
  }

  insert(blob: NewBlob): void {
    this.inserted.push(blob);
  }

  /** Forgets what was inserted and, because of a failure, not written. */
  begin(): void {
    this.inserted = [];
  }

  /** Writes what was inserted since the last call, some blobs with one statement. */
  write(): void {
    const blobs = this.inserted;
    this.inserted = [];
    for (let at = 0; at < blobs.length; at += BLOBS_AT_ONCE) {
      const some = blobs.slice(at, at + BLOBS_AT_ONCE);
      const values = some.flatMap(({ series, kind, fromMs, toMs, samples, data }) => [series, kind, fromMs, toMs, samples, data]);
      this.db.run(
        `INSERT INTO chunk (series, kind, from_ms, to_ms, samples, data) VALUES ${some.map(() => '(?, ?, ?, ?, ?, ?)').join()}`,
        values,
      );
    }
  }

  /** Rows of one kind whose blobs touch [fromMs, toMs], a blob at a time, oldest first. */
  *rows({ id, metrics }: Layout, kind: typeof CHUNK.raw | typeof CHUNK.rollup, fromMs: number, toMs: number): Generator<Float64Array> {
    const width = kind === CHUNK.rollup ? rollupWidth(metrics.length) : 1 + metrics.length;
    for (const { baseMs, data } of this.blobs(id, kind, fromMs, toMs)) yield decode(data, width, baseMs);
  }

  /** Blobs of one kind that touch [fromMs, toMs], read some at a time, oldest first. */
  *blobs(series: number, kind: ChunkKind, fromMs: number, toMs: number): Generator<{ readonly baseMs: number; readonly data: Uint8Array }> {
    const span = [series, kind, Math.round(fromMs) - SEGMENT_MS, Math.round(toMs), Math.round(fromMs) - this.rollupMs];
    const ids = rowsOf(
      this.db,
      'SELECT id FROM chunk WHERE series = ? AND kind = ? AND from_ms >= ? AND from_ms <= ? AND to_ms >= ? ORDER BY from_ms, id',
      span,
    );
    for (let at = 0; at < ids.length; at += BLOBS_AT_ONCE) {
      const some = ids.slice(at, at + BLOBS_AT_ONCE).map(({ id }) => numberOf(id));
      const read = `SELECT from_ms, data FROM chunk WHERE id IN (${some.map(() => '?').join()}) ORDER BY from_ms, id`;
      for (const chunk of rowsOf(this.db, read, some)) yield { baseMs: numberOf(chunk['from_ms']), data: bytesOf(chunk['data']) };
    }
  }

  /** The rows that were flushed before their segment was closed, in the order of their flushes. */
  tail({ id, metrics }: Layout): Float64Array[] {
    return rowsOf(this.db, 'SELECT from_ms, data FROM chunk WHERE series = ? AND kind = ? ORDER BY id', [id, CHUNK.tail]).map(
      ({ from_ms: base, data }) => decode(bytesOf(data), 1 + metrics.length, numberOf(base)),
    );
  }

  /** Deletes the flushed rows of a segment that is now written whole. */
  dropTail(series: number, startMs: number): void {
    const values = [series, CHUNK.tail, startMs, startMs + SEGMENT_MS];
    this.db.run('DELETE FROM chunk WHERE series = ? AND kind = ? AND from_ms >= ? AND from_ms < ?', values);
  }

  /** When the oldest closed segment begins, epoch ms; infinite when there is none. */
  oldestRawMs(series: number): number {
    const at = rowsOf(this.db, 'SELECT min(from_ms) AS at FROM chunk WHERE series = ? AND kind = ?', [series, CHUNK.raw])[0]?.['at'];
    return typeof at === 'number' || typeof at === 'bigint' ? Number(at) : Number.POSITIVE_INFINITY;
  }

  /** Deletes expired blobs. The tail of a series that ended is never closed, so it expires too. */
  prune(series: number, nowMs: number, retentionMs: number): void {
    for (const kind of Object.values(CHUNK)) {
      const keptMs = kind === CHUNK.raw ? Math.min(retentionMs, RAW_RETENTION_MS) : retentionMs;
      this.db.run('DELETE FROM chunk WHERE series = ? AND kind = ? AND to_ms < ?', [series, kind, Math.round(nowMs - keptMs)]);
    }
  }
}

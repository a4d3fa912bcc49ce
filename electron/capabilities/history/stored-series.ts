import { addRows, beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import type { SeriesRequest } from '../../../shared/capabilities/history/contract.ts';
import { rowWidth, type SeriesKind } from '../../../shared/series-kinds.ts';
import { bytesOf, type Database, numberOf, rowsOf } from './database.ts';
import { addHeld, timedValues } from './held-rows.ts';
import { addRollups, rollUp, rollupWidth } from './rollups.ts';
import { decode, encode, OpenSegment, rowsWithin, SEGMENT_MS } from './segments.ts';

const TAIL = 0;
const RAW = 1;
const ROLLUP = 2;
/** Roll-ups are used when a bucket covers at least three of them, so that its edges are at most a third of a bucket off. */
const ROLLUPS_IN_A_BUCKET = 3;
const RAW_RETENTION_MS = 49 * 3_600_000;

/** A list of metrics, with the blobs that have these columns. */
export interface Layout {
  readonly id: number;
  readonly metrics: readonly string[];
}

/** The rows of one series: the open segment in memory, everything older in the store. */
export class StoredSeries {
  private readonly db: Database;
  private readonly kind: SeriesKind;
  private readonly width: number;
  /** The present layout first, then layouts of versions with other metrics. */
  private readonly layouts: readonly [Layout, ...Layout[]];
  private open: OpenSegment;
  /** Closed segments that are not written yet. */
  private closing: OpenSegment[] = [];

  constructor(o: {
    readonly db: Database;
    readonly kind: SeriesKind;
    readonly layouts: readonly [Layout, ...Layout[]];
    readonly atMs: number;
  }) {
    this.db = o.db;
    this.kind = o.kind;
    this.width = rowWidth(o.kind);
    this.layouts = o.layouts;
    this.open = new OpenSegment(OpenSegment.startOf(o.atMs), this.width);
    this.reclaimTail();
  }

  /** Rows of `rowWidth(kind)` numbers; they wait in memory until {@link flush}. */
  append(rows: Float64Array): void {
    for (let at = 0; at + this.width <= rows.length; at += this.width) {
      const atMs = Math.round(rows[at] ?? Number.NaN);
      if (!Number.isFinite(atMs)) continue;
      this.openFor(atMs);
      const row = rows.slice(at, at + this.width);
      row[0] = atMs;
      this.open.push(row);
    }
  }

  /** The number of closed segments to write; the store flushes early when there are any. */
  get waiting(): number {
    return this.closing.length;
  }

  /** Time of the newest row in memory within [fromMs, toMs); null = none. */
  lastInMemory(fromMs: number, toMs: number): number | null {
    for (const segment of [this.open, ...[...this.closing].reverse()]) {
      const rows = segment.all();
      for (let at = rows.length - this.width; at >= 0; at -= this.width) {
        const ms = rows[at] ?? Number.NaN;
        if (ms >= fromMs && ms < toMs) return ms;
      }
    }
    return null;
  }

  get dirty(): boolean {
    return this.closing.length > 0 || this.open.hasUnflushed;
  }

  /** Writes new rows; the caller holds the transaction and calls {@link flushed} after the commit. */
  flush(): void {
    for (const segment of this.closing) this.writeClosed(segment);
    if (this.open.hasUnflushed) this.insert(TAIL, this.open.unflushed(), this.width);
  }

  flushed(): void {
    this.closing = [];
    this.open.markFlushed();
  }

  /** Drops the oldest closed segments of a store that is not writable, so that memory stays bounded. */
  dropBeyond(count: number): void {
    if (this.closing.length > count) this.closing = this.closing.slice(-count);
  }

  /** Buckets of each requested metric, from roll-ups or raw rows, including rows in memory. */
  series({ fromMs, toMs, metrics, buckets }: Omit<SeriesRequest, 'hostId' | 'kind' | 'subjects'>, nowMs: number): Float64Array[] {
    const fills = metrics.map((metric) => ({ metric, fill: beginBuckets(fromMs, toMs, buckets) }));
    const bucketMs = fills[0]?.fill.bucketMs ?? 0;
    const useRollups = bucketMs >= ROLLUPS_IN_A_BUCKET * this.kind.rollupMs;
    const rawFromMs = useRollups ? Number.POSITIVE_INFINITY : this.oldestRawMs();
    const { counts, rollupMs, holdMs } = this.kind;
    const isHeld = holdMs > bucketMs;
    const columnsOf = (layout: Layout) =>
      fills
        .map(({ metric, fill }) => {
          const column = 1 + layout.metrics.indexOf(metric);
          return { fill, column, isCount: counts.has(metric), rollupMs, untilMs: rawFromMs };
        })
        .filter(({ column }) => column > 0);
    for (const layout of this.layouts) {
      const columns = columnsOf(layout);
      const width = rollupWidth(layout.metrics.length);
      if (fromMs < rawFromMs) {
        for (const rollups of this.chunks(layout, ROLLUP, fromMs, Math.min(toMs, rawFromMs - 1))) {
          for (const one of columns) addRollups(one.fill, rollups, width, one);
        }
      }
      if (useRollups || isHeld) continue;
      for (const rows of this.chunks(layout, RAW, fromMs, toMs)) {
        for (const { fill, column } of columns) addRows(fill, rows, 1 + layout.metrics.length, column);
      }
    }
    if (isHeld && !useRollups) {
      for (const { fill, metric } of fills) addHeld(fill, timedValues([...this.blocksOf(metric, fromMs - holdMs, toMs)]), holdMs, nowMs);
      return fills.map(({ fill }) => finishBuckets(fill));
    }
    for (const segment of [...this.closing, this.open]) {
      for (const { fill, column } of columnsOf(this.layouts[0])) addRows(fill, segment.all(), this.width, column);
    }
    return fills.map(({ fill }) => finishBuckets(fill));
  }

  /** Raw rows that touch [fromMs, toMs] with the column of a metric, oldest first. */
  private *blocksOf(metric: string, fromMs: number, toMs: number): Generator<{ rows: Float64Array; width: number; column: number }> {
    for (const layout of [...this.layouts].reverse()) {
      const column = 1 + layout.metrics.indexOf(metric);
      if (column > 0) for (const rows of this.chunks(layout, RAW, fromMs, toMs)) yield { rows, width: 1 + layout.metrics.length, column };
    }
    const column = 1 + this.kind.metrics.indexOf(metric);
    for (const segment of [...this.closing, this.open]) yield { rows: segment.all(), width: this.width, column };
  }

  /** Raw rows of [fromMs, toMs) in the columns of the kind, a segment at a time, oldest first. */
  *raw(fromMs: number, toMs: number): Generator<Float64Array> {
    for (const layout of [...this.layouts].reverse()) {
      for (const rows of this.chunks(layout, RAW, fromMs, toMs)) yield rowsWithin(this.inColumns(rows, layout), this.width, fromMs, toMs);
    }
    for (const segment of [...this.closing, this.open]) yield rowsWithin(segment.all(), this.width, fromMs, toMs);
  }

  /** Deletes expired rows; the caller holds the transaction. */
  prune(nowMs: number, retentionMs: number): void {
    for (const { id } of this.layouts) {
      const remove = 'DELETE FROM chunk WHERE series = ? AND kind = ? AND to_ms < ?';
      this.db.run(remove, [id, RAW, Math.round(nowMs - Math.min(retentionMs, RAW_RETENTION_MS))]);
      this.db.run(remove, [id, ROLLUP, Math.round(nowMs - retentionMs)]);
      // The tail of a series that ended is never closed.
      this.db.run(remove, [id, TAIL, Math.round(nowMs - retentionMs)]);
    }
  }

  private openFor(atMs: number): void {
    const startMs = OpenSegment.startOf(atMs);
    if (startMs === this.open.startMs && !this.open.full) return;
    if (this.open.all().length > 0) this.closing.push(this.open);
    this.open = new OpenSegment(startMs, this.width);
  }

  private writeClosed(segment: OpenSegment): void {
    for (const { id } of this.layouts) {
      this.db.run('DELETE FROM chunk WHERE series = ? AND kind = ? AND from_ms >= ? AND from_ms < ?', [
        id,
        TAIL,
        segment.startMs,
        segment.startMs + SEGMENT_MS,
      ]);
    }
    this.insert(RAW, segment.all(), this.width);
    this.insert(ROLLUP, rollUp(segment.all(), this.width, this.kind.rollupMs), rollupWidth(this.kind.metrics.length));
  }

  private insert(kind: number, rows: Float64Array, width: number): void {
    if (rows.length === 0) return;
    let firstMs = Number.POSITIVE_INFINITY;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < rows.length; at += width) {
      firstMs = Math.min(firstMs, rows[at] ?? firstMs);
      lastMs = Math.max(lastMs, rows[at] ?? lastMs);
    }
    this.db.run('INSERT INTO chunk (series, kind, from_ms, to_ms, samples, data) VALUES (?, ?, ?, ?, ?, ?)', [
      this.layouts[0].id,
      kind,
      firstMs,
      lastMs,
      rows.length / width,
      encode(rows, width, firstMs),
    ]);
  }

  /** Blobs of one kind that touch [fromMs, toMs], decoded one at a time, oldest first. */
  private *chunks({ id: series, metrics }: Layout, kind: number, fromMs: number, toMs: number): Generator<Float64Array> {
    const width = kind === ROLLUP ? rollupWidth(metrics.length) : 1 + metrics.length;
    const span = [series, kind, Math.round(fromMs) - SEGMENT_MS, Math.round(toMs), Math.round(fromMs) - this.kind.rollupMs];
    const ids = rowsOf(
      this.db,
      'SELECT id FROM chunk WHERE series = ? AND kind = ? AND from_ms >= ? AND from_ms <= ? AND to_ms >= ? ORDER BY from_ms, id',
      span,
    );
    for (const { id } of ids) {
      const chunk = rowsOf(this.db, 'SELECT from_ms, data FROM chunk WHERE id = ?', [numberOf(id)])[0];
      if (chunk !== undefined) yield decode(bytesOf(chunk['data']), width, numberOf(chunk['from_ms']));
    }
  }

  private oldestRawMs(): number {
    let oldestMs = this.open.startMs;
    for (const { id } of this.layouts) {
      const at = rowsOf(this.db, 'SELECT min(from_ms) AS at FROM chunk WHERE series = ? AND kind = ?', [id, RAW])[0]?.['at'];
      if (typeof at === 'number' || typeof at === 'bigint') oldestMs = Math.min(oldestMs, Number(at));
    }
    return oldestMs;
  }

  /** Loads the tail of the panel's last run, which continues if its ten minutes are still current. */
  private reclaimTail(): void {
    for (const layout of [...this.layouts].reverse()) {
      const tail = rowsOf(this.db, 'SELECT from_ms, data FROM chunk WHERE series = ? AND kind = ? ORDER BY id', [layout.id, TAIL]);
      for (const { from_ms: base, data } of tail)
        this.append(this.inColumns(decode(bytesOf(data), 1 + layout.metrics.length, numberOf(base)), layout));
    }
    this.open.markFlushed();
  }

  /** Rows of a layout in the columns of the kind; NaN where the layout lacks a metric. */
  private inColumns(rows: Float64Array, layout: Layout): Float64Array {
    if (layout === this.layouts[0]) return rows;
    const theirs = 1 + layout.metrics.length;
    const places = this.kind.metrics.map((metric) => 1 + layout.metrics.indexOf(metric));
    const out = new Float64Array((rows.length / theirs) * this.width).fill(Number.NaN);
    for (let row = 0; row * theirs < rows.length; row += 1) {
      out[row * this.width] = rows[row * theirs] ?? Number.NaN;
      for (const [i, place] of places.entries()) if (place > 0) out[row * this.width + 1 + i] = rows[row * theirs + place] ?? Number.NaN;
    }
    return out;
  }
}

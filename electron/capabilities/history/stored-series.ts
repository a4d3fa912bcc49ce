import { addRows, type BucketFill, beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import type { SeriesRequest } from '../../../shared/capabilities/history/contract.ts';
import { rowWidth, type SeriesKind } from '../../../shared/series-kinds.ts';
import { CHUNK, Chunks, type Layout } from './chunks.ts';
import type { Database } from './database.ts';
import { addHeld, timedValues } from './held-rows.ts';
import { addPercentBlob, addPercentRows, beginPercents, encodePercents, finishPercents, type PercentFill } from './percents.ts';
import { addRollups, rollUp, rollupWidth } from './rollups.ts';
import { OpenSegment, rowsWithin, SEGMENT_MS } from './segments.ts';

/** Roll-ups are used when a bucket covers at least three of them, so that its edges are at most a third of a bucket off. */
const ROLLUPS_IN_A_BUCKET = 3;

type Request = Pick<SeriesRequest, 'fromMs' | 'toMs' | 'metrics' | 'percentiles' | 'buckets'>;

/** One array a metric, and one a metric of `percentiles`; see SeriesAnswer. */
export interface SeriesColumns {
  readonly columns: Float64Array<ArrayBuffer>[];
  readonly percentiles: Float64Array<ArrayBuffer>[];
}

/** The rows of one series: the open segment in memory, everything older in the store. */
export class StoredSeries {
  private readonly chunks: Chunks;
  private readonly kind: SeriesKind;
  private readonly width: number;
  /** The present layout first, then layouts of versions with other metrics. */
  private readonly layouts: readonly [Layout, ...Layout[]];
  private open: OpenSegment;
  /** Closed segments that are not written yet. */
  private closing: OpenSegment[] = [];
  /** Start of the oldest segment with rows that were flushed before it was closed. */
  private tailFromMs = Number.POSITIVE_INFINITY;
  /** The newest of them that still takes rows. */
  private late: OpenSegment | null = null;

  constructor(o: {
    readonly db: Database;
    readonly kind: SeriesKind;
    readonly layouts: readonly [Layout, ...Layout[]];
    readonly atMs: number;
  }) {
    this.chunks = new Chunks(o.db, o.kind.rollupMs);
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
      this.segmentFor(atMs).push(atMs, rows, at);
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
    this.chunks.begin();
    for (const segment of this.closing) this.writeClosed(segment);
    if (this.open.hasUnflushed) {
      this.chunks.insertRows(this.layouts[0].id, CHUNK.tail, this.open.unflushed(), this.width);
      this.tailFromMs = Math.min(this.tailFromMs, this.open.startMs);
    }
    this.chunks.write();
  }

  flushed(): void {
    this.closing = [];
    this.late = null;
    this.open.markFlushed();
  }

  /** Drops the oldest closed segments of a store that is not writable, so that memory stays bounded. */
  dropBeyond(count: number): void {
    if (this.closing.length <= count) return;
    this.closing = this.closing.slice(-count);
    this.late = null;
  }

  /** Buckets of each requested metric, from roll-ups or raw rows, including rows in memory. */
  series(request: Request, nowMs: number): SeriesColumns {
    const { fromMs, toMs, metrics, buckets } = request;
    const bucketMs = Math.max(1, toMs - fromMs) / buckets;
    const useRollups = bucketMs >= ROLLUPS_IN_A_BUCKET * this.kind.rollupMs;
    /** From here on raw rows answer, before it roll-ups. */
    const rawFromMs = useRollups ? Number.POSITIVE_INFINITY : this.oldestRawMs();
    const isHeld = !useRollups && this.kind.holdMs > bucketMs;
    const columns = metrics.map((metric) => ({ metric, fill: beginBuckets(fromMs, toMs, buckets) }));
    const percents = (request.percentiles ?? []).map((metric) => ({ metric, fill: beginPercents(fromMs, toMs, buckets) }));
    this.addSummaries(columns, percents, fromMs, Math.min(toMs, rawFromMs - 1), rawFromMs);
    const held = isHeld ? columns : [];
    for (const { metric, fill } of held) {
      const { holdMs } = this.kind;
      const blocks = [...this.blocks(fromMs - holdMs, toMs, false)].flatMap(({ rows, layout }) => {
        const column = 1 + layout.metrics.indexOf(metric);
        return column > 0 ? [{ rows, width: 1 + layout.metrics.length, column }] : [];
      });
      addHeld(fill, timedValues(blocks), holdMs, nowMs);
    }
    for (const { rows, layout } of this.blocks(fromMs, toMs, useRollups)) {
      const width = 1 + layout.metrics.length;
      const place = (metric: string): number => 1 + layout.metrics.indexOf(metric);
      if (!isHeld) for (const { fill, metric } of columns) if (place(metric) > 0) addRows(fill, rows, width, place(metric));
      for (const { fill, metric } of percents) if (place(metric) > 0) addPercentRows(fill, rows, width, place(metric));
    }
    return { columns: columns.map(({ fill }) => finishBuckets(fill)), percentiles: percents.map(({ fill }) => finishPercents(fill)) };
  }

  private addSummaries(
    columns: readonly { readonly metric: string; readonly fill: BucketFill }[],
    percents: readonly { readonly metric: string; readonly fill: PercentFill }[],
    fromMs: number,
    toMs: number,
    untilMs: number,
  ): void {
    if (fromMs > toMs) return;
    const { counts, rollupMs } = this.kind;
    for (const layout of this.layouts) {
      const width = rollupWidth(layout.metrics.length);
      const known = <T extends { readonly metric: string }>(wanted: readonly T[]) =>
        wanted.map((one) => ({ ...one, column: 1 + layout.metrics.indexOf(one.metric) })).filter(({ column }) => column > 0);
      const rolledUp = known(columns).map((one) => ({ ...one, isCount: counts.has(one.metric), rollupMs, untilMs }));
      for (const rollups of this.chunks.rows(layout, CHUNK.rollup, fromMs, toMs))
        for (const one of rolledUp) addRollups(one.fill, rollups, width, one);
      const counted = known(percents);
      if (counted.length === 0) continue;
      for (const { baseMs, data } of this.chunks.blobs(layout.id, CHUNK.percents, fromMs, toMs))
        for (const { fill, column } of counted) addPercentBlob(fill, data, { column, baseMs, rollupMs, untilMs });
    }
  }

  /** Raw rows that touch [fromMs, toMs], oldest first, with the layout of their columns. */
  private *blocks(fromMs: number, toMs: number, inMemoryOnly: boolean): Generator<{ rows: Float64Array; layout: Layout }> {
    for (const layout of inMemoryOnly ? [] : [...this.layouts].reverse())
      for (const rows of this.chunks.rows(layout, CHUNK.raw, fromMs, toMs)) yield { rows, layout };
    for (const segment of [...this.closing, this.open]) yield { rows: segment.all(), layout: this.layouts[0] };
  }

  /** Raw rows of [fromMs, toMs) in the columns of the kind, a segment at a time, oldest first. */
  *raw(fromMs: number, toMs: number): Generator<Float64Array> {
    for (const { rows, layout } of this.blocks(fromMs, toMs, false))
      yield rowsWithin(this.inColumns(rows, layout), this.width, fromMs, toMs);
  }

  /** Deletes expired rows; the caller holds the transaction. */
  prune(nowMs: number, retentionMs: number): void {
    for (const { id } of this.layouts) this.chunks.prune(id, nowMs, retentionMs);
  }

  /** Where a row of this time goes. Older rows than the newest, such as those of another observer, do not close the open segment. */
  private segmentFor(atMs: number): OpenSegment {
    const startMs = OpenSegment.startOf(atMs);
    if (startMs === this.open.startMs && !this.open.full) return this.open;
    if (startMs < this.open.startMs && this.open.all().length > 0) {
      if (this.late === null || this.late.startMs !== startMs || this.late.full) {
        this.late = new OpenSegment(startMs, this.width);
        this.closing.push(this.late);
      }
      return this.late;
    }
    if (this.open.all().length > 0) this.closing.push(this.open);
    this.open = new OpenSegment(startMs, this.width);
    return this.open;
  }

  private writeClosed(segment: OpenSegment): void {
    if (segment.startMs >= this.tailFromMs) for (const { id } of this.layouts) this.chunks.dropTail(id, segment.startMs);
    const { metrics, percents, rollupMs } = this.kind;
    const rows = segment.all();
    const series = this.layouts[0].id;
    this.chunks.insertRows(series, CHUNK.raw, rows, this.width);
    this.chunks.insertRows(series, CHUNK.rollup, rollUp(rows, this.width, rollupMs), rollupWidth(metrics.length));
    if (percents.length === 0 || rows.length === 0) return;
    const places = percents.map((metric) => 1 + metrics.indexOf(metric));
    // Roll-ups begin at multiples of their length, as segments do.
    const fromMs = segment.startMs;
    const data = encodePercents(rows, this.width, places, fromMs, rollupMs);
    this.chunks.insert({
      series,
      kind: CHUNK.percents,
      fromMs,
      toMs: fromMs + SEGMENT_MS - rollupMs,
      samples: rows.length / this.width,
      data,
    });
  }

  private oldestRawMs(): number {
    return Math.min(this.open.startMs, ...this.layouts.map(({ id }) => this.chunks.oldestRawMs(id)));
  }

  /** Loads the tail of the panel's last run, which continues if its ten minutes are still current. */
  private reclaimTail(): void {
    for (const layout of [...this.layouts].reverse())
      for (const rows of this.chunks.tail(layout)) {
        this.append(this.inColumns(rows, layout));
        this.tailFromMs = Math.min(this.tailFromMs, OpenSegment.startOf(rows[0] ?? Number.POSITIVE_INFINITY));
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

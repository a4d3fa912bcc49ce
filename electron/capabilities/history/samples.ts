import { addRows, addSummary, type BucketFill, beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import type { SeriesAnswer, SeriesRequest } from '../../../shared/capabilities/history/contract.ts';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { bytesOf, type Database, numberOf, rowsOf } from './database.ts';
import { decode, encode, OpenSegment, ROLLUP_MS, ROLLUP_WIDTH, rollUp, SEGMENT_MS } from './segments.ts';

const TAIL = 0;
const RAW = 1;
const ROLLUP = 2;
/** Roll-ups answer when a bucket holds at least three of them: the edges then fall at most a third of a bucket off. */
const ROLLUPS_FROM_BUCKET_MS = 3 * ROLLUP_MS;
const RAW_KEPT_MS = 49 * 3_600_000;

/** The samples of one GPU: the open segment in memory, everything older in the store. */
export class GpuSamples {
  private readonly db: Database;
  private readonly gpu: number;
  private open: OpenSegment;
  /** Closed segments that the store does not have yet. */
  private closing: OpenSegment[] = [];

  constructor(db: Database, gpu: number, atMs: number) {
    this.db = db;
    this.gpu = gpu;
    this.open = new OpenSegment(OpenSegment.startOf(atMs));
    this.reclaimTail();
  }

  /** Rows wait in memory until {@link flush}. */
  append(rows: Float64Array): void {
    for (let at = 0; at + GPU_ROW_WIDTH <= rows.length; at += GPU_ROW_WIDTH) {
      const atMs = Math.round(rows[at] ?? Number.NaN);
      if (!Number.isFinite(atMs)) continue;
      this.openFor(atMs);
      const row = rows.slice(at, at + GPU_ROW_WIDTH);
      row[0] = atMs;
      this.open.push(row);
    }
  }

  /** How many closed segments wait: the store flushes early when there are any. */
  get waiting(): number {
    return this.closing.length;
  }

  get dirty(): boolean {
    return this.closing.length > 0 || this.open.hasUnflushed;
  }

  /** Writes what is not in the store yet; the caller holds the transaction. Call {@link flushed} once it is committed. */
  flush(): void {
    for (const segment of this.closing) this.writeClosed(segment);
    if (this.open.hasUnflushed) this.insert(TAIL, this.open.unflushed(), GPU_ROW_WIDTH);
  }

  flushed(): void {
    this.closing = [];
    this.open.markFlushed();
  }

  /** For a store that cannot be written: forgets the oldest closed segments, so that memory stays bounded. */
  dropBeyond(count: number): void {
    if (this.closing.length > count) this.closing = this.closing.slice(-count);
  }

  /** Fills buckets from roll-ups or raw rows, with what is not flushed yet. */
  series(request: SeriesRequest): SeriesAnswer {
    const { fromMs, toMs } = request;
    const fills = request.metrics.map((metric) => ({
      column: 1 + GPU_METRICS.indexOf(metric),
      fill: beginBuckets(fromMs, toMs, request.buckets),
    }));
    const bucketMs = fills[0]?.fill.bucketMs ?? 0;
    const addRaw = (rows: Float64Array): void => {
      for (const { column, fill } of fills) addRows(fill, rows, GPU_ROW_WIDTH, column);
    };
    const useRollups = bucketMs >= ROLLUPS_FROM_BUCKET_MS;
    const rawFromMs = useRollups ? Number.POSITIVE_INFINITY : this.oldestRawMs();
    if (fromMs < rawFromMs) {
      for (const rollups of this.chunks(ROLLUP, fromMs, Math.min(toMs, rawFromMs - 1), ROLLUP_WIDTH)) {
        for (const { column, fill } of fills) addRollups(fill, rollups, column);
      }
    }
    if (!useRollups) for (const rows of this.chunks(RAW, fromMs, toMs, GPU_ROW_WIDTH)) addRaw(rows);
    for (const segment of [...this.closing, this.open]) addRaw(segment.all());
    return { fromMs, toMs, bucketMs, columns: fills.map(({ fill }) => finishBuckets(fill)) };
  }

  /** Raw rows of [fromMs, toMs), a segment at a time, oldest first. */
  *raw(fromMs: number, toMs: number): Generator<Float64Array> {
    const inside = (rows: Float64Array): Float64Array => rowsWithin(rows, fromMs, toMs);
    for (const rows of this.chunks(RAW, fromMs, toMs, GPU_ROW_WIDTH)) yield inside(rows);
    for (const segment of [...this.closing, this.open]) yield inside(segment.all());
  }

  /** Removes what is past its time; the caller holds the transaction. */
  prune(nowMs: number, keepMs: number): void {
    const remove = 'DELETE FROM chunk WHERE gpu = ? AND kind = ? AND to_ms < ?';
    this.db.run(remove, [this.gpu, RAW, Math.round(nowMs - Math.min(keepMs, RAW_KEPT_MS))]);
    this.db.run(remove, [this.gpu, ROLLUP, Math.round(nowMs - keepMs)]);
  }

  private openFor(atMs: number): void {
    const startMs = OpenSegment.startOf(atMs);
    if (startMs === this.open.startMs && !this.open.full) return;
    if (this.open.all().length > 0) this.closing.push(this.open);
    this.open = new OpenSegment(startMs);
  }

  private writeClosed(segment: OpenSegment): void {
    this.db.run('DELETE FROM chunk WHERE gpu = ? AND kind = ? AND from_ms >= ? AND from_ms < ?', [
      this.gpu,
      TAIL,
      segment.startMs,
      segment.startMs + SEGMENT_MS,
    ]);
    this.insert(RAW, segment.all(), GPU_ROW_WIDTH);
    this.insert(ROLLUP, rollUp(segment.all()), ROLLUP_WIDTH);
  }

  private insert(kind: number, rows: Float64Array, width: number): void {
    if (rows.length === 0) return;
    let firstMs = Number.POSITIVE_INFINITY;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < rows.length; at += width) {
      firstMs = Math.min(firstMs, rows[at] ?? firstMs);
      lastMs = Math.max(lastMs, rows[at] ?? lastMs);
    }
    this.db.run('INSERT INTO chunk (gpu, kind, from_ms, to_ms, samples, data) VALUES (?, ?, ?, ?, ?, ?)', [
      this.gpu,
      kind,
      firstMs,
      lastMs,
      rows.length / width,
      encode(rows, width, firstMs),
    ]);
  }

  /** Blobs of one kind that touch [fromMs, toMs], decoded one at a time, oldest first. */
  private *chunks(kind: number, fromMs: number, toMs: number, width: number): Generator<Float64Array> {
    const span = [this.gpu, kind, Math.round(fromMs) - SEGMENT_MS, Math.round(toMs), Math.round(fromMs) - ROLLUP_MS];
    const ids = rowsOf(
      this.db,
      'SELECT id FROM chunk WHERE gpu = ? AND kind = ? AND from_ms >= ? AND from_ms <= ? AND to_ms >= ? ORDER BY from_ms, id',
      span,
    );
    for (const { id } of ids) {
      const chunk = rowsOf(this.db, 'SELECT from_ms, data FROM chunk WHERE id = ?', [numberOf(id)])[0];
      if (chunk !== undefined) yield decode(bytesOf(chunk['data']), width, numberOf(chunk['from_ms']));
    }
  }

  private oldestRawMs(): number {
    const oldest = rowsOf(this.db, 'SELECT min(from_ms) AS at FROM chunk WHERE gpu = ? AND kind = ?', [this.gpu, RAW])[0]?.['at'];
    return typeof oldest === 'number' || typeof oldest === 'bigint' ? Number(oldest) : this.open.startMs;
  }

  /** Takes the tail that the last run of the panel left: its ten minutes go on where they are still the current ones. */
  private reclaimTail(): void {
    const tail = rowsOf(this.db, 'SELECT from_ms, data FROM chunk WHERE gpu = ? AND kind = ? ORDER BY id', [this.gpu, TAIL]);
    for (const { from_ms: base, data } of tail) this.append(decode(bytesOf(data), GPU_ROW_WIDTH, numberOf(base)));
    this.open.markFlushed();
  }
}

/** A roll-up counts for every bucket it touches: where buckets are narrower than it, none of them is a false gap. */
function addRollups(fill: BucketFill, rollups: Float64Array, column: number): void {
  const cell = 1 + (column - 1) * 4;
  for (let at = 0; at + ROLLUP_WIDTH <= rollups.length; at += ROLLUP_WIDTH) {
    const startMs = rollups[at] ?? 0;
    const count = rollups[at + cell + 3] ?? 0;
    if (count === 0) continue;
    const min = rollups[at + cell] ?? Number.NaN;
    const max = rollups[at + cell + 1] ?? Number.NaN;
    const sum = rollups[at + cell + 2] ?? Number.NaN;
    if (fill.bucketMs >= ROLLUP_MS) addSummary(fill, startMs + ROLLUP_MS / 2, min, max, sum, count);
    else for (let ms = startMs; ms < startMs + ROLLUP_MS; ms += fill.bucketMs) addSummary(fill, ms, min, max, sum / count, 1);
  }
}

function rowsWithin(rows: Float64Array, fromMs: number, toMs: number): Float64Array {
  const kept: number[] = [];
  for (let at = 0; at + GPU_ROW_WIDTH <= rows.length; at += GPU_ROW_WIDTH) {
    const ms = rows[at] ?? Number.NaN;
    if (ms >= fromMs && ms < toMs) kept.push(...rows.subarray(at, at + GPU_ROW_WIDTH));
  }
  return Float64Array.from(kept);
}

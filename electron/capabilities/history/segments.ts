import { GPU_METRICS, GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';

/** Raw rows are kept together by ten minutes; a closed segment is one blob and one roll-up. */
export const SEGMENT_MS = 600_000;
export const ROLLUP_MS = 10_000;
/** A segment is closed early at this many rows: memory stays bounded however fast samples come. */
export const SEGMENT_MAX_ROWS = 1_800;

/** One roll-up bucket: its start, then min, max, sum and count of every metric. */
export const ROLLUP_WIDTH = 1 + GPU_METRICS.length * 4;

/**
 * Rows as stored: 32-bit floats, the time as ms after `baseMs`. Exact for whole ms and MiB; a hundredth of a watt is
 * kept to 1e-5.
 */
export function encode(rows: Float64Array, width: number, baseMs: number): Uint8Array {
  const packed = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) packed[i] = i % width === 0 ? (rows[i] ?? 0) - baseMs : (rows[i] ?? Number.NaN);
  return new Uint8Array(packed.buffer);
}

/** The opposite of {@link encode}; a blob that was cut loses its last, incomplete row. */
export function decode(data: Uint8Array, width: number, baseMs: number): Float64Array {
  const whole = Math.floor(data.byteLength / (4 * width)) * width;
  // A copy, because SQLite's bytes need not lie on a multiple of four.
  const packed = new Float32Array(data.slice(0, whole * 4).buffer);
  const rows = new Float64Array(packed);
  for (let at = 0; at < rows.length; at += width) rows[at] = (rows[at] ?? 0) + baseMs;
  return rows;
}

/** Summarises rows by ROLLUP_MS; a bucket without samples is not there. */
export function rollUp(rows: Float64Array): Float64Array {
  const buckets = new Map<number, Float64Array>();
  for (let at = 0; at + GPU_ROW_WIDTH <= rows.length; at += GPU_ROW_WIDTH) {
    const startMs = Math.floor((rows[at] ?? 0) / ROLLUP_MS) * ROLLUP_MS;
    let bucket = buckets.get(startMs);
    if (bucket === undefined) {
      bucket = new Float64Array(ROLLUP_WIDTH);
      bucket[0] = startMs;
      for (let m = 0; m < GPU_METRICS.length; m += 1) bucket.fill(Number.NaN, 1 + m * 4, 3 + m * 4);
      buckets.set(startMs, bucket);
    }
    for (let m = 0; m < GPU_METRICS.length; m += 1) {
      const value = rows[at + 1 + m] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const cell = 1 + m * 4;
      const count = bucket[cell + 3] ?? 0;
      bucket[cell] = count === 0 ? value : Math.min(bucket[cell] ?? value, value);
      bucket[cell + 1] = count === 0 ? value : Math.max(bucket[cell + 1] ?? value, value);
      bucket[cell + 2] = (bucket[cell + 2] ?? 0) + value;
      bucket[cell + 3] = count + 1;
    }
  }
  const out = new Float64Array(buckets.size * ROLLUP_WIDTH);
  [...buckets.values()].forEach((bucket, index) => {
    out.set(bucket, index * ROLLUP_WIDTH);
  });
  return out;
}

/** The newest rows of one GPU: what is flushed already and what is not, until the segment is closed. */
export class OpenSegment {
  /** Start of the ten minutes, epoch ms. */
  readonly startMs: number;
  private rows: Float64Array = new Float64Array(64 * GPU_ROW_WIDTH);
  private used = 0;
  private flushed = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  static startOf(atMs: number): number {
    return Math.floor(atMs / SEGMENT_MS) * SEGMENT_MS;
  }

  get full(): boolean {
    return this.used >= SEGMENT_MAX_ROWS * GPU_ROW_WIDTH;
  }

  get hasUnflushed(): boolean {
    return this.flushed < this.used;
  }

  push(row: Float64Array): void {
    if (this.used + GPU_ROW_WIDTH > this.rows.length) {
      const grown = new Float64Array(this.rows.length * 2);
      grown.set(this.rows.subarray(0, this.used));
      this.rows = grown;
    }
    this.rows.set(row, this.used);
    this.used += GPU_ROW_WIDTH;
  }

  all(): Float64Array {
    return this.rows.subarray(0, this.used);
  }

  unflushed(): Float64Array {
    return this.rows.subarray(this.flushed, this.used);
  }

  markFlushed(): void {
    this.flushed = this.used;
  }
}

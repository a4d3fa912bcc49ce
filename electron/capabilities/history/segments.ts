/** Raw rows are stored in segments of ten minutes; a closed segment is one blob and one roll-up. */
export const SEGMENT_MS = 600_000;
/** A segment with this many rows is closed early, so that memory stays bounded at any sample rate. */
export const SEGMENT_MAX_ROWS = 1_800;

/**
 * Rows as stored: 32-bit floats, the time as ms after `baseMs`. Exact for whole ms and MiB; power is precise to 1e-5 W.
 */
export function encode(rows: Float64Array, width: number, baseMs: number): Uint8Array {
  const packed = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) packed[i] = i % width === 0 ? (rows[i] ?? 0) - baseMs : (rows[i] ?? Number.NaN);
  return new Uint8Array(packed.buffer);
}

/** The inverse of {@link encode}; a truncated blob loses its last, incomplete row. */
export function decode(data: Uint8Array, width: number, baseMs: number): Float64Array {
  const whole = Math.floor(data.byteLength / (4 * width)) * width;
  // A copy, because SQLite's bytes need not be aligned to four.
  const packed = new Float32Array(data.slice(0, whole * 4).buffer);
  const rows = new Float64Array(packed);
  for (let at = 0; at < rows.length; at += width) rows[at] = (rows[at] ?? 0) + baseMs;
  return rows;
}

/** The rows of [fromMs, toMs). */
export function rowsWithin(rows: Float64Array, width: number, fromMs: number, toMs: number): Float64Array {
  const kept: number[] = [];
  for (let at = 0; at + width <= rows.length; at += width) {
    const ms = rows[at] ?? Number.NaN;
    if (ms >= fromMs && ms < toMs) kept.push(...rows.subarray(at, at + width));
  }
  return Float64Array.from(kept);
}

/** The newest rows of one series, flushed or not, until the segment is closed. */
export class OpenSegment {
  /** Start of the ten minutes, epoch ms. */
  readonly startMs: number;
  private readonly width: number;
  private rows: Float64Array;
  private used = 0;
  private flushed = 0;

  constructor(startMs: number, width: number) {
    this.startMs = startMs;
    this.width = width;
    this.rows = new Float64Array(64 * width);
  }

  static startOf(atMs: number): number {
    return Math.floor(atMs / SEGMENT_MS) * SEGMENT_MS;
  }

  get full(): boolean {
    return this.used >= SEGMENT_MAX_ROWS * this.width;
  }

  get hasUnflushed(): boolean {
    return this.flushed < this.used;
  }

  /** Adds the row at a place of `rows`, at this time. */
  push(atMs: number, rows: Float64Array, at: number): void {
    if (this.used + this.width > this.rows.length) {
      const grown = new Float64Array(this.rows.length * 2);
      grown.set(this.rows.subarray(0, this.used));
      this.rows = grown;
    }
    for (let i = 0; i < this.width; i += 1) this.rows[this.used + i] = rows[at + i] ?? Number.NaN;
    this.rows[this.used] = atMs;
    this.used += this.width;
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

import { addSummary, type BucketFill } from '../../../shared/buckets.ts';

/** Columns of one roll-up bucket: its start, then min, max, sum and count of every metric. */
export const rollupWidth = (metrics: number): number => 1 + metrics * 4;

/** Summarises rows of `width` columns by `rollupMs`; a bucket without samples is omitted. */
export function rollUp(rows: Float64Array, width: number, rollupMs: number): Float64Array {
  const metrics = width - 1;
  const buckets = new Map<number, Float64Array<ArrayBuffer>>();
  let bucket = new Float64Array(0);
  let bucketMs = Number.NaN;
  for (let at = 0; at + width <= rows.length; at += width) {
    const startMs = Math.floor((rows[at] ?? 0) / rollupMs) * rollupMs;
    if (startMs !== bucketMs) {
      bucket = buckets.get(startMs) ?? emptyBucket(startMs, metrics);
      bucketMs = startMs;
      buckets.set(startMs, bucket);
    }
    for (let m = 0, cell = 1; m < metrics; m += 1, cell += 4) {
      const value = rows[at + 1 + m] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const count = bucket[cell + 3] ?? 0;
      if (count === 0 || value < (bucket[cell] ?? value)) bucket[cell] = value;
      if (count === 0 || value > (bucket[cell + 1] ?? value)) bucket[cell + 1] = value;
      bucket[cell + 2] = (bucket[cell + 2] ?? 0) + value;
      bucket[cell + 3] = count + 1;
    }
  }
  const out = new Float64Array(buckets.size * rollupWidth(metrics));
  [...buckets.values()].forEach((one, index) => {
    out.set(one, index * rollupWidth(metrics));
  });
  return out;
}

function emptyBucket(startMs: number, metrics: number): Float64Array<ArrayBuffer> {
  const bucket = new Float64Array(rollupWidth(metrics));
  bucket[0] = startMs;
  for (let m = 0; m < metrics; m += 1) bucket.fill(Number.NaN, 1 + m * 4, 3 + m * 4);
  return bucket;
}

/** The column to add, and how. */
export interface RollupColumn {
  /** Index in a row, whose column 0 is the time. */
  readonly column: number;
  /** A count is divided among buckets that are narrower than the roll-up. */
  readonly isCount: boolean;
  readonly rollupMs: number;
  /** Raw rows are used from here on, so that later roll-ups are skipped. */
  readonly untilMs: number;
}

/**
 * Adds one column of roll-ups of `width` columns. A roll-up counts for every bucket that it overlaps, so that narrower buckets are no
 * false gaps.
 */
export function addRollups(fill: BucketFill, rollups: Float64Array, width: number, o: RollupColumn): void {
  const { isCount, rollupMs } = o;
  const { bucketMs } = fill;
  const cell = 1 + (o.column - 1) * 4;
  const lastStartMs = o.untilMs - rollupMs;
  const isWide = bucketMs >= rollupMs;
  for (let at = 0; at + width <= rollups.length; at += width) {
    const startMs = rollups[at] ?? 0;
    const count = rollups[at + cell + 3] ?? 0;
    if (count === 0 || startMs > lastStartMs) continue;
    const min = rollups[at + cell] ?? Number.NaN;
    const max = rollups[at + cell + 1] ?? Number.NaN;
    const sum = rollups[at + cell + 2] ?? Number.NaN;
    if (isWide) addSummary(fill, startMs + rollupMs / 2, min, max, sum, count);
    else {
      const part = isCount ? (sum * bucketMs) / rollupMs : sum / count;
      for (let ms = startMs; ms < startMs + rollupMs; ms += bucketMs) addSummary(fill, ms, min, max, part, 1);
    }
  }
}

/** Columns of one bucket on the wire: start (epoch ms), min, max, mean, count. An empty bucket has count 0 and NaNs. */
export const BUCKET_WIDTH = 5;

/** Places in one bucket, see {@link BUCKET_WIDTH}. While it is being filled, MEAN holds the sum. */
export const BUCKET = { start: 0, min: 1, max: 2, mean: 3, count: 4 } as const;
const { start: START, min: MIN, max: MAX, mean: MEAN, count: COUNT } = BUCKET;

/** One number of every bucket of a column, oldest first; null where nothing was read. */
export function valuesOfBuckets(column: Float64Array | undefined, place: 'min' | 'max' | 'mean'): readonly (number | null)[] {
  const values: (number | null)[] = [];
  for (let at = 0; column !== undefined && at + BUCKET_WIDTH <= column.length; at += BUCKET_WIDTH) {
    const value = column[at + BUCKET[place]] ?? Number.NaN;
    values.push((column[at + COUNT] ?? 0) > 0 && Number.isFinite(value) ? value : null);
  }
  return values;
}

/** Buckets of one metric over [fromMs, toMs), being filled. */
export interface BucketFill {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
  readonly columns: Float64Array<ArrayBuffer>;
}

/** Empty buckets that divide [fromMs, toMs) evenly; at least one, and of more than no width. */
export function beginBuckets(fromMs: number, toMs: number, buckets: number): BucketFill {
  const count = Math.max(1, Math.floor(buckets));
  const bucketMs = Math.max(1, toMs - fromMs) / count;
  const columns = new Float64Array(count * BUCKET_WIDTH);
  for (let i = 0; i < count; i += 1) {
    columns[i * BUCKET_WIDTH + START] = fromMs + i * bucketMs;
    columns[i * BUCKET_WIDTH + MIN] = Number.NaN;
    columns[i * BUCKET_WIDTH + MAX] = Number.NaN;
  }
  return { fromMs, bucketMs, buckets: count, columns };
}

/** Adds a summary of `count` values around `atMs`; NaN values and times outside are left out. */
export function addSummary(fill: BucketFill, atMs: number, min: number, max: number, sum: number, count: number): void {
  if (!(count > 0) || Number.isNaN(min) || Number.isNaN(max) || Number.isNaN(sum)) return;
  const bucket = Math.floor((atMs - fill.fromMs) / fill.bucketMs);
  if (!(bucket >= 0) || bucket >= fill.buckets) return;
  const at = bucket * BUCKET_WIDTH;
  const { columns } = fill;
  const before = columns[at + COUNT] ?? 0;
  columns[at + MIN] = before === 0 ? min : Math.min(columns[at + MIN] ?? min, min);
  columns[at + MAX] = before === 0 ? max : Math.max(columns[at + MAX] ?? max, max);
  columns[at + MEAN] = (columns[at + MEAN] ?? 0) + sum;
  columns[at + COUNT] = before + count;
}

/** Adds one value. */
export function addValue(fill: BucketFill, atMs: number, value: number): void {
  addSummary(fill, atMs, value, value, value, 1);
}

/** Adds one column of rows whose first cell is the time in epoch ms. */
export function addRows(fill: BucketFill, rows: Float64Array, rowWidth: number, column: number): void {
  for (let at = 0; at + rowWidth <= rows.length; at += rowWidth) addValue(fill, rows[at] ?? Number.NaN, rows[at + column] ?? Number.NaN);
}

/** Turns sums into means; an empty bucket keeps count 0 and NaNs. The fill must not be used after it. */
export function finishBuckets(fill: BucketFill): Float64Array<ArrayBuffer> {
  const { columns } = fill;
  for (let at = 0; at < columns.length; at += BUCKET_WIDTH) {
    const count = columns[at + COUNT] ?? 0;
    columns[at + MEAN] = count === 0 ? Number.NaN : (columns[at + MEAN] ?? 0) / count;
  }
  return columns;
}

import { BUCKET, BUCKET_WIDTH } from '../../../../shared/buckets.ts';
import type { Buckets } from '../data.ts';
import type { Gap, Span } from '../document.ts';

export const bucketCount = (column: Buckets): number => Math.floor(column.length / BUCKET_WIDTH);
export const countAt = (column: Buckets, index: number): number => column[index * BUCKET_WIDTH + BUCKET.count] ?? 0;
export const meanAt = (column: Buckets, index: number): number => column[index * BUCKET_WIDTH + BUCKET.mean] ?? Number.NaN;
const startAt = (column: Buckets, index: number): number => column[index * BUCKET_WIDTH + BUCKET.start] ?? Number.NaN;

/** Least, mean and most of all values of a column; null = none. */
export function summaryOf(column: Buckets): { readonly min: number; readonly mean: number; readonly max: number } | null {
  let [min, max, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let index = 0; index < bucketCount(column); index += 1) {
    const values = countAt(column, index);
    if (values === 0) continue;
    min = Math.min(min, column[index * BUCKET_WIDTH + BUCKET.min] ?? min);
    max = Math.max(max, column[index * BUCKET_WIDTH + BUCKET.max] ?? max);
    sum += meanAt(column, index) * values;
    count += values;
  }
  return count === 0 ? null : { min, mean: sum / count, max };
}

/** The sum of all values of a column of counts; null = nothing was recorded. */
export function totalOf(column: Buckets): number | null {
  const summary = summaryOf(column);
  if (summary === null) return null;
  let total = 0;
  for (let index = 0; index < bucketCount(column); index += 1) {
    const count = countAt(column, index);
    if (count > 0) total += meanAt(column, index) * count;
  }
  return Math.round(total);
}

/** The sum of each bucket of a column of counts; null where nothing was recorded. */
export const sumsOf = (column: Buckets): (number | null)[] =>
  Array.from({ length: bucketCount(column) }, (_, index) => {
    const count = countAt(column, index);
    return count === 0 ? null : Math.round(meanAt(column, index) * count);
  });

/** Stretches in which no column has a value. */
export function gapsOf(columns: readonly Buckets[], span: Span, reason: string): readonly Gap[] {
  const [first] = columns;
  if (first === undefined) return [{ ...span, reason }];
  const gaps: Gap[] = [];
  let fromMs: number | null = null;
  for (let index = 0; index < bucketCount(first); index += 1) {
    const startMs = startAt(first, index);
    const isEmpty = columns.every((column) => countAt(column, index) === 0);
    if (isEmpty) fromMs ??= startMs;
    else if (fromMs !== null) {
      gaps.push({ fromMs, toMs: startMs, reason });
      fromMs = null;
    }
  }
  if (fromMs !== null) gaps.push({ fromMs, toMs: span.toMs, reason });
  return gaps;
}

/** The value below which this part (0 to 1) of the values lies, as the nearest rank; null = there are none. */
export function percentileOf(values: readonly number[], part: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))] ?? null;
}

import { addValue, type BucketFill } from '../../../shared/buckets.ts';

/** Values of one metric with their times, oldest first; NaN = not reported. */
export interface TimedValues {
  readonly atMs: readonly number[];
  readonly values: readonly number[];
}

/** One column of blocks of rows, in the order of their times. */
export function timedValues(
  blocks: readonly { readonly rows: Float64Array; readonly width: number; readonly column: number }[],
): TimedValues {
  const found: [atMs: number, value: number][] = [];
  let isSorted = true;
  for (const { rows, width, column } of blocks) {
    for (let at = 0; at + width <= rows.length; at += width) {
      const atMs = rows[at] ?? Number.NaN;
      isSorted &&= atMs >= (found.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY);
      found.push([atMs, rows[at + column] ?? Number.NaN]);
    }
  }
  // Rows of another observer may come later than newer ones.
  if (!isSorted) found.sort(([a], [b]) => a - b);
  return { atMs: found.map(([atMs]) => atMs), values: found.map(([, value]) => value) };
}

/**
 * Adds values that stand until the next one of the series, at most `holdMs` and never after `nowMs`: once to the bucket of their time and
 * once to each bucket that begins while they stand.
 */
export function addHeld(fill: BucketFill, { atMs, values }: TimedValues, holdMs: number, nowMs: number): void {
  const { fromMs, bucketMs, buckets } = fill;
  for (const [i, value] of values.entries()) {
    const at = atMs[i] ?? Number.NaN;
    if (Number.isNaN(value) || !Number.isFinite(at)) continue;
    addValue(fill, at, value);
    const endMs = Math.min(at + holdMs, atMs[i + 1] ?? Number.POSITIVE_INFINITY, nowMs + 1);
    const first = Math.max(0, Math.floor((at - fromMs) / bucketMs) + 1);
    for (let bucket = first; bucket < buckets && fromMs + bucket * bucketMs < endMs; bucket += 1)
      addValue(fill, fromMs + (bucket + 0.5) * bucketMs, value);
  }
}

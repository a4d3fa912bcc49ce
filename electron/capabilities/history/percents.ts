import { PERCENTILES_WIDTH } from '../../../shared/capabilities/history/contract.ts';

/** Whole percent values of one metric in each bucket of [fromMs, …), counted. */
export interface PercentFill {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
  /** `LEVELS` counts a bucket. */
  readonly counts: Uint32Array;
}

/** 0 to 100 %. */
const LEVELS = 101;
const UNKNOWN = 255;

export function beginPercents(fromMs: number, toMs: number, buckets: number): PercentFill {
  return { fromMs, bucketMs: Math.max(1, toMs - fromMs) / buckets, buckets, counts: new Uint32Array(buckets * LEVELS) };
}

/** The whole percent of a value; UNKNOWN for NaN and what is no percentage. */
const levelOf = (value: number): number => (value >= 0 && value <= 100 ? Math.round(value) : UNKNOWN);

function addLevel({ fromMs, bucketMs, buckets, counts }: PercentFill, atMs: number, level: number): void {
  const bucket = Math.floor((atMs - fromMs) / bucketMs);
  if (level === UNKNOWN || !(bucket >= 0) || bucket >= buckets) return;
  const place = bucket * LEVELS + level;
  counts[place] = (counts[place] ?? 0) + 1;
}

/** Adds one column of rows whose first cell is the time in epoch ms. */
export function addPercentRows(fill: PercentFill, rows: Float64Array, width: number, column: number): void {
  for (let at = 0; at + width <= rows.length; at += width) addLevel(fill, rows[at] ?? Number.NaN, levelOf(rows[at + column] ?? Number.NaN));
}

/**
 * The blob beside a roll-up: how many columns it has and which, then for every row the number of its roll-up since `baseMs` and a byte of
 * whole percent for each column. Empty where the kind has no such column.
 */
export function encodePercents(
  rows: Float64Array,
  width: number,
  columns: readonly number[],
  baseMs: number,
  rollupMs: number,
): Uint8Array {
  if (columns.length === 0) return new Uint8Array();
  const head = [columns.length, ...columns];
  const bytes = new Uint8Array(head.length + (rows.length / width) * (1 + columns.length));
  bytes.set(head);
  let place = head.length;
  for (let at = 0; at + width <= rows.length; at += width) {
    bytes[place] = Math.floor(((rows[at] ?? baseMs) - baseMs) / rollupMs);
    place += 1;
    for (const column of columns) {
      bytes[place] = levelOf(rows[at + column] ?? Number.NaN);
      place += 1;
    }
  }
  return bytes;
}

/**
 * Adds one column of such a blob, up to `untilMs`. Values count at the middle of their roll-up, or in every bucket that the roll-up
 * overlaps where buckets are narrower, as those of roll-ups do.
 */
export function addPercentBlob(
  fill: PercentFill,
  blob: Uint8Array,
  o: { readonly column: number; readonly baseMs: number; readonly rollupMs: number; readonly untilMs: number },
): void {
  const columns = blob[0] ?? 0;
  const place = blob.subarray(1, 1 + columns).indexOf(o.column);
  if (place < 0) return;
  const width = 1 + columns;
  const { bucketMs } = fill;
  for (let at = 1 + columns; at + width <= blob.length; at += width) {
    const startMs = o.baseMs + (blob[at] ?? 0) * o.rollupMs;
    const level = blob[at + 1 + place] ?? UNKNOWN;
    if (startMs + o.rollupMs > o.untilMs) continue;
    if (bucketMs >= o.rollupMs) addLevel(fill, startMs + o.rollupMs / 2, level);
    else for (let ms = startMs; ms < startMs + o.rollupMs; ms += bucketMs) addLevel(fill, ms, level);
  }
}

/** The 10th and 90th percentile of each bucket by nearest rank, so that both are values that were read; NaN in an empty bucket. */
export function finishPercents({ buckets, counts }: PercentFill): Float64Array<ArrayBuffer> {
  const bands = new Float64Array(buckets * PERCENTILES_WIDTH).fill(Number.NaN);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    let total = 0;
    for (let place = bucket * LEVELS; place < (bucket + 1) * LEVELS; place += 1) total += counts[place] ?? 0;
    if (total === 0) continue;
    bands[bucket * PERCENTILES_WIDTH] = levelAt(counts, bucket, Math.ceil(total * 0.1));
    bands[bucket * PERCENTILES_WIDTH + 1] = levelAt(counts, bucket, Math.ceil(total * 0.9));
  }
  return bands;
}

/** The level of the value of this rank in a bucket, counted from 1. */
function levelAt(counts: Uint32Array, bucket: number, rank: number): number {
  let below = 0;
  for (let level = 0; level < LEVELS; level += 1) {
    below += counts[bucket * LEVELS + level] ?? 0;
    if (below >= rank) return level;
  }
  return Number.NaN;
}

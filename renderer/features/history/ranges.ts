import type { TimeSpan } from '../../ui/time-series/types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The ranges of the control; the store keeps raw rows for the longest. */
export const RANGES = [
  { label: '15 min', ms: 15 * MINUTE_MS },
  { label: '1 h', ms: HOUR_MS },
  { label: '6 h', ms: 6 * HOUR_MS },
  { label: '24 h', ms: 24 * HOUR_MS },
  { label: '48 h', ms: 48 * HOUR_MS },
] as const;
export const MAX_RANGE_MS = 48 * HOUR_MS;
/** Charts can be moved back this far, ms; `keepDays`: the setting. */
export const pastMsOf = (keepDays: number): number => keepDays * 24 * HOUR_MS;

/** A stretch around another that shows what led to it and what followed; it ends now at the latest. */
export function spanAround({ fromMs, toMs }: TimeSpan, nowMs: number): TimeSpan {
  const needMs = (toMs - fromMs) * 2;
  const widthMs = RANGES.find(({ ms }) => ms >= needMs)?.ms ?? needMs;
  const endMs = Math.min(nowMs, (fromMs + toMs + widthMs) / 2);
  return { fromMs: endMs - widthMs, toMs: endMs };
}

/** A screen shows no more points than this, and they would cost frames. */
const MAX_BUCKETS = 360;
const BUCKET_STEPS_MS = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 240, 300, 480, 600, 1200, 1800].map((seconds) => seconds * 1000);

/** The smallest bucket of a round length with which a range has at most 360. */
export function bucketMsFor(spanMs: number): number {
  return BUCKET_STEPS_MS.find((step) => spanMs / step <= MAX_BUCKETS) ?? Math.ceil(spanMs / MAX_BUCKETS);
}

/** The span widened to whole buckets from the epoch, so that different requests have equal buckets. */
export function aligned(span: TimeSpan, bucketMs: number): TimeSpan {
  return { fromMs: Math.floor(span.fromMs / bucketMs) * bucketMs, toMs: Math.ceil(span.toMs / bucketMs) * bucketMs };
}

/** How often a live chart redraws: at most once a second, less often where a second is below a pixel. */
export function redrawMs(bucketMs: number): number {
  return Math.max(1000, Math.min(30_000, bucketMs / 4));
}

/** How often stored history is read; live rows cover the time between. */
export function rereadMs(bucketMs: number): number {
  return Math.max(MINUTE_MS, bucketMs);
}

import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';

/** Reads the lines between two times, oldest first; the newest `count` when there are more. */
export type ReadRange = (fromMs: number, toMs: number, count: number) => Promise<readonly JournalEntry[]>;

const FIRST_WINDOW_MS = 60_000;
const SMALLEST_WINDOW_MS = 100;
const GROWTH = 8;
/** Enough to shrink to a busy second and to grow to a quiet year. */
const TRIES = 16;

/**
 * The lines right after a time (epoch ms, host clock), oldest first: about `wanted` or more, fewer only at the end of the
 * journal. A read by time returns the newest lines of a span, so the span is widened or narrowed until it contains enough
 * lines but fewer than `limit`. Throws what `read` throws.
 */
export async function readAfter(o: {
  readonly read: ReadRange;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly wanted: number;
  readonly limit: number;
}): Promise<readonly JournalEntry[]> {
  let windowMs = Math.min(FIRST_WINDOW_MS, Math.max(1, o.untilMs - o.fromMs));
  /** The result of the widest span below the limit; `tooWideMs` is the narrowest span above it. */
  let best: readonly JournalEntry[] = [];
  let tooWideMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const toMs = Math.min(o.fromMs + windowMs, o.untilMs);
    const entries = await o.read(o.fromMs, toMs, o.limit);
    if (entries.length >= o.limit) {
      // Even the smallest span exceeds the limit, so that only its newest lines are available.
      if (windowMs <= SMALLEST_WINDOW_MS) return best.length > 0 ? best : entries;
      tooWideMs = windowMs;
      if (best.length > 0) return best;
      windowMs = Math.max(SMALLEST_WINDOW_MS, windowMs / GROWTH);
      continue;
    }
    best = entries;
    const isAll = toMs >= o.untilMs;
    if (isAll || entries.length >= o.wanted) return entries;
    if (windowMs * GROWTH >= tooWideMs) {
      if (entries.length > 0) return entries;
      windowMs = (windowMs + tooWideMs) / 2;
    } else windowMs *= GROWTH;
  }
  return best;
}

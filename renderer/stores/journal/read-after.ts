import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';

/** Reads what was logged between two moments: oldest first, and only the newest `count` when there is more. */
export type ReadRange = (fromMs: number, toMs: number, count: number) => Promise<readonly JournalEntry[]>;

const FIRST_WINDOW_MS = 60_000;
const SMALLEST_WINDOW_MS = 100;
const GROWTH = 8;
/** A busy second of shrinking and a quiet year of growing both end well before this. */
const TRIES = 16;

/**
 * The lines that come right after a moment (epoch ms, host clock), oldest first: about `wanted` or more, fewer only where
 * the journal ends. A journal read by time gives the newest lines of a span, so the span is widened or narrowed until it
 * holds enough and not too many; `limit` is the most one reading may hold. Throws what `read` throws.
 */
export async function readAfter(o: {
  readonly read: ReadRange;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly wanted: number;
  readonly limit: number;
}): Promise<readonly JournalEntry[]> {
  let windowMs = Math.min(FIRST_WINDOW_MS, Math.max(1, o.untilMs - o.fromMs));
  /** The widest that was seen to hold it all, and the narrowest that held too much. */
  let best: readonly JournalEntry[] = [];
  let tooWideMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const toMs = Math.min(o.fromMs + windowMs, o.untilMs);
    const entries = await o.read(o.fromMs, toMs, o.limit);
    if (entries.length >= o.limit) {
      // Even this short moment has more than one reading holds: its newest part is all there is to have.
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

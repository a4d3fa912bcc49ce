import { pastMsOf } from './ranges.ts';
import { describeTooOld, TEXT } from './text.ts';

const MIN_WIDTH_MS = 30_000;

/** Why charts cannot show a stretch of time; null = they can, or one of its ends is not known yet. Epoch ms; `keepDays`: the setting. */
export function problemOfRange(fromMs: number | null, toMs: number | null, nowMs: number, keepDays: number): string | null {
  if (fromMs === null || toMs === null) return null;
  if (toMs <= fromMs) return TEXT.endBeforeStart;
  if (toMs - fromMs < MIN_WIDTH_MS) return TEXT.tooShort;
  if (fromMs > nowMs) return TEXT.inFuture;
  return fromMs < nowMs - pastMsOf(keepDays) ? describeTooOld(keepDays) : null;
}

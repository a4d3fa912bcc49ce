import { describe, expect, it } from 'vitest';
import { problemOfRange } from './custom-range.ts';
import { pastMsOf, spanAround } from './ranges.ts';

const now = 1_800_000_000_000;
const MINUTE_MS = 60_000;

describe('a typed range', () => {
  it.each([
    [now - 10 * MINUTE_MS, now, null],
    [null, now, null],
    [now, now - 1, 'End is before start'],
    [now - 1_000, now, 'Show at least 30 s'],
    [now + MINUTE_MS, now + 9 * MINUTE_MS, 'Start is in the future'],
    [now - pastMsOf(14) - 1, now, 'History is kept for 14 days'],
    [now - pastMsOf(14), now, null],
  ])('from %s to %s: %s', (fromMs, toMs, problem) => {
    expect(problemOfRange(fromMs, toMs, now, 14)).toBe(problem);
  });

  it('reaches back as far as the setting says', () => {
    expect(problemOfRange(now - pastMsOf(20), now, now, 30)).toBeNull();
    expect(problemOfRange(now - pastMsOf(2), now, now, 1)).toBe('History is kept for 1 day');
  });
});

describe('the range around a moment', () => {
  it('contains it, with what led to it and what followed, up to now', () => {
    const at = now - 60 * MINUTE_MS;
    expect(spanAround({ fromMs: at - MINUTE_MS, toMs: at + MINUTE_MS }, now)).toEqual({
      fromMs: at - 7.5 * MINUTE_MS,
      toMs: at + 7.5 * MINUTE_MS,
    });
    expect(spanAround({ fromMs: now - MINUTE_MS, toMs: now + MINUTE_MS }, now)).toEqual({ fromMs: now - 15 * MINUTE_MS, toMs: now });
    expect(spanAround({ fromMs: at - 30 * MINUTE_MS, toMs: at + 30 * MINUTE_MS }, now).fromMs).toBe(now - 360 * MINUTE_MS);
  });
});

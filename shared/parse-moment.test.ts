import { describe, expect, it } from 'vitest';
import { parseMoment } from './parse-moment.ts';

const now = new Date(2026, 4, 4, 14, 6, 31, 482).getTime();

describe('parseMoment', () => {
  it.each([
    ['14:02', new Date(2026, 4, 4, 14, 2).getTime()],
    ['14:02:09', new Date(2026, 4, 4, 14, 2, 9).getTime()],
    // Later today has not been logged yet: the operator means yesterday.
    ['18:00', new Date(2026, 4, 3, 18, 0).getTime()],
    ['yesterday 09:00', new Date(2026, 4, 3, 9, 0).getTime()],
    ['2026-05-01 23:59', new Date(2026, 4, 1, 23, 59).getTime()],
    ['2026-05-01T00:00:01', new Date(2026, 4, 1, 0, 0, 1).getTime()],
    ['10 min ago', now - 600_000],
    ['1h', now - 3_600_000],
    ['2 days ago', now - 172_800_000],
    ['now', now],
  ])('reads %s', (typed, at) => {
    expect(parseMoment(typed, now)).toBe(at);
  });

  it.each(['', 'soon', '25:00', '12:60', '2026-02-30 10:00', '12', '14:2'])('does not guess at %j', (typed) => {
    expect(parseMoment(typed, now)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { describeAsOf, describeTimes } from './text.ts';

const NOON = new Date(2026, 10, 28, 12, 0, 0).getTime();
const at = (day: number, hour: number, minute: number): number => new Date(2026, 10, day, hour, minute, 5).getTime();

describe('times of the past', () => {
  it('are a clock today and carry their date before that', () => {
    expect(describeTimes(1, at(28, 9, 3), NOON)).toBe('09:03');
    expect(describeTimes(6, at(28, 9, 3), NOON)).toBe('6 times, last 09:03');
    expect(describeTimes(6, at(27, 13, 3), NOON)).toBe('6 times, last 2026-11-27 13:03');
    expect(describeAsOf(at(28, 9, 3), NOON)).toBe('as of 09:03:05');
    expect(describeAsOf(at(26, 13, 3), NOON)).toBe('as of 2026-11-26 13:03');
  });
});

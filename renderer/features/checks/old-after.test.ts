import { describe, expect, it } from 'vitest';
import { oldAfterMs } from './old-after.ts';

describe('oldAfterMs', () => {
  it('is an hour, or what the schedule leaves between two runs', () => {
    expect(oldAfterMs(null)).toBe(3_600_000);
    expect(oldAfterMs({ everyHours: 6, withImages: false })).toBe(6 * 3_600_000 + 600_000);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('waits 1 s, doubling to 30 s at most, with jitter that only adds', () => {
  expect(backoffMs(1, () => 0)).toBe(1_000);
  expect(backoffMs(3, () => 0)).toBe(4_000);
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, luck) => {
      const wait = backoffMs(attempt, () => luck);
      expect(wait).toBeGreaterThanOrEqual(1_000);
      expect(wait).toBeLessThanOrEqual(30_000);
      expect(backoffMs(attempt + 1, () => luck)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

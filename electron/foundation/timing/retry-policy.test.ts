import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retryDelayMs, retryPolicy } from './retry-policy.ts';

it('doubles from the first delay to the largest, with jitter that only adds and stays below it', () => {
  const limits = { firstMs: 1_000, maxMs: 30_000, jitter: 0.3 };
  expect(retryDelayMs(limits, 1, () => 0)).toBe(1_000);
  expect(retryDelayMs(limits, 3, () => 0)).toBe(4_000);
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, luck) => {
      const delayMs = retryDelayMs(limits, failures, () => luck);
      expect(delayMs).toBeGreaterThanOrEqual(1_000);
      expect(delayMs).toBeLessThanOrEqual(30_000);
      expect(retryDelayMs(limits, failures + 1, () => luck)).toBeGreaterThanOrEqual(delayMs);
    }),
  );
});

it('without jitter reaches the largest delay exactly', () => {
  expect([1, 2, 3, 4, 50].map((failures) => retryDelayMs({ firstMs: 2_000, maxMs: 15_000 }, failures))).toEqual([
    2_000, 4_000, 8_000, 15_000, 15_000,
  ]);
});

it('counts failures in a row, and begins again after a success', () => {
  const retry = retryPolicy({ firstMs: 100, maxMs: 1_000 });
  expect([retry.failed(), retry.failed(), retry.failed()]).toEqual([100, 200, 400]);
  retry.succeeded();
  expect(retry.failed()).toBe(100);
});

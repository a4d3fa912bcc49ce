import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLatency, type LatencyDigest, mergeLatency, percentilesOf } from './latency-digest.ts';

const digestOf = (all: readonly number[]): LatencyDigest => {
  const digest: LatencyDigest = new Map();
  for (const one of all) addLatency(digest, one);
  return digest;
};
const nearestRank = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * all.length)) - 1] ?? Number.NaN;

describe('percentiles of durations', () => {
  it('are within 1 % of the exact ones', () => {
    const durations = fc.array(fc.double({ min: 0.02, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(durations, fc.constantFrom(0.01, 0.5, 0.95, 1), (all, share) => {
        const [found] = percentilesOf(digestOf(all), [share]);
        expect(Math.abs((found ?? 0) / nearestRank(all, share) - 1)).toBeLessThanOrEqual(0.0101);
      }),
    );
  });

  it('of two digests together are those of all durations', () => {
    const merged = digestOf([1, 2, 3]);
    mergeLatency(merged, digestOf([100, 200]));
    expect(percentilesOf(merged, [0.5, 0.95])).toEqual(percentilesOf(digestOf([1, 2, 3, 100, 200]), [0.5, 0.95]));
  });

  it('are unknown without a duration', () => {
    expect(percentilesOf(new Map(), [0.5])).toEqual([null]);
  });
});

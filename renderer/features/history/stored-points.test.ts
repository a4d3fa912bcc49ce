import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValue, beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import { countPoints, storedPoints } from './stored-points.ts';

/** Rows of one count each, in ten buckets of a second. */
const answerOf = (rows: readonly (readonly [atMs: number, value: number])[]) => {
  const fill = beginBuckets(0, 10_000, 10);
  for (const [atMs, value] of rows) addValue(fill, atMs, value);
  return { fromMs: 0, toMs: 10_000, bucketMs: 1000, columns: [finishBuckets(fill)] };
};

describe('points of a count', () => {
  it('are how many there were in each bucket, none where it was watched, and no point where it was not', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 50 })), { maxLength: 60 });
    fc.assert(
      fc.property(rows, (all) => {
        const points = countPoints(answerOf(all), [0]);
        const expected = Array.from({ length: 10 }, (_, i) => all.filter(([atMs]) => Math.floor(atMs / 1000) === i))
          .filter((inBucket) => inBucket.length > 0)
          .map((inBucket) => inBucket.reduce((sum, [, value]) => sum + value, 0));
        expect(points.map(({ mean }) => mean[0])).toEqual(expected);
        expect(points.map(({ band }) => band[0])).toEqual(expected.map((count) => [count, count]));
      }),
    );
  });

  it('lie at the same moments as points of readings', () => {
    const answer = answerOf([
      [500, 1],
      [7_500, 0],
    ]);
    expect(countPoints(answer, [0]).map(({ at }) => at)).toEqual(storedPoints(answer, [0], 1).map(({ at }) => at));
  });
});

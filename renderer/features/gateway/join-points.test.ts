import { expect, it } from 'vitest';
import type { ChartPoint } from '../../ui/time-series/types.ts';
import { joinPoints } from './join-points.ts';

const point = (at: number, ...values: readonly number[]): ChartPoint => ({ at, mean: values, band: values.map((value) => [value, value]) });

it('joins the points of equal buckets and leaves the rest unknown', () => {
  const joined = joinPoints([point(1, 5), point(2, 6)], 1, [point(2, 7, 8), point(3, 9, 10)], 2);
  expect(joined.map(({ at, mean }) => [at, ...mean])).toEqual([
    [1, 5, null, null],
    [2, 6, 7, 8],
    [3, null, 9, 10],
  ]);
  expect(joined[1]?.band).toEqual([
    [6, 6],
    [7, 7],
    [8, 8],
  ]);
});

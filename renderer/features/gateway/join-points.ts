import type { ChartPoint } from '../../ui/time-series/types.ts';

/** Two lists of points of the same buckets as one, with the values of `b` behind those of `a`; null where one of them has no reading. */
export function joinPoints(a: readonly ChartPoint[], aSeries: number, b: readonly ChartPoint[], bSeries: number): readonly ChartPoint[] {
  const none = (series: number) => Array<null>(series).fill(null);
  const [ofA, ofB] = [a, b].map((points) => new Map(points.map((point) => [point.at, point])));
  const times = [...new Set([...a, ...b].map(({ at }) => at))].sort((x, y) => x - y);
  return times.map((at) => {
    const [left, right] = [ofA?.get(at), ofB?.get(at)];
    return {
      at,
      mean: [...(left?.mean ?? none(aSeries)), ...(right?.mean ?? none(bSeries))],
      band: [...(left?.band ?? none(aSeries)), ...(right?.band ?? none(bSeries))],
    };
  });
}

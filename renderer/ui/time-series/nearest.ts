import type { ChartPoint } from './types.ts';

/** The point whose time is nearest, if it is no farther than `withinMs`; null in a gap. Points are in order of time. */
export function nearestPoint(points: readonly ChartPoint[], atMs: number, withinMs: number): ChartPoint | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const after = points[low];
  const before = points[low - 1];
  const distance = (point: ChartPoint | undefined) => (point === undefined ? Number.POSITIVE_INFINITY : Math.abs(point.at - atMs));
  const best = distance(before) <= distance(after) ? before : after;
  return best !== undefined && distance(best) <= withinMs && best.mean.some((value) => value !== null) ? best : null;
}

/** The newest reading of one series; null when there is none. */
export function newestValue(points: readonly ChartPoint[], series: number): number | null {
  for (let i = points.length - 1; i >= 0; i -= 1) {
    const value = points[i]?.mean[series];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

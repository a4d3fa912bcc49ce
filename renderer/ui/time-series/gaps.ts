import type { ChartPoint, TimeSpan } from './types.ts';

/** A sampler that missed three periods left a gap; less is jitter. */
const MIN_GAP_MS = 4000;

const hasReading = (point: ChartPoint) => point.mean.some((value) => value !== null);

/** The largest distance of two readings on one line: stored history may be coarser than the requested buckets. */
export function gapThresholdMs(times: readonly number[], bucketMs: number, stepMs = 0): number {
  const steps: number[] = [];
  for (let i = 1; i < times.length; i += 1) steps.push((times[i] ?? 0) - (times[i - 1] ?? 0));
  steps.sort((a, b) => a - b);
  const usual = steps[steps.length >> 1] ?? 0;
  return Math.max(MIN_GAP_MS, bucketMs * 1.5, stepMs * 1.5, Math.min(usual, 60_000) * 1.5);
}

export interface Continuity {
  /** The points with a reading, and one point of nulls in each gap between them. */
  readonly points: readonly ChartPoint[];
  /** The stretches of the span without readings, also before the first and after the last. */
  readonly gaps: readonly TimeSpan[];
}

/**
 * Breaks the line where readings are missing, and says where that is. Empty buckets closer together than the
 * threshold are jitter: they are dropped, and the line continues. `endMs` is now, or the span's end if that is earlier; `stepMs` is how far
 * apart readings come at most while all is well.
 */
export function continuity(points: readonly ChartPoint[], span: TimeSpan, bucketMs: number, endMs: number, stepMs = 0): Continuity {
  const inside = points.filter((point) => hasReading(point));
  const threshold = gapThresholdMs(
    inside.map((point) => point.at),
    bucketMs,
    stepMs,
  );
  const half = bucketMs / 2;
  const out: ChartPoint[] = [];
  const gaps: TimeSpan[] = [];
  const until = Math.min(endMs, span.toMs);
  const addGap = (fromMs: number, toMs: number) => {
    const clipped = { fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, until) };
    if (clipped.toMs > clipped.fromMs) gaps.push(clipped);
  };
  let last: ChartPoint | null = null;
  for (const point of inside) {
    if (last === null) {
      if (point.at - span.fromMs > threshold) addGap(span.fromMs, point.at - half);
    } else if (point.at - last.at > threshold) {
      addGap(last.at + half, point.at - half);
      out.push({ at: (last.at + point.at) / 2, mean: point.mean.map(() => null), band: point.mean.map(() => null) });
    }
    out.push(point);
    last = point;
  }
  if (last === null) addGap(span.fromMs, until);
  else if (until - last.at > threshold + half) addGap(last.at + half, until);
  return { points: out, gaps };
}

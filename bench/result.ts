/** One figure with its peer, measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer: number | null;
  readonly ratio: number | null;
  /** The aim in words, e.g. `p95 ≤ 100 ms later than the peer`. */
  readonly target: string;
  readonly ok: boolean;
  /** What was measured and how often, in a sentence. */
  readonly said: string;
}

/** A benchmark: a program that answers one or more figures. */
export interface Bench {
  readonly name: string;
  /** Null when it can run here; else why not. */
  unavailable(): string | null;
  run(): Promise<readonly Figure[]>;
}

/** The value below which `share` (0..1) of the values lie; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * Slope of y over x by least squares, in y per x.
 * @public
 */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? Number.NaN : above / below;
}

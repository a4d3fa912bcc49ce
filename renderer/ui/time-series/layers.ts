import { continuity } from './gaps.ts';
import type { ChartSeries, ChartStack, TimeSpan } from './types.ts';

/** One moment of a layer: its lower and upper edge in the unit of the chart; null = no reading of any layer. */
export interface LayerPoint {
  readonly at: number;
  readonly edges: readonly [lower: number, upper: number] | null;
}

/** One area of a stack. */
export interface ChartLayer {
  readonly series: ChartSeries;
  readonly points: readonly LayerPoint[];
}

export const NO_LAYERS: readonly ChartLayer[] = [];

/** The areas of a stack with their edges, broken where readings are missing; a layer without any height is left out. */
export function layersOf({ series, points, bucketMs, stepMs }: ChartStack, span: TimeSpan, nowMs: number): readonly ChartLayer[] {
  const whole = continuity(points, span, bucketMs, nowMs, stepMs).points;
  const floors = new Float64Array(whole.length);
  return series
    .map((one, i) => ({
      series: one,
      points: whole.map(({ at, mean }, place): LayerPoint => {
        if (mean.every((value) => value === null)) return { at, edges: null };
        const lower = floors[place] ?? 0;
        const upper = lower + (mean[i] ?? 0);
        floors[place] = upper;
        return { at, edges: [lower, upper] };
      }),
    }))
    .filter((layer) => layer.points.some(({ edges }) => edges !== null && edges[1] > edges[0]));
}

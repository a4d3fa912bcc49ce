import { describe, expect, it } from 'vitest';
import { layersOf } from './layers.ts';
import { areaOf } from './paths.ts';
import type { ChartPoint, ChartStack } from './types.ts';

const point = (at: number, ...mean: (number | null)[]): ChartPoint => ({ at, mean, band: mean.map(() => null) });
const stack = (points: readonly ChartPoint[]): ChartStack => ({
  series: ['a', 'b', 'c'].map((key) => ({ key, label: key, color: 'cyan' })),
  points,
  bucketMs: 10_000,
  stepMs: 10_000,
});
const span = { fromMs: 0, toMs: 100_000 };

describe('layers of a stack', () => {
  it('add up, and leave out a layer without any height', () => {
    const layers = layersOf(stack([point(5_000, 1, null, 2), point(15_000, 3, 0, 4)]), span, 20_000);
    expect(layers.map(({ series }) => series.key)).toEqual(['a', 'c']);
    expect(layers.map(({ points }) => points.map(({ edges }) => edges))).toEqual([
      [
        [0, 1],
        [0, 3],
      ],
      [
        [1, 3],
        [3, 7],
      ],
    ]);
  });

  it('are broken where readings are missing', () => {
    const [layer] = layersOf(stack([point(5_000, 1), point(205_000, 1)]), { fromMs: 0, toMs: 300_000 }, 300_000);
    expect(layer?.points.map(({ edges }) => edges)).toEqual([[0, 1], null, [0, 1]]);
  });

  it('are drawn as one closed path a stretch, which omits what has no height', () => {
    const identity = (value: number): number => value;
    const path = areaOf(
      [
        { at: 0, edges: [0, 1] },
        { at: 1, edges: [0, 2] },
        { at: 2, edges: null },
        { at: 3, edges: [1, 1] },
        { at: 4, edges: [1, 1] },
      ],
      identity,
      identity,
    );
    expect(path).toBe('M0,10L10,20L10,0L0,0Z');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continuity } from './gaps.ts';
import { nearestPoint } from './nearest.ts';
import { panned, summaryOf, zoomed } from './summary.ts';
import type { ChartPoint } from './types.ts';

const point = (at: number, value: number | null = 1): ChartPoint => ({ at, mean: [value], band: [value === null ? null : [value, value]] });
const span = { fromMs: 0, toMs: 100_000 };

describe('continuity', () => {
  it('breaks the line in a gap and says where it is', () => {
    const points = [...Array(20).keys(), ...[...Array(20).keys()].map((i) => i + 40)].map((i) => point(i * 1000 + 500));
    const { points: drawn, gaps } = continuity(points, span, 1000, 60_000);
    expect(gaps).toEqual([{ fromMs: 20_000, toMs: 40_000 }]);
    expect(drawn.filter((one) => one.mean[0] === null).map((one) => one.at)).toEqual([30_000]);
  });

  it('takes jitter for no gap', () => {
    const points = [0, 1, 2, 4, 5, 7, 8, 9].map((i) => point(i * 1000 + 500));
    const { points: drawn, gaps } = continuity(points, { fromMs: 0, toMs: 10_000 }, 1000, 10_000);
    expect(gaps).toEqual([]);
    expect(drawn.every((one) => one.mean[0] !== null)).toBe(true);
  });

  it('shows what is missing before the first and after the last reading, but nothing ahead of now', () => {
    expect(continuity([point(50_500)], span, 1000, 80_000).gaps).toEqual([
      { fromMs: 0, toMs: 50_000 },
      { fromMs: 51_000, toMs: 80_000 },
    ]);
    expect(continuity([], span, 1000, 80_000).gaps).toEqual([{ fromMs: 0, toMs: 80_000 }]);
  });

  it('keeps every reading, in order, and no gap over a reading', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 60 }), (buckets) => {
        const points = buckets.sort((a, b) => a - b).map((i) => point(i * 1000 + 500, i));
        const { points: drawn, gaps } = continuity(points, span, 1000, 100_000);
        expect(drawn.filter((one) => one.mean[0] !== null)).toEqual(points);
        for (let i = 1; i < drawn.length; i += 1) expect(drawn[i]?.at ?? 0).toBeGreaterThan(drawn[i - 1]?.at ?? 0);
        for (const gap of gaps) expect(points.some((one) => one.at > gap.fromMs && one.at < gap.toMs)).toBe(false);
      }),
    );
  });
});

describe('crosshair', () => {
  it('finds the nearest reading, and none in a gap', () => {
    const points = [point(1000), point(2000), point(3000, null), point(9000)];
    expect(nearestPoint(points, 1400, 1000)?.at).toBe(1000);
    expect(nearestPoint(points, 1600, 1000)?.at).toBe(2000);
    expect(nearestPoint(points, 3100, 1000)).toBeNull();
    expect(nearestPoint(points, 6000, 1000)).toBeNull();
    expect(nearestPoint([], 6000, 1000)).toBeNull();
  });
});

describe('zoom and pan', () => {
  const bounds = { fromMs: 0, toMs: 1_000_000 };
  it('stay within bounds and keep the moment under the pointer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 900_000 }),
        fc.integer({ min: 40_000, max: 100_000 }),
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        fc.integer({ min: -2_000_000, max: 2_000_000 }),
        (from, width, factor, by) => {
          for (const next of [
            panned({ fromMs: from, toMs: from + width }, by, bounds),
            zoomed({ fromMs: from, toMs: from + width }, factor, from + width / 2, 30_000, bounds),
          ]) {
            expect(next.fromMs).toBeGreaterThanOrEqual(0);
            expect(next.toMs).toBeLessThanOrEqual(1_000_000 + 1e-6);
            expect(next.toMs - next.fromMs).toBeGreaterThanOrEqual(30_000 - 1e-6);
          }
        },
      ),
    );
    expect(zoomed({ fromMs: 100_000, toMs: 300_000 }, 0.5, 150_000, 30_000, bounds)).toEqual({ fromMs: 125_000, toMs: 225_000 });
  });
});

describe('summary', () => {
  it('says least, most and last, and how many gaps', () => {
    const unit = { full: (value: number) => `${value} W`, tick: String };
    const source = {
      title: 'Power',
      series: [{ key: 'p', label: 'Power', color: 'cyan' }],
      points: [point(1, 5), point(2, null), point(3, 9)],
      gaps: [span],
      span,
      unit,
    } as const;
    expect(summaryOf({ ...source, band: 'percentiles' })).toContain('Power: latest 9 W, 10th to 90th percentile from 5 W to 9 W.');
    const message = summaryOf(source);
    expect(message).toContain('Power: latest 9 W, minimum 5 W, maximum 9 W.');
    expect(message).toContain('1 gap without');
  });
});

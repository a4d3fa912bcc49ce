import { describe, expect, it } from 'vitest';
import { pathsOf } from './paths.ts';
import type { ChartPoint } from './types.ts';

const point = (at: number, value: number | null, least = value, most = value): ChartPoint => ({
  at,
  mean: [value],
  band: [least === null || most === null ? null : [least, most]],
});
/** One value is one pixel, upwards from 100. */
const paths = (points: readonly ChartPoint[]) =>
  pathsOf(
    points,
    0,
    (at) => at,
    (value) => 100 - value,
    100,
  );

describe('the paths of a series', () => {
  it('go through the means, with a band from least to most and back, and a ground to the bottom', () => {
    const drawn = paths([point(0, 10, 5, 20), point(1.5, 30, 30, 40.25)]);
    expect(drawn.line).toBe('M0,900L0,900L15,700');
    expect(drawn.ground).toBe('M0,1000L0,900L0,900L15,700L15,1000Z');
    expect(drawn.band).toBe('M0,800L15,598L15,700L0,950Z');
  });

  it('break at a gap, and a reading between two gaps is a dot', () => {
    expect(paths([point(0, 1), point(1, null), point(2, 3), point(3, null), point(4, 5)]).line).toBe(
      'M0,990L0,990M20,970L20,970M40,950L40,950',
    );
  });

  it('are empty without a reading', () => {
    expect(paths([point(0, null)])).toEqual({ line: '', ground: '', band: '' });
    expect(paths([])).toEqual({ line: '', ground: '', band: '' });
  });
});

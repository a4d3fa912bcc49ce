import { describe, expect, it } from 'vitest';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { figureValue } from './figure-values.ts';

const ROW_AT = 5_000;
function rowWith(powerDrawW: number): Float64Array {
  const row = new Float64Array(GPU_ROW_WIDTH).fill(Number.NaN);
  row[0] = ROW_AT;
  row[1 + GPU_METRICS.indexOf('powerDrawW')] = powerDrawW;
  return row;
}
/** Buckets of start, min, max, mean, count. */
const stored = Float64Array.of(1_000, 1, 3, 2, 4, 2_000, 80, 90, 85, 2, 3_000, Number.NaN, Number.NaN, Number.NaN, 0);

describe('figureValue', () => {
  const of = (row: Float64Array | null, column: Float64Array | undefined, isLive: boolean) =>
    figureValue(row, 'powerDrawW', column, isLive);

  it('is the newest reading, with its time once readings have stopped', () => {
    expect(of(rowWith(120), stored, true)).toEqual({ value: 120, asOfMs: null });
    expect(of(rowWith(120), stored, false)).toEqual({ value: 120, asOfMs: ROW_AT });
  });

  it('is the last stored reading where the last row has none, never for a live one', () => {
    expect(of(rowWith(Number.NaN), stored, false)).toEqual({ value: 85, asOfMs: 2_000 });
    expect(of(null, stored, false)).toEqual({ value: 85, asOfMs: 2_000 });
    expect(of(rowWith(Number.NaN), stored, true)).toEqual({ value: Number.NaN, asOfMs: null });
  });

  it('has no time where nothing is known', () => {
    expect(of(rowWith(Number.NaN), stored.subarray(10), false)).toEqual({ value: Number.NaN, asOfMs: null });
    expect(of(null, undefined, false)).toEqual({ value: Number.NaN, asOfMs: null });
  });
});

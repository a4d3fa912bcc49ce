import { expect, it } from 'vitest';
import { GPU_ROW_WIDTH } from './gpu-metrics.ts';
import { columnOf, metricOf, newestRow } from './gpu-row.ts';
import { sumOfMetric, vramByUnit, vramOfUnit } from './gpu-summary.ts';

const process = (unit: string | null, memoryUsedMiB: number | null) => ({ unit, memoryUsedMiB });
const row = (usedMiB: number): Float64Array => {
  const cells = new Float64Array(GPU_ROW_WIDTH).fill(Number.NaN);
  cells[columnOf('memoryUsedMiB')] = usedMiB;
  return cells;
};

it('sums the processes of a unit, and of no other', () => {
  const processes = [process('a.service', 100), process('b.service', 7), process('a.service', 20), process(null, 900)];
  expect(vramByUnit(processes)).toEqual(
    new Map([
      ['a.service', 120],
      ['b.service', 7],
    ]),
  );
  expect(vramOfUnit(processes, 'a.service')).toBe(120);
});

it('does not know the sum of a unit of which one amount is not known', () => {
  const processes = [process('a.service', 100), process('a.service', null)];
  expect(vramByUnit(processes).get('a.service')).toBeNaN();
  expect(vramOfUnit(processes, 'a.service')).toBeNull();
  expect(vramOfUnit(processes, 'absent.service')).toBeNull();
});

it('sums a metric over GPUs only where it is known for each', () => {
  expect(sumOfMetric([row(100), row(50)], 'memoryUsedMiB')).toBe(150);
  expect(sumOfMetric([row(100), row(Number.NaN)], 'memoryUsedMiB')).toBeNaN();
  expect(sumOfMetric([row(100), null], 'memoryUsedMiB')).toBeNaN();
  expect(sumOfMetric([], 'memoryUsedMiB')).toBeNaN();
});

it('finds the last row of several', () => {
  expect(metricOf(newestRow(new Float64Array([...row(1), ...row(2)])), 'memoryUsedMiB')).toBe(2);
  expect(newestRow(new Float64Array(3))).toBeNull();
});

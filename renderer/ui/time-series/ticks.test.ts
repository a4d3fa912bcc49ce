import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadLabels } from './labels.ts';
import { timeTickLabel, timeTicks } from './time-ticks.ts';
import { domainFromZero, valueTicks } from './value-ticks.ts';

const evenSteps = (ticks: readonly number[]) => ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? 0));

describe('value ticks', () => {
  it('are even, within the domain, and no more than asked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (min, width, most) => {
          const ticks = valueTicks(min, min + width, most);
          expect(ticks.length).toBeLessThanOrEqual(most);
          const [first = 0] = evenSteps(ticks);
          for (const step of evenSteps(ticks)) expect(Math.abs(step - first)).toBeLessThanOrEqual(width * 1e-6);
          for (const tick of ticks) expect(tick >= min - width * 1e-6 && tick <= min + width * (1 + 1e-6)).toBe(true);
        },
      ),
    );
  });

  it('are what an operator expects', () => {
    expect(valueTicks(0, 48.6, 6)).toEqual([0, 10, 20, 30, 40]);
    expect(valueTicks(0, 104, 3)).toEqual([0, 50, 100]);
    expect(valueTicks(0, 324, 4)).toEqual([0, 100, 200, 300]);
    expect(valueTicks(0, 0, 4)).toEqual([]);
    expect(valueTicks(0, Number.NaN, 4)).toEqual([]);
  });

  it('of counts are whole numbers', () => {
    expect(valueTicks(0, 1, 5, 1)).toEqual([0, 1]);
    expect(valueTicks(0, 4.32, 2, 1)).toEqual([0, 4]);
    expect(valueTicks(0, 2.16, 5, 1)).toEqual([0, 1, 2]);
    expect(valueTicks(0, 10.8, 6, 1)).toEqual([0, 2, 4, 6, 8, 10]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 2, max: 12 }), (greatest, most) => {
        const ticks = valueTicks(...domainFromZero([greatest]), most, 1);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(most);
        expect(ticks.every((tick) => Number.isInteger(tick))).toBe(true);
      }),
    );
  });

  it('stand in a domain that has room above the greatest value', () => {
    expect(domainFromZero([])).toEqual([0, 1]);
    expect(domainFromZero([10, Number.NaN, 100])[1]).toBeCloseTo(108, 9);
  });
});

describe('time ticks', () => {
  it('are even, on whole steps of the local clock, within the span, and few', () => {
    const offsets = fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 900_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 1e12, max: 2e12 }),
        fc.integer({ min: 30_000, max: 48 * 3_600_000 }),
        fc.integer({ min: 2, max: 20 }),
        offsets,
        (from, width, most, offset) => {
          const { stepMs, at } = timeTicks(from, from + width, most, offset);
          expect(at.length).toBeLessThanOrEqual(most);
          for (const step of evenSteps(at)) expect(step).toBe(stepMs);
          for (const tick of at) {
            expect(tick >= from && tick <= from + width).toBe(true);
            expect((tick + offset) % stepMs).toBe(0);
          }
        },
      ),
    );
  });

  it('name seconds only where needed, and the day at midnight', () => {
    const at = new Date(2026, 4, 4, 14, 6, 30).getTime();
    expect(timeTickLabel(at, 10_000)).toBe('14:06:30');
    expect(timeTickLabel(at, 60_000)).toBe('14:06');
    expect(timeTickLabel(new Date(2026, 4, 4).getTime(), 3_600_000)).toBe('Mon 4');
  });
});

describe('labels at the ends of lines', () => {
  it('never lie on one another where there is room, and stay in it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 250, noNaN: true }), { maxLength: 6 }), (wanted) => {
        const placed = [...spreadLabels(wanted, 14, 0, 200)].sort((a, b) => a - b);
        for (const gap of evenSteps(placed)) expect(gap).toBeGreaterThanOrEqual(14 - 1e-9);
        for (const y of placed) expect(y >= -1e-9 && y <= 200).toBe(true);
      }),
    );
  });

  it('stay where they are when nothing is near', () => {
    expect(spreadLabels([100, 20], 14, 0, 200)).toEqual([100, 20]);
  });
});

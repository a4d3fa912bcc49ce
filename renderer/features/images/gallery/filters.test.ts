import { expect, it } from 'vitest';
import { hasFilters, NO_FILTERS, queryOf } from './filters.ts';
import { describeDay } from './text.ts';

const NOW = new Date(2026, 10, 27, 15, 4).getTime();
const day = (month: number, date: number): number => new Date(2026, month - 1, date).getTime();

it('spans are whole local days, the last one included', () => {
  const at = (span: 'any' | 'today' | 'week' | 'month') => queryOf({ ...NO_FILTERS, span }, NOW);
  expect([at('any').fromMs, at('today').fromMs, at('week').fromMs, at('month').fromMs]).toEqual([
    null,
    day(11, 27),
    day(11, 21),
    day(10, 29),
  ]);
  expect(queryOf({ ...NO_FILTERS, span: 'custom', from: '2026-03-01', to: '2026-03-02' }, NOW)).toMatchObject({
    fromMs: day(3, 1),
    toMs: day(3, 3),
  });
  expect(queryOf({ ...NO_FILTERS, span: 'custom', from: 'x', to: '' }, NOW)).toMatchObject({ fromMs: null, toMs: null });
});

it('an order is no filter', () => {
  expect(hasFilters({ ...NO_FILTERS, sort: 'oldest' })).toBe(false);
  expect(hasFilters({ ...NO_FILTERS, isFavourite: true })).toBe(true);
});

it('days near now have words, others their date', () => {
  expect(describeDay('2026-11-27', NOW)).toBe('Today');
  expect(describeDay('2026-11-26', NOW)).toBe('Yesterday');
  expect(describeDay('2026-11-25', NOW)).toBe('Wednesday, 25 November 2026');
  expect(describeDay('2026-12-01', NOW)).toBe('Tuesday, 1 December 2026');
});

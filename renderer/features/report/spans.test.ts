import { expect, it } from 'vitest';
import { fieldOf, spanOf } from './spans.ts';

const NOW = new Date('2026-05-04T14:06:00').getTime();
const HOUR_MS = 3_600_000;
const NONE = { from: '', to: '' };

it('ends a chosen span now', () => {
  expect(spanOf('48', NONE, NOW)).toEqual({ fromMs: NOW - 48 * HOUR_MS, toMs: NOW });
});
it('takes entered times as local ones, and none of the future', () => {
  const fields = { from: fieldOf(NOW - 5 * HOUR_MS), to: fieldOf(NOW + 9 * HOUR_MS) };
  expect(spanOf('custom', fields, NOW)).toEqual({ fromMs: NOW - 5 * HOUR_MS, toMs: NOW });
});
it('refuses what is no span of a report', () => {
  const span = (hours: number) => spanOf('custom', { from: fieldOf(NOW - hours * HOUR_MS), to: fieldOf(NOW) }, NOW);
  expect([span(0.5), span(-3), span(32 * 24), spanOf('custom', NONE, NOW)]).toEqual([null, null, null, null]);
});

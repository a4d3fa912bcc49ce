import { expect, it } from 'vitest';
import { formatAge, formatMiB } from './format.ts';

it.each([
  [-5_000, 'just now'],
  [9_999, 'just now'],
  [10_000, '10 s ago'],
  [59_999, '59 s ago'],
  [180_000, '3 min ago'],
  [2 * 86_400_000, '2 days ago'],
])('calls what was %d ms ago %s', (elapsedMs, words) => {
  expect(formatAge(1_000_000_000_000 - elapsedMs, 1_000_000_000_000)).toBe(words);
});

it.each([
  [0, '0 MiB'],
  [482.4, '482 MiB'],
  [1024, '1.0 GiB'],
  [19_866, '19.4 GiB'],
  [-20, '-20 MiB'],
  [null, '–'],
  [Number.NaN, '–'],
])('shows %s MiB of memory as %s', (memoryMiB, words) => {
  expect(formatMiB(memoryMiB)).toBe(words);
});

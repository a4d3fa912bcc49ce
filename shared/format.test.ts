import { expect, it } from 'vitest';
import { formatAge } from './format.ts';

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

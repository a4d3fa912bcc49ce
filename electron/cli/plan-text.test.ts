import { expect, it } from 'vitest';
import { newLines } from './plan-text.ts';

it('finds the new lines of an output whose oldest lines are dropped', () => {
  expect(newLines([], ['a'])).toEqual(['a']);
  expect(newLines(['a', 'b'], ['a', 'b', 'c'])).toEqual(['c']);
  expect(newLines(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual(['d']);
  expect(newLines(['a', 'a'], ['a', 'a', 'a'])).toEqual(['a']);
  expect(newLines(['a'], ['x', 'y'])).toEqual(['x', 'y']);
});

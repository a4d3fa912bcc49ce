import { expect, it } from 'vitest';
import { diffLines } from './describe.ts';

const asText = (before: string, after: string): readonly string[] => diffLines(before, after).map(({ mark, text }) => `${mark}${text}`);

it('shows a line that changed as the old and the new one, in its place', () => {
  expect(asText('a\nb\nc\n', 'a\nB\nc\nd\n')).toEqual(['@@@ -1,3 +1,4 @@', ' a', '-b', '+B', ' c', '+d']);
  expect(asText('', 'a\n')).toEqual(['@@@ -1,0 +1,1 @@', '+a']);
  expect(asText('a\n', 'a\n')).toEqual([]);
});

it('shows a text whole that has too little in common with the present one to be compared', () => {
  const present = Array.from({ length: 30_000 }, (_none, n) => `${n % 10}\n`).join('');
  const lines = asText(present, 'new one\nnew two\n');
  expect(lines.slice(0, 4)).toEqual(['@@@ -1,30000 +1,2 @@', '+new one', '+new two', '-0']);
  expect(lines.at(-1)).toBe('@More lines are not shown.');
  expect(lines.length).toBeLessThan(2_010);
});

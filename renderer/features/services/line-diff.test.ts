import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from './line-diff.ts';

const asText = (before: string, after: string): readonly string[] =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', gone: '-', new: '+' }[kind]}${text}`);

describe('diffLines', () => {
  it('shows a line that changed as the old and the new one, in its place', () => {
    expect(asText('a\nb\nc\n', 'a\nB\nc\nd\n')).toEqual([' a', '-b', '+B', ' c', '+d']);
    expect(asText('', 'a\n')).toEqual(['+a']);
    expect(asText('a\n', 'a\n')).toEqual([' a']);
  });

  it('holds both texts whole and in order, and says nothing of equal ones', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '', ' a'), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const without = (kind: string): string => lines.flatMap((line) => (line.kind === kind ? [] : [`${line.text}\n`])).join('');
        expect(without('new')).toBe(before);
        expect(without('gone')).toBe(after);
        if (before === after) expect(lines.every((line) => line.kind === 'same')).toBe(true);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, onlyChanges } from './line-diff.ts';

const asText = (before: string, after: string): readonly string[] =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', gone: '-', new: '+', skipped: '…' }[kind]}${text}`);

describe('diffLines', () => {
  it('shows a line that changed as the old and the new one, in its place', () => {
    expect(asText('a\nb\nc\n', 'a\nB\nc\nd\n')).toEqual([' a', '-b', '+B', ' c', '+d']);
    expect(asText('', 'a\n')).toEqual(['+a']);
    expect(asText('a\n', 'a\n')).toEqual([' a']);
  });

  it('cuts long equal stretches down to what lies beside a change', () => {
    const lines = (words: string): string =>
      words
        .split('')
        .map((word) => `${word}\n`)
        .join('');
    const shown = onlyChanges(diffLines(lines('abcdefghijk'), lines('abcdeFghijk')));
    expect(shown.map((line) => line.text)).toEqual(['… 3 equal lines', 'd', 'e', 'f', 'F', 'g', 'h', '… 3 equal lines']);
    expect(onlyChanges(diffLines(lines('ab'), lines('ab'))).map((line) => line.text)).toEqual(['… 2 equal lines']);
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

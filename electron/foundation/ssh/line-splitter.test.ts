import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', ' '), maxLength: 60 });

it('gives the same lines however the bytes are cut', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(200), { maxLength: 10 }), (whole, cuts) => {
      const bytes = Buffer.from(whole);
      const splitter = createLineSplitter(1000);
      const lines: string[] = [];
      let from = 0;
      for (const cut of [...cuts.filter((at) => at <= bytes.length).sort((a, b) => a - b), bytes.length]) {
        lines.push(...splitter.add(bytes.subarray(from, cut)));
        from = cut;
      }
      const expected = whole.split('\n');
      const last = expected.pop() ?? '';
      expect(lines).toEqual(expected);
      expect(splitter.rest()).toBe(last === '' ? null : last);
    }),
  );
});

it('cuts a long line between characters, marks it, and is well again after it', () => {
  const splitter = createLineSplitter(5);
  expect(splitter.add(Buffer.from('aaaa€bb\nshort\n12345\n'))).toEqual(['aaaa\u2026', 'short', '12345']);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSearch } from './search.ts';

function ready(text: string, regex = false, matchCase = false) {
  const search = compileSearch({ text, regex, matchCase });
  if (search.kind !== 'ready') throw new Error(`not ready: ${search.kind}`);
  return search;
}

describe('compileSearch', () => {
  it('searches nothing for nothing', () => {
    expect(compileSearch({ text: '', regex: true, matchCase: false }).kind).toBe('none');
  });

  it('takes plain text as it stands', () => {
    expect(ready('a.b (c)').matches('x A.B (C) y')).toBe(true);
    expect(ready('a.b').matches('axb')).toBe(false);
    expect(ready('Error', false, true).matches('error')).toBe(false);
  });

  it('says what is wrong with a pattern', () => {
    const search = compileSearch({ text: '(open', regex: true, matchCase: false });
    expect(search.kind === 'invalid' && search.message).toMatch(/^Invalid pattern: ./);
  });

  it('comes to an end with patterns that match nothing at all', () => {
    expect(ready('x*', true).ranges('aaa', 10)).toEqual([]);
    expect(ready('x*', true).ranges('axxa', 10)).toEqual([{ start: 1, end: 3 }]);
  });

  it('sees line beginnings inside an entry', () => {
    expect(ready('^ValueError', true).matches('Traceback\nValueError: no')).toBe(true);
  });

  it('finds any text inside any other, at the right place', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 40 }), (a, needle, b) => {
        const haystack = a + needle + b;
        const [first] = ready(needle, false, true).ranges(haystack, 1);
        expect(first?.start).toBe(haystack.indexOf(needle));
        expect(haystack.slice(first?.start, first?.end)).toBe(needle);
      }),
    );
  });

  it('never throws, whatever pattern is typed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 20 }), (pattern, text) => {
        const search = compileSearch({ text: pattern, regex: true, matchCase: false });
        if (search.kind !== 'ready') return;
        let end = 0;
        for (const range of search.ranges(text, 100)) {
          expect(range.start).toBeGreaterThanOrEqual(end);
          expect(range.end).toBeGreaterThan(range.start);
          end = range.end;
        }
      }),
    );
  });
});

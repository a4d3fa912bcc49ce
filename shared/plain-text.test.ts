/* biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what must be gone */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NAME_CHARS, plainLines, plainText, stripAnsi } from './plain-text.ts';

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const HOSTILE = fc.string({
  unit: fc.constantFrom(
    '\u001b',
    '[',
    ']',
    'm',
    '3',
    ';',
    '\r',
    '\n',
    '\t',
    'x',
    'é',
    '\u0007',
    '\u009b',
    '\u202e',
    '\u2066',
    '\u061c',
    '\ud83d',
    '\ude00',
  ),
});

describe('stripAnsi', () => {
  it.each([
    ['\u001b[38;20mred\u001b[0m', 'red'],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u001b\\', 'link'],
    ['10%\r20%\r100%', '100%'],
    ['a\r\nb\r', 'a\nb'],
    ['a\r\r\n\rb', 'a\nb'],
    ['tab\tkept\u0000', 'tab\tkept'],
    ['\u001b(Bplain', 'plain'],
  ])('%j', (text, plain) => {
    expect(stripAnsi(text)).toBe(plain);
  });

  it('leaves no control character and is done after once', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const plain = stripAnsi(text);
        expect(plain).not.toMatch(CONTROL);
        expect(stripAnsi(plain)).toBe(plain);
      }),
    );
  });
});

describe('plainText', () => {
  it.each([
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['\u2066a\u2069\u200e\u200f\u061cb', 'ab'],
    ['Debian\u0000 \u001b[31m13\u001b[0m\u009f', 'Debian 13'],
    ['two\nlines\tand\u2028more', 'two lines and more'],
    ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
    ['Grüße 你好 😀', 'Grüße 你好 😀'],
  ])('%j', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('marks what was cut, and never cuts through a character', () => {
    expect(plainText('x'.repeat(3_000_000))).toBe(`${'x'.repeat(MAX_NAME_CHARS - 1)}…`);
    expect(plainText('ab😀😀', 4)).toBe('ab…');
    // A text that begins with more sequences than text is cut, and says so.
    expect(plainText(`${'\u001b[0m'.repeat(100)}end`, 10)).toBe('…');
  });

  it('shows nothing that is not printed, within the length, and is done after once', () => {
    fc.assert(
      fc.property(HOSTILE, fc.integer({ min: 2, max: 40 }), (text, most) => {
        const plain = plainText(text, most);
        expect(plain).not.toMatch(CONTROL);
        expect(plain).not.toMatch(BIDI);
        expect(plain).not.toMatch(/[\t\n\u2028\u2029]/);
        expect(plain.length).toBeLessThanOrEqual(most);
        expect(plainText(plain, most)).toBe(plain);
        expect(plainLines(text, most).length).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('keeps newlines and tabs where lines are wanted', () => {
    expect(plainLines('a\n\tb\u202e\r\nc')).toBe('a\n\tb\nc');
  });
});

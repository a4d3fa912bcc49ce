import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_YAML_CHARS, parseYaml, plainValue } from './yaml-document.ts';
import { type PlainValue, setYamlValue, yamlValue } from './yaml-edit.ts';

const plainOf = (text: string): unknown => {
  const read = parseYaml(text);
  return read.isValid ? plainValue(read.document.contents, read.document) : read;
};

const TEXT = `# Of the operator.
host: 0.0.0.0        # every address
port: "9090"

allow_origins:
  - https://one   # first
  - https://two
# Before the limits.
limits:
    images: 2 # two at once
    chat: 4
empty:
`;

describe('setYamlValue', () => {
  it('changes the value alone, in the place where it is', () => {
    expect(setYamlValue(TEXT, ['host'], '127.0.0.1')).toBe(TEXT.replace('0.0.0.0', '127.0.0.1'));
    expect(setYamlValue(TEXT, ['limits', 'images'], 1)).toBe(TEXT.replace('images: 2', 'images: 1'));
    expect(setYamlValue(TEXT, ['empty'], true)).toBe(TEXT.replace('empty:', 'empty: true'));
  });

  it('adds a missing key at the end of its map, with the indent of its neighbours', () => {
    expect(setYamlValue(TEXT, ['limits', 'music'], 1)).toBe(TEXT.replace('    chat: 4\n', '    chat: 4\n    music: 1\n'));
    expect(setYamlValue(TEXT, ['precision'], 'float16')).toBe(`${TEXT}precision: float16\n`);
    expect(setYamlValue('a: 1', ['b', 'c'], 2)).toBe('a: 1\nb:\n  c: 2\n');
    expect(setYamlValue('# only a comment\n', ['a'], 1)).toBe('# only a comment\na: 1\n');
    expect(plainOf(setYamlValue(TEXT, ['empty', 'inner'], 1) ?? '')).toMatchObject({ empty: { inner: 1 } });
  });

  it('replaces a list over several lines and keeps the comments around it', () => {
    const edited = setYamlValue(TEXT, ['allow_origins'], ['https://three']) ?? '';
    expect(edited).toContain('allow_origins: [https://three]\n# Before the limits.\nlimits:\n');
    expect(plainOf(edited)).toMatchObject({ allow_origins: ['https://three'], limits: { images: 2, chat: 4 } });
  });

  it('edits a map in braces', () => {
    expect(plainOf(setYamlValue('{a: 1, b: {c: 2}} # all\n', ['b', 'd'], 'x') ?? '')).toEqual({ a: 1, b: { c: 2, d: 'x' } });
  });

  it('removes a key with its line, and only that', () => {
    expect(setYamlValue(TEXT, ['port'], null)).toBe(TEXT.replace('port: "9090"\n', ''));
    expect(setYamlValue(TEXT, ['absent'], null)).toBe(TEXT);
  });

  it('returns the same text when the value is there', () => {
    expect(setYamlValue(TEXT, ['limits', 'images'], 2)).toBe(TEXT);
  });

  it('refuses a text that is no map and a path through a value', () => {
    for (const text of ['- a\n', 'word', 'a: [', 'a: 1\n---\nb: 2\n']) expect(setYamlValue(text, ['a', 'b'], 1)).toBeNull();
    expect(setYamlValue(TEXT, ['host', 'inner'], 1)).toBeNull();
  });

  const word = fc.stringMatching(/^[a-z_]{1,6}$/);
  const value: fc.Arbitrary<PlainValue> = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.string({ maxLength: 12 }),
    fc.constantFrom('on', 'null', '1:30', '0x1f', '2020-01-01', '# no', ''),
    fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
  );

  it('holds the value afterwards, with all others and all comments as before', () => {
    const line = fc.oneof(
      fc.tuple(word, value).map(([key, inner]) => `${key}: ${yamlValue(inner)} # c${key}`),
      fc.tuple(word, word, fc.integer()).map(([key, inner, number]) => `${key}:\n   ${inner}: ${number}`),
      fc.constantFrom('', '# note'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), word, value, (lines, key, inner) => {
        const text = `${lines.join('\n')}\n`;
        const before = plainOf(text) ?? {};
        const edited = setYamlValue(text, [key], inner);
        expect(edited).not.toBeNull();
        expect(plainOf(edited ?? '')).toEqual({ ...before, [key]: inner });
        expect(setYamlValue(edited ?? '', [key], inner)).toBe(edited);
      }),
    );
  });

  it('never throws, and what it returns is valid', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-a:?[\]{}&*!|>'"#\n ,%]{0,40}$/)), value, (text, inner) => {
        const edited = setYamlValue(text, ['a', 'b'], inner);
        if (edited !== null) expect(plainOf(edited)).toMatchObject({ a: { b: inner } });
      }),
    );
  });
});

describe('parseYaml', () => {
  it.each(['- ', '[', '? ', ': '])('refuses what would exhaust its stack: %j', (part) => {
    expect(parseYaml(part.repeat(8_000))).toEqual({ isValid: false, line: null, message: 'The file is nested too deeply.' });
  });

  it.each(['&a ', '!!x ', 'a: b\n', '"', 'a: *x\n', '---\n', '- &a *a\n', '[a,'])('reads the largest text of %j', (part) => {
    const text = part.repeat(MAX_YAML_CHARS / part.length);
    expect(parseYaml(text)).toHaveProperty('isValid');
    expect(parseYaml(`${text}${' '.repeat(MAX_YAML_CHARS)}`)).toMatchObject({ isValid: false, message: 'The file is larger than 32 KiB.' });
  });

  it('names the line of a mistake', () => {
    expect(parseYaml('a: 1\nb: [1\nc: 2\n')).toMatchObject({ isValid: false, line: 3 });
    expect(parseYaml('a: 1\n\tb: 2\n')).toMatchObject({ isValid: false, line: 2 });
  });

  it('reads as PyYAML does: on is a boolean and y is none, and the last of two keys wins', () => {
    expect(plainOf('a: on\nb: 1\nb: 2\nc: y\nd: No\ne: N\n')).toEqual({ a: true, b: 2, c: 'y', d: false, e: 'N' });
  });
});

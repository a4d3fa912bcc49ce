/** Texts that make a careless parser slow: `text(length)` has exactly that many characters. */
export interface Shape {
  readonly name: string;
  readonly text: (length: number) => string;
}

const repeated = (name: string, unit: string, before = '', after = ''): Shape => ({
  name,
  text: (length) => (before + unit.repeat(Math.ceil(length / unit.length))).slice(0, Math.max(0, length - after.length)) + after,
});

/** Repeats what the parser itself looks for, so that it begins again and again. */
export const prefixShapes = (prefix: string): readonly Shape[] => [
  repeated(`"${prefix.slice(0, 30)}" repeated`, prefix),
  repeated(`"${prefix.slice(0, 30)}" and blanks`, `${prefix}        `),
  repeated(`"${prefix.slice(0, 30)}" and digits`, '1', prefix),
  repeated(`"${prefix.slice(0, 30)}" and letters`, 'a', prefix, '!'),
];

/** The same for every parser. */
export const SHAPES: readonly Shape[] = [
  repeated('one letter', 'a', '', '!'),
  repeated('digits', '7', '', 'x'),
  repeated('blanks', ' ', 'x', 'x'),
  repeated('tabs and newlines', '\t\n ', 'x', 'x'),
  repeated('newlines', '\n'),
  repeated('carriage returns', '\r', '\u001b[31m', 'x'),
  repeated('one colour code, then letters', 'a', '\u001b[31m'),
  repeated('ESC [ in a row', '\u001b['),
  repeated('ESC [ and digits', '1;', '\u001b['),
  repeated('ESC ] without an end', '\u001b]8;;'),
  repeated('backslashes', '\\', '', '"'),
  repeated('double quotes', '"'),
  repeated('single quotes', "'"),
  repeated('commas', ','),
  repeated('comma and blank', ', '),
  repeated('colons', ':'),
  repeated('dots and words', 'a.'),
  repeated('equals signs', 'a='),
  repeated('slashes', '/'),
  repeated('dashes', '-'),
  repeated('less-than signs', '<'),
  repeated('opening brackets', '['),
  repeated('opening braces', '{"a":'),
  { name: 'nested brackets', text: (length) => '['.repeat(Math.floor(length / 2)) + ']'.repeat(Math.ceil(length / 2)) },
  { name: 'nested braces', text: (length) => `${'{"a":'.repeat(Math.floor(length / 6))}1${'}'.repeat(Math.floor(length / 6))}` },
  repeated('stars', '*'),
  repeated('star and letter', '*a', '', 'b'),
  repeated('wide characters', '\u{1f600}'),
  repeated('bidi controls', '\u202e'),
  { name: 'random bytes', text: (length) => randomText(length, 256) },
  { name: 'random printable', text: (length) => randomText(length, 95) },
];

/** The same at every run. */
function randomText(length: number, range: number): string {
  let state = 12_345;
  const codes = new Uint16Array(length);
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    codes[index] = (range === 95 ? 32 : 0) + ((state >>> 16) % range);
  }
  return Buffer.from(codes.buffer).toString('utf16le');
}

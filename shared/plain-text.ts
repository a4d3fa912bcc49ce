/* biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this file removes */

/** Names, versions, paths: what fits on one line of the screen. */
export const MAX_NAME_CHARS = 300;
/** Sentences of a server or a program: error messages, reasons, prompts. */
export const MAX_SENTENCE_CHARS = 2_000;
/** One entry of a log, or an output shown as detail. */
export const MAX_TEXT_CHARS = 64 * 1024;
/** Ends a text that was cut. */
export const CUT_MARK = '…';

/** Escape sequences of ECMA-48: CSI, strings (OSC, DCS, PM, APC) up to their end, and two- and three-byte ones. */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
/** C0 without tab and newline, and C1. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const CONTROLS = new RegExp(`${CONTROL.source}+`, 'g');
/** Characters that change the direction of the text around them (UAX #9): they make a text read as another one. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const BIDI_CONTROLS = new RegExp(`${BIDI.source}+`, 'g');
/** With the flag `u` only those that are no pair. */
const LONE_SURROGATES = /\p{Surrogate}/gu;
const LINE_ENDS = /[\t\n\u2028\u2029]/g;
/** A text may begin with this many times its length in sequences that are removed. */
const RAW_FACTOR = 4;

/** Text without escape sequences and control characters; newlines and tabs stay. A line drawn over by `\r` keeps its last state. Linear. */
export function stripAnsi(text: string): string {
  if (!CONTROL.test(text)) return text;
  const bare = text.includes('\u001b') || text.includes('\u009b') ? text.replace(SEQUENCES, '') : text;
  const lines = bare.includes('\r') ? bare.split('\n').map(lastDrawn).join('\n') : bare;
  return lines.replace(CONTROLS, '');
}

function lastDrawn(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end -= 1;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}

/**
 * Text of a host or server as it may be shown and stored: one line, without escape sequences, control and bidi control
 * characters, at most `maxChars` characters; a text that was cut ends with `…`. Linear.
 */
export function plainText(text: string, maxChars: number = MAX_NAME_CHARS): string {
  return cleaned(text, maxChars, (bare) => bare.replace(LINE_ENDS, ' ').trim());
}

/** As {@link plainText}, but newlines and tabs remain. */
export function plainLines(text: string, maxChars: number = MAX_TEXT_CHARS): string {
  return cleaned(text, maxChars, (bare) => bare);
}

function cleaned(text: string, maxChars: number, then: (bare: string) => string): string {
  const rawMax = maxChars * RAW_FACTOR;
  const isRawCut = text.length > rawMax;
  const bare = stripAnsi(isRawCut ? text.slice(0, rawMax) : text);
  const plain = then(BIDI.test(bare) ? bare.replace(BIDI_CONTROLS, '') : bare);
  if (!isRawCut && plain.length <= maxChars) return plain.replace(LONE_SURROGATES, '\ufffd');
  return `${plain
    .slice(0, maxChars - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(LONE_SURROGATES, '\ufffd')}${CUT_MARK}`;
}

import type { EnvAssignment } from '../../../foundation/files/dotenv.ts';
import type { FileFinding } from './finding.ts';
import { ENV_TEXT } from './text.ts';

/** Longer than any environment file; the rest is not read. */
const MAX_ENV_CHARS = 256 * 1024;

export interface EnvFile {
  readonly assignments: readonly EnvAssignment[];
  readonly findings: readonly FileFinding[];
}

const BLANK = /[ \t]/;
const isLineEnd = (letter: string): boolean => letter === '\n' || letter === '\r';
/** systemd takes the backslash away before these in double quotes, and keeps it before others. */
const ESCAPED_IN_QUOTES = '"\\`$';

/**
 * Reads a file of `EnvironmentFile=` as systemd does (systemd.exec(5)): comments with `#` or `;`, quotes that may stand anywhere in a value,
 * backslash and line end joined. Of equal keys the last counts. Never throws.
 */
export function readSystemdEnv(whole: string): EnvFile {
  const text = whole.slice(0, MAX_ENV_CHARS);
  const assignments: EnvAssignment[] = [];
  const findings: FileFinding[] = [];
  let line = 1;
  let at = 0;
  const lineEndsIn = (from: number, to: number): number => text.slice(from, to).split('\n').length - 1;
  while (at < text.length) {
    const letter = text[at] ?? '';
    if (isLineEnd(letter) || BLANK.test(letter)) {
      if (letter === '\n') line += 1;
      at += 1;
      continue;
    }
    const lineEnd = nextLineEnd(text, at);
    // The first character belongs to the name, whatever it is.
    const equals = at + 1 + text.slice(at + 1, lineEnd).indexOf('=');
    if (letter === '#' || letter === ';') {
      if (isEscapedEnd(text, at, lineEnd)) findings.push({ severity: 'warning', line, key: null, message: ENV_TEXT.commentGoesOn });
      at = lineEnd;
    } else if (equals === at) {
      findings.push({ severity: 'warning', line, key: null, message: ENV_TEXT.noAssignment });
      at = lineEnd;
    } else {
      const { value, end } = readValue(text, equals + 1);
      const key = text.slice(at, equals).trim();
      if (/^[A-Za-z_]\w*$/.test(key)) assignments.push({ key, value, start: at, end });
      else findings.push({ severity: 'warning', line, key: null, message: ENV_TEXT.badName });
      line += lineEndsIn(at, end);
      at = end;
    }
  }
  return { assignments, findings };
}

function nextLineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineEnd(text[at] ?? '')) at += 1;
  return at;
}

function isEscapedEnd(text: string, from: number, end: number): boolean {
  let at = end;
  while (at > from && text[at - 1] === '\\') at -= 1;
  return (end - at) % 2 === 1;
}

/** The value from an offset on, and the offset of its line end. Blanks around it and between a quote and the end are left out. */
function readValue(text: string, from: number): { readonly value: string; readonly end: number } {
  const parts: string[] = [];
  /** How many parts stay: blanks behind the last character of the value do not. */
  let kept = 0;
  let state: 'before' | 'plain' | 'single' | 'double' = 'before';
  let at = from;
  for (; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (state === 'single' || state === 'double') {
      if (letter === (state === 'single' ? "'" : '"')) state = 'before';
      else if (state === 'double' && letter === '\\') {
        if (next !== '' && next !== '\n') parts.push(ESCAPED_IN_QUOTES.includes(next) ? next : `\\${next}`);
        at += 1;
      } else parts.push(letter);
      kept = parts.length;
      continue;
    }
    if (isLineEnd(letter)) break;
    if (letter === '\\') {
      if (next !== '' && !isLineEnd(next)) parts.push(next);
      at += 1;
      kept = parts.length;
      state = 'plain';
    } else if (state === 'before' && (letter === "'" || letter === '"')) {
      state = letter === '"' ? 'double' : 'single';
    } else if (state === 'plain' || !BLANK.test(letter)) {
      state = 'plain';
      parts.push(letter);
      if (!BLANK.test(letter)) kept = parts.length;
    }
  }
  return { value: parts.slice(0, kept).join(''), end: Math.min(at, text.length) };
}

/** The variables that a service gets from the file. */
export const systemdEnvValues = (text: string): ReadonlyMap<string, string> =>
  new Map(readSystemdEnv(text).assignments.map(({ key, value }) => [key, value]));

/** A value as the file spells it: unquoted where that means the same, so that JSON stays readable. One line only. */
export function systemdEnvValue(value: string): string {
  if (/^(?!['"\s])[^\\\n\r]*$/.test(value) && value.trimEnd() === value) return value;
  return `"${value.replaceAll(/["\\`$]/g, '\\$&')}"`;
}

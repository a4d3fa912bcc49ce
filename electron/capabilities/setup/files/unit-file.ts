import { plainText } from '../../../../shared/plain-text.ts';
import type { FileFinding } from './finding.ts';
import { UNIT_TEXT } from './text.ts';

/** Longer than any unit file; the rest is not read. */
const MAX_UNIT_CHARS = 128 * 1024;
const MAX_SHOWN_CHARS = 80;

/** The assignments of a unit file and its drop-ins. */
export interface UnitFile {
  /** Section → key → values, from the last empty assignment on, which removes the values before it. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Lines that systemd ignores, each counted in its own text. */
  readonly findings: readonly FileFinding[];
}

/**
 * Reads unit files as systemd does (systemd.syntax(7)): the fragment first, then its drop-ins in their order, or the output of `systemctl cat`.
 * Values are as written: quotes and `%` stay. Never throws.
 */
export function readUnit(...texts: readonly string[]): UnitFile {
  const sections = new Map<string, Map<string, string[]>>();
  const findings: FileFinding[] = [];
  for (const text of texts) {
    let section: string | null = null;
    for (const { line, text: assignment } of logicalLines(text.slice(0, MAX_UNIT_CHARS))) {
      const ignored = (message: string): number =>
        findings.push({ severity: 'warning', line, key: plainText(assignment, MAX_SHOWN_CHARS), message });
      if (assignment.startsWith('[')) {
        section = assignment.endsWith(']') ? assignment.slice(1, -1) : null;
        if (section === null) ignored(UNIT_TEXT.badSection);
        continue;
      }
      const equals = assignment.indexOf('=');
      if (equals <= 0) ignored(UNIT_TEXT.noAssignment);
      else if (section === null) ignored(UNIT_TEXT.outsideSection);
      else assign(sections, section, assignment.slice(0, equals).trim(), assignment.slice(equals + 1).trim());
    }
  }
  return { sections, findings };
}

function assign(sections: Map<string, Map<string, string[]>>, section: string, key: string, value: string): void {
  const keys = sections.get(section) ?? new Map<string, string[]>();
  sections.set(section, keys);
  if (value === '') keys.set(key, []);
  else {
    const values = keys.get(key) ?? [];
    values.push(value);
    keys.set(key, values);
  }
}

/** Lines with their continuations, each with the number of its first line; comments, also between continuations, are left out. */
function* logicalLines(text: string): Generator<{ readonly line: number; readonly text: string }> {
  let parts: string[] = [];
  let first = 0;
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n?|\n/)
    .entries()) {
    const line = raw.trimStart();
    if (line.startsWith('#') || line.startsWith(';')) continue;
    if (parts.length === 0) first = index + 1;
    if (isContinued(line)) {
      parts.push(`${line.slice(0, -1)} `);
      continue;
    }
    const whole = [...parts, line].join('').trim();
    parts = [];
    if (whole !== '') yield { line: first, text: whole };
  }
  const rest = parts.join('').trim();
  if (rest !== '') yield { line: first, text: rest };
}

/** Whether the last backslash is not itself escaped. */
function isContinued(line: string): boolean {
  let at = line.length;
  while (at > 0 && line[at - 1] === '\\') at -= 1;
  return (line.length - at) % 2 === 1;
}

/** All values of a list setting, such as `ExecStart` or `ReadWritePaths`; empty = not set. */
export const unitValues = (unit: UnitFile, section: string, key: string): readonly string[] => unit.sections.get(section)?.get(key) ?? [];

/** The value in effect of a setting that takes one; null = not set, or reset to its default. */
export const unitValue = (unit: UnitFile, section: string, key: string): string | null => unitValues(unit, section, key).at(-1) ?? null;

/** What a service gets by `Environment=`; a later assignment of a name replaces an earlier one. `EnvironmentFile=` is not read. */
export function unitEnvironment(unit: UnitFile): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const word of unitValues(unit, 'Service', 'Environment').flatMap(unitWords)) {
    const equals = word.indexOf('=');
    if (equals > 0) environment.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return environment;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/**
 * Splits a value into words as systemd does (systemd.service(5), "Command lines"): quotes group, C escapes are resolved. An open quote ends
 * with the value. `$` and `%` stay.
 */
export function unitWords(value: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < value.length; at += 1) {
    const letter = value[at] ?? '';
    if (letter === '\\' && at + 1 < value.length) {
      const { text, length } = unescaped(value, at + 1);
      word = `${word ?? ''}${text}`;
      at += length;
    } else if (quote !== '') {
      if (letter === quote) quote = '';
      else word = `${word ?? ''}${letter}`;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (letter === ' ' || letter === '\t' || letter === '\n') {
      if (word !== null) words.push(word);
      word = null;
    } else word = `${word ?? ''}${letter}`;
  }
  return word === null ? words : [...words, word];
}

function unescaped(value: string, at: number): { readonly text: string; readonly length: number } {
  const letter = value[at] ?? '';
  const digits = letter === 'x' ? value.slice(at + 1, at + 3) : value.slice(at, at + 3);
  if (letter === 'x' && /^[\da-fA-F]{2}$/.test(digits)) return { text: String.fromCharCode(Number.parseInt(digits, 16)), length: 3 };
  if (/^[0-3][0-7]{2}$/.test(digits)) return { text: String.fromCharCode(Number.parseInt(digits, 8)), length: 3 };
  if (letter === '\\' || letter === '"' || letter === "'") return { text: letter, length: 1 };
  return { text: Object.hasOwn(ESCAPES, letter) ? (ESCAPES[letter] ?? '') : `\\${letter}`, length: 1 };
}

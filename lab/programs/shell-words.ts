/** A command line that the lab's login shell does not support: pipes, substitutions, unbalanced quotes. */
export class ShellSyntaxError extends Error {}

export interface CommandLine {
  readonly environment: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;
const SPECIAL = new Set(['|', '&', ';', '<', '>', '(', ')', '`', '\n', '*', '?', '[', '#']);

interface Word {
  readonly text: string;
  /** Index of the first quoted character; the name of an assignment must end before it. */
  readonly firstQuoteAt: number;
}

/**
 * Splits one simple command like a POSIX shell (XCU 2.2, 2.9.1): assignments, then argv. Supports single quotes, double quotes,
 * backslashes and `$NAME`; other special characters throw ShellSyntaxError.
 */
export function parseCommandLine(line: string, environment: Readonly<Record<string, string>> = {}): CommandLine {
  const words = splitWords(line, environment);
  const assigned: Record<string, string> = {};
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index];
    const name = word === undefined ? null : ASSIGNMENT.exec(word.text);
    if (word === undefined || name === null || name[0].length > word.firstQuoteAt) break;
    assigned[name[0].slice(0, -1)] = word.text.slice(name[0].length);
  }
  return { environment: assigned, argv: words.slice(index).map((word) => word.text) };
}

function splitWords(line: string, environment: Readonly<Record<string, string>>): readonly Word[] {
  const words: Word[] = [];
  let text = '';
  let open = false;
  let firstQuoteAt = Number.POSITIVE_INFINITY;
  let at = 0;
  const quoted = () => {
    open = true;
    firstQuoteAt = Math.min(firstQuoteAt, text.length);
  };
  const close = () => {
    if (open) words.push({ text, firstQuoteAt });
    text = '';
    open = false;
    firstQuoteAt = Number.POSITIVE_INFINITY;
  };
  while (at < line.length) {
    const character = line.charAt(at);
    if (character === ' ' || character === '\t') {
      close();
      at += 1;
    } else if (character === "'") {
      quoted();
      const end = line.indexOf("'", at + 1);
      if (end < 0) throw new ShellSyntaxError("unexpected EOF while looking for matching `''");
      text += line.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') {
      quoted();
      const part = doubleQuoted(line, at + 1, environment);
      text += part.text;
      at = part.next;
    } else if (character === '\\') {
      quoted();
      if (at + 1 >= line.length) throw new ShellSyntaxError('a backslash at the end of the line');
      text += line.charAt(at + 1);
      at += 2;
    } else if (character === '$') {
      open = true;
      const part = variable(line, at, environment);
      text += part.text;
      at = part.next;
    } else if (SPECIAL.has(character) && !(character === '#' && open)) {
      throw new ShellSyntaxError(`syntax error near unexpected token \`${character === '\n' ? 'newline' : character}'`);
    } else {
      open = true;
      text += character;
      at += 1;
    }
  }
  close();
  return words;
}

function doubleQuoted(line: string, from: number, environment: Readonly<Record<string, string>>): { text: string; next: number } {
  let text = '';
  let at = from;
  while (at < line.length) {
    const character = line.charAt(at);
    if (character === '"') return { text, next: at + 1 };
    if (character === '`') throw new ShellSyntaxError('command substitution is not simulated');
    if (character === '\\' && '$`"\\'.includes(line.charAt(at + 1)) && at + 1 < line.length) {
      text += line.charAt(at + 1);
      at += 2;
    } else if (character === '$') {
      const part = variable(line, at, environment);
      text += part.text;
      at = part.next;
    } else {
      text += character;
      at += 1;
    }
  }
  throw new ShellSyntaxError('unexpected EOF while looking for matching `"\'');
}

function variable(line: string, at: number, environment: Readonly<Record<string, string>>): { text: string; next: number } {
  if ('({'.includes(line.charAt(at + 1)) && at + 1 < line.length) throw new ShellSyntaxError('substitution is not simulated');
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(line.slice(at + 1));
  return name === null ? { text: '$', next: at + 1 } : { text: environment[name[0]] ?? '', next: at + 1 + name[0].length };
}

/** One assignment of an environment file with its place in the text. */
export interface EnvAssignment {
  readonly key: string;
  readonly value: string;
  /** Offsets of the first character of the key and of the one behind the assignment, without its line end. */
  readonly start: number;
  readonly end: number;
}

/** Longer than any `.env`; the rest is not read. */
const MAX_ENV_CHARS = 256 * 1024;
const ESCAPES: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const isLineEnd = (letter: string): boolean => letter === '\n' || letter === '\r';
const isBlank = (letter: string): boolean => !isLineEnd(letter) && letter.trim() === '' && letter !== '';

/**
 * Reads a `.env` as python-dotenv does, which the gateway uses: `export`, quotes over several lines, comments behind a blank and `#`. `${…}` is
 * left as written. A line that it does not understand is left out; so is a name without `=`. Never throws.
 */
export function readDotenv(whole: string): readonly EnvAssignment[] {
  const text = whole.slice(0, MAX_ENV_CHARS);
  const assignments: EnvAssignment[] = [];
  let at = 0;
  const letterAt = (offset: number): string => text[offset] ?? '';
  const skipBlanks = (from: number): number => {
    let offset = from;
    while (isBlank(letterAt(offset))) offset += 1;
    return offset;
  };
  const lineEndFrom = (from: number): number => {
    let offset = from;
    while (offset < text.length && !isLineEnd(letterAt(offset))) offset += 1;
    return offset;
  };
  while (at < text.length) {
    if (isBlank(letterAt(at)) || isLineEnd(letterAt(at))) {
      at += 1;
      continue;
    }
    let start = at;
    if (text.startsWith('export', at) && isBlank(letterAt(at + 6))) start = skipBlanks(at + 6);
    const key = readKey(text, start);
    const equals = key === null ? -1 : skipBlanks(key.end);
    if (key === null || letterAt(equals) !== '=') {
      at = lineEndFrom(at);
      continue;
    }
    const value = readValue(text, skipBlanks(equals + 1), lineEndFrom);
    const behind = value === null ? -1 : skipBlanks(value.end);
    const isClean = behind >= 0 && (behind >= text.length || isLineEnd(letterAt(behind)) || letterAt(behind) === '#');
    if (value !== null && isClean) assignments.push({ key: key.name, value: value.value, start, end: value.end });
    at = lineEndFrom(value === null ? start : value.end);
  }
  return assignments;
}

function readKey(text: string, start: number): { readonly name: string; readonly end: number } | null {
  const isQuoted = text[start] === "'";
  let end = isQuoted ? start + 1 : start;
  while (end < text.length) {
    const letter = text[end] ?? '';
    if (isQuoted ? letter === "'" : letter === '=' || letter === '#' || letter.trim() === '') break;
    end += 1;
  }
  const name = text.slice(isQuoted ? start + 1 : start, end);
  return name === '' || (isQuoted && end >= text.length) ? null : { name, end: isQuoted ? end + 1 : end };
}

interface Value {
  readonly value: string;
  readonly end: number;
}

/** null = a quote that is never closed. */
function readValue(text: string, start: number, lineEndFrom: (from: number) => number): Value | null {
  const quote = text[start];
  if (quote !== "'" && quote !== '"') {
    const line = text.slice(start, lineEndFrom(start));
    const comment = commentIn(line);
    const value = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
    return { value, end: start + value.length };
  }
  const close = closingQuote(text, start, quote);
  if (close < 0) return null;
  return { value: withoutEscapes(text.slice(start + 1, close), quote === '"'), end: close + 1 };
}

/** Where the blanks before a `#` begin, behind at least one of them. */
function commentIn(line: string): number {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    if (at > 0 && isBlank(line[at - 1] ?? '')) return at - 1;
  }
  return -1;
}

/** A quote behind a backslash closes only where no other follows. */
function closingQuote(text: string, start: number, quote: string): number {
  let escaped = -1;
  for (let at = text.indexOf(quote, start + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (at - 1 === start || text[at - 1] !== '\\') return at;
    escaped = at;
  }
  return escaped;
}

const withoutEscapes = (text: string, isDouble: boolean): string =>
  text.replace(isDouble ? /\\([\\'"abfnrtv])/g : /\\([\\'])/g, (_all, letter: string) => ESCAPES[letter] ?? letter);

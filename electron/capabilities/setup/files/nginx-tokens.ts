/** Longer than any site; the rest is not read. */
const MAX_NGINX_CHARS = 128 * 1024;
const MAX_DEPTH = 50;
const MAX_TOKENS = 20_000;

/** One directive of an nginx configuration. */
export interface NginxDirective {
  readonly name: string;
  /** Without their quotes; variables stay. */
  readonly args: readonly string[];
  /** Counted from 1. */
  readonly line: number;
  /** The directives in braces; null = it ends with `;`. */
  readonly block: readonly NginxDirective[] | null;
}

export interface NginxConfiguration {
  readonly directives: readonly NginxDirective[];
  /** Where nginx would refuse the text, as far as it is seen here; null = nowhere. */
  readonly brokenAtLine: number | null;
}

interface Token {
  readonly kind: 'word' | ';' | '{' | '}';
  readonly text: string;
  readonly line: number;
}

/**
 * Reads an nginx configuration by the rules of nginx's own tokens: words, quotes, backslashes, `${…}`, comments, braces. What is broken ends the
 * reading; what was read before stays. Never throws.
 */
export function readNginx(whole: string): NginxConfiguration {
  const root: NginxDirective[] = [];
  const open: { readonly line: number; readonly directives: NginxDirective[] }[] = [{ line: 0, directives: root }];
  let words: Token[] = [];
  let lastLine = 1;
  let count = 0;
  for (const token of tokens(whole.slice(0, MAX_NGINX_CHARS))) {
    lastLine = token.line;
    count += 1;
    // The rest is not read, so that an open block may well be closed.
    if (count > MAX_TOKENS) return { directives: root, brokenAtLine: null };
    const current = open.at(-1);
    if (token.kind === 'word') {
      words.push(token);
      continue;
    }
    const [first, ...rest] = words;
    words = [];
    if (token.kind === '}') {
      if (first !== undefined || open.length === 1) return { directives: root, brokenAtLine: token.line };
      open.pop();
      continue;
    }
    if (current === undefined || first === undefined || open.length > MAX_DEPTH) return { directives: root, brokenAtLine: token.line };
    const directive = { name: first.text, args: rest.map(({ text }) => text), line: first.line };
    if (token.kind === ';') current.directives.push({ ...directive, block: null });
    else {
      const block: NginxDirective[] = [];
      current.directives.push({ ...directive, block });
      open.push({ line: first.line, directives: block });
    }
  }
  const isOpen = words.length > 0 || open.length > 1;
  return { directives: root, brokenAtLine: isOpen && whole.length <= MAX_NGINX_CHARS ? lastLine : null };
}

const isBlank = (letter: string): boolean => letter === ' ' || letter === '\t' || letter === '\n' || letter === '\r';

function* tokens(text: string): Generator<Token> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const letter = text[at] ?? '';
    if (letter === '\n') line += 1;
    if (isBlank(letter)) at += 1;
    else if (letter === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (letter === ';' || letter === '{' || letter === '}') {
      yield { kind: letter, text: letter, line };
      at += 1;
    } else {
      const word = letter === '"' || letter === "'" ? quoted(text, at) : plain(text, at);
      yield { kind: 'word', text: word.text, line };
      line += newlinesIn(text, at, word.end);
      at = word.end;
    }
  }
}

function newlinesIn(text: string, from: number, end: number): number {
  let count = 0;
  for (let at = from; at < end; at += 1) if (text[at] === '\n') count += 1;
  return count;
}

interface Word {
  readonly text: string;
  readonly end: number;
}

function quoted(text: string, start: number): Word {
  const quote = text[start];
  const end = text.indexOf(quote ?? '', start + 1);
  const whole = text.slice(start + 1, end < 0 ? text.length : end);
  if (!whole.includes('\\')) return { text: whole, end: start + whole.length + 2 };
  const parts: string[] = [];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at = push(parts, text, at);
  return { text: parts.join(''), end: at + 1 };
}

function plain(text: string, start: number): Word {
  let end = start;
  while (end < text.length && !endsWord(text, end)) end += text[end] === '\\' ? 2 : 1;
  end = Math.min(end, text.length);
  const whole = text.slice(start, end);
  if (!whole.includes('\\')) return { text: whole, end };
  const parts: string[] = [];
  for (let at = start; at < end; ) at = push(parts, text, at);
  return { text: parts.join(''), end };
}

function endsWord(text: string, at: number): boolean {
  const letter = text[at] ?? '';
  return isBlank(letter) || letter === ';' || (letter === '{' && text[at - 1] !== '$');
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };

/** Adds the letter at an offset, or what a backslash makes of the next one; returns the offset behind. */
function push(parts: string[], text: string, at: number): number {
  const letter = text[at] ?? '';
  const next = text[at + 1];
  if (letter !== '\\' || next === undefined) {
    parts.push(letter);
    return at + 1;
  }
  parts.push(Object.hasOwn(ESCAPES, next) ? (ESCAPES[next] ?? '') : `\\${next}`);
  return at + 2;
}

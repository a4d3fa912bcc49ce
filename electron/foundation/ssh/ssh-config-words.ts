/** One line of an ssh_config file: a keyword and its arguments. */
export interface ConfigLine {
  /** Lower case. */
  readonly keyword: string;
  /** Empty = there is none, or a quote is not closed: ssh refuses such a line. */
  readonly words: readonly string[];
  /** The line as written in the file, trimmed. */
  readonly raw: string;
}

const isBlank = (letter: string | undefined): boolean => letter === ' ' || letter === '\t';

/**
 * The arguments of a line, unquoted as OpenSSH does (argv_split in misc.c): blanks part them, either quote holds them together,
 * a backslash keeps a quote, a backslash or a blank, and `#` at the start of one ends the line. Null = a quote is not closed.
 */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at])) {
      at += 1;
      continue;
    }
    if (text[at] === '#') break;
    let word = '';
    let quote: string | null = null;
    for (; at < text.length; at += 1) {
      const letter = text[at] ?? '';
      const next = text[at + 1];
      if (letter === '\\' && (next === "'" || next === '"' || next === '\\' || (next === ' ' && quote === null))) {
        word += next;
        at += 1;
      } else if (quote === null && isBlank(letter)) break;
      else if (quote === null && (letter === '"' || letter === "'")) quote = letter;
      else if (letter === quote) quote = null;
      else word += letter;
    }
    if (quote !== null) return null;
    words.push(word);
  }
  return words;
}

/** A line of ssh_config; null = a comment or a blank line. Keyword and value may be parted by `=`. */
export function parseConfigLine(text: string): ConfigLine | null {
  const raw = text.trim();
  if (raw === '' || raw.startsWith('#')) return null;
  const end = raw.search(/[\s="]/);
  const keyword = (end < 0 ? raw : raw.slice(0, end)).toLowerCase();
  // One `=` with blanks on either side takes the place of a blank.
  const rest = end < 0 ? '' : raw.slice(end).trimStart();
  return { keyword, words: splitWords((rest.startsWith('=') ? rest.slice(1) : rest).trim()) ?? [], raw };
}

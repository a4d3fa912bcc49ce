import { redactSecrets, secretsIn } from './redact.ts';
import type { SecretValues } from './secret-values.ts';

const GONE = '…';
/** Names of settings whose value is removed whole: more than redactSecrets takes, which must leave logs readable. */
const SECRET_NAME = /pass|pwd|token|secret|key|auth|cookie|credential|dsn|salt|signature|session|webhook/i;
/** Names that hold such a word and no secret. */
const HARMLESS_NAME =
  /^(?:max|num|min|total|prompt|completion)[_-]?(?:new[_-]?)?tokens?$|^tokens?[_-](?:limit|count|max|min|budget)$|keepalive|keyboard|authors?$|_(?:file|path|dir|enabled)$/i;
/** A name of a setting, with what may stand before it: `export`, a list mark, `Environment=`, a comment. */
const NAMED =
  /^([ \t]*(?:#[ \t]*)?(?:-[ \t]+)?(?:export[ \t]+)?(?:Environment[ \t]*=[ \t]*)?["']?([A-Za-z0-9_.-]{1,100})["']?[ \t]*[:=])[ \t]*/;
/** Further `"NAME=value"` of one line of a unit. */
const ASSIGNMENT = /(["' \t]([A-Za-z0-9_.-]{1,100})=)("[^"\n]*"?|'[^'\n]*'?|[^\s"']+)/g;
/** `proxy_set_header Authorization "Basic …"`, `set $token "…"`, `--login "…"`; no name of a field of JSON. */
const QUOTED = /(?:"((?:[^"\\\n]|\\.){1,4000})"|'((?:[^'\\\n]|\\.){1,4000})')([ \t]{0,8}:)?/g;
/** `proxy_set_header X-Secret …;`, `fastcgi_param API_KEY …;`, `set $token …;` of nginx. A variable is no secret. */
const DIRECTIVE =
  /((?:_header|_param|\bset)[ \t]{1,8}\$?[a-z0-9_-]{0,60}(?:authorization|token|secret|key|cookie|passw)[a-z0-9_-]{0,60}[ \t]{1,8})(?!["']?\$)(?:"[^"\n]*"|'[^'\n]*'|[^\s;"']+)(?=[ \t]*;)/gi;
const HEADER_WORD =
  /\b((?:proxy-)?authorization|cookie|x-[a-z-]{1,30}(?:key|token|secret))\b(["']?[ \t]{1,8}["']?)((?:bearer|basic|token)[ \t]{1,4})?(?!\$)[^\s"';]+/gi;

const PEM_BEGIN = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;
const PEM_END = /-----END [A-Z ]{0,30}PRIVATE KEY-----/;
/** A key of 16384 bits. */
const MAX_PEM_LINES = 220;
/** A line that is nothing but base64, after what a log puts before it. */
const BASE64_LINE = /(^|[\s:"'])([A-Za-z0-9+/_-]{16,}={0,2})(?=\\n|["']?\s*$)/;
const MIN_LONE_CHARS = 60;
const LONE_BASE64 = /^([^\n]{0,300}?[\s:])?[A-Za-z0-9+/]{60,}={0,2}\s*$/;
/** Long words are looked at one by one. */
const LONG_WORD = /[A-Za-z0-9+/=]{24,}/g;
const MAX_LINE_CHARS = 16_384;
const MAX_LINES = 200_000;
const MAX_OPEN_LINES = 200;
/** `key:`; a shorter line begins nothing that is removed. */
const MIN_TELLING_CHARS = 4;

/** Fields and arguments in which programs hold what a person asked for. */
const PROMPT_FIELD =
  /((?:\\{0,3}["']|\b)(?:[a-z]{1,20}_)?(?:prompts?|prompt_[a-z0-9]{1,10}|negative|messages|input|instruction|caption)(?:\\{0,3}["'])?[ \t]{0,4}[:=][ \t]{0,4})(\\{0,3}"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)|[[{][^\n]*)/gim;
const PROMPT_WORDS = /(\b(?:positive|negative|revised)?[ _]?prompt[ \t]{0,4}[:=][ \t]{0,4})(?!\\{0,3}["'])[^\n]+/gi;

/** `settings`: values of files of settings are removed by their names. `log`: lines of logs and other text. */
export type DocumentKind = 'settings' | 'log';

/**
 * A whole document without secrets: those that its form shows, those of `values` wherever they stand, private keys over several lines, and
 * long words that look random. `withPrompts` false also removes what a person asked for. Linear.
 */
export function redactDocument(
  text: string,
  o: { readonly kind: DocumentKind; readonly values: SecretValues; readonly withPrompts: boolean },
): string {
  const lines = withoutKeys(linesOf(text));
  const named = o.kind === 'settings' ? withoutNamedValues(lines) : lines;
  const joined = named.map((line) => (line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)}${GONE}` : line)).join('\n');
  const bare = o.values
    .removeFrom(redactSecrets(joined))
    .replace(DIRECTIVE, `$1${GONE}`)
    .replace(HEADER_WORD, (_all, name, middle, scheme) => `${name}${middle}${scheme ?? ''}${GONE}`);
  const calm = bare.replace(LONG_WORD, (word) => (looksRandom(word) ? GONE : word));
  return o.withPrompts ? calm : calm.replace(PROMPT_FIELD, '$1"[prompt removed]"').replace(PROMPT_WORDS, '$1[prompt removed]');
}

/** A document of more lines than a log has ends with a mark there. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n', MAX_LINES + 1);
  return lines.length > MAX_LINES ? lines.with(MAX_LINES, GONE) : lines;
}

/** Random base64 has a bit of everything; words and paths do not. */
function looksRandom(word: string): boolean {
  let digits = 0;
  let upper = 0;
  let lower = 0;
  for (const character of word) {
    if (character >= '0' && character <= '9') digits += 1;
    else if (character >= 'A' && character <= 'Z') upper += 1;
    else if (character >= 'a' && character <= 'z') lower += 1;
  }
  return digits >= 2 && upper >= 3 && lower >= 3 && !word.startsWith('/');
}

/** Lines without private keys, also where a log wrote one over several lines, or shows only the end of one. */
function withoutKeys(lines: readonly string[]): readonly string[] {
  const left = [...lines];
  let openSince: number | null = null;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (line.length < MIN_TELLING_CHARS && openSince === null) continue;
    const isMark = line.includes('-----');
    const begin = isMark ? PEM_BEGIN.exec(line) : null;
    const end = isMark ? PEM_END.exec(line) : null;
    if (begin !== null && end === null) openSince = i;
    if (end !== null && openSince === null && begin === null) {
      for (let before = i - 1; before >= 0 && i - before < MAX_PEM_LINES && BASE64_LINE.test(lines[before]?.slice(-400) ?? ''); before -= 1)
        left[before] = GONE;
    }
    if (openSince !== null && i > openSince) left[i] = end === null ? GONE : (left[i] ?? '').slice(end.index);
    else if (begin !== null && end === null) left[i] = `${line.slice(0, begin.index + begin[0].length)}${GONE}`;
    if (openSince !== null && (end !== null || i - openSince > MAX_PEM_LINES)) openSince = null;
    if (left[i] === line && line.length >= MIN_LONE_CHARS && line.length < 1000 && LONE_BASE64.test(line)) left[i] = GONE;
  }
  return left;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
const isSecretName = (name: string): boolean => SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);

/** Lines of settings without the values of secret names: also lists, block texts, quoted texts and continued lines under them. */
function withoutNamedValues(lines: readonly string[]): readonly string[] {
  /** Set while the value of a secret name goes on. */
  let under: { readonly indent: number } | null = null;
  let quote: { readonly mark: string; lines: number } | null = null;
  let isContinued = false;
  const left = [...lines];
  const shownOf = (line: string): string => {
    if (quote !== null) {
      quote.lines += 1;
      if (line.includes(quote.mark) || quote.lines > MAX_OPEN_LINES) quote = null;
      return GONE;
    }
    if (isContinued) {
      isContinued = line.endsWith('\\');
      return GONE;
    }
    if (under === null && line.length < MIN_TELLING_CHARS) return line;
    const indent = indentOf(line);
    if (under !== null) {
      if (line.trim() === '') return line;
      if (indent > under.indent || (indent === under.indent && line.trimStart().startsWith('- '))) return `${line.slice(0, indent)}${GONE}`;
      under = null;
    }
    const short = line.slice(0, MAX_LINE_CHARS);
    const [whole, head, name = ''] = NAMED.exec(short) ?? [];
    if (whole !== undefined && head !== undefined && isSecretName(name)) {
      const value = short.slice(whole.length);
      if (value === '' || /^[|>][+-]?\d?\s*$/.test(value)) {
        under = { indent };
        return line;
      }
      const mark = value[0] === '"' || value[0] === "'" ? value[0] : null;
      if (mark !== null && !value.slice(1).includes(mark)) quote = { mark, lines: 0 };
      isContinued = line.endsWith('\\');
      return `${whole}${GONE}`;
    }
    const assigned = short.replace(ASSIGNMENT, (all, before: string, key: string) => (isSecretName(key) ? `${before}${GONE}` : all));
    // A directive such as nginx's has its value after a blank.
    return SECRET_NAME.test(assigned) && !assigned.trimStart().startsWith('#') && /[;{}]\s*$/.test(assigned)
      ? assigned.replace(QUOTED, (all, double?: string, single?: string, colon?: string) =>
          colon === undefined && isPlainValue(double ?? single ?? '') ? `"${GONE}"` : all,
        )
      : assigned;
  };
  for (let i = 0; i < lines.length; i += 1) left[i] = shownOf(lines[i] ?? '');
  return left;
}

/** Neither a path nor a variable. */
const isPlainValue = (value: string): boolean => value.length >= 4 && !/^[/$]/.test(value) && !value.includes('$');

/** Shorter values of files are words that stand elsewhere as well. */
const MIN_FOUND_CHARS = 8;
const MAX_VALUES = 400;

/** What documents show of secrets by their form, so that the same values are removed where no form shows them. */
export function findSecrets(documents: Iterable<{ readonly text: string; readonly kind: DocumentKind }>): readonly string[] {
  const found = new Set<string>();
  const take = (value: string): void => {
    const bare = value.trim().replace(/^["']|["'\\,;]+$/g, '');
    if (bare.length >= MIN_FOUND_CHARS && bare.length <= 4000 && found.size < MAX_VALUES && (/\d/.test(bare) || bare.length >= 16))
      found.add(bare);
  };
  for (const { text, kind } of documents) {
    for (const value of secretsIn(text)) take(value);
    if (kind !== 'settings') continue;
    const lines = linesOf(text);
    const left = withoutNamedValues(lines);
    for (let i = 0; i < lines.length; i += 1) {
      const line = lines[i] ?? '';
      if (left[i] === line) continue;
      const head = NAMED.exec(line.slice(0, MAX_LINE_CHARS))?.[0] ?? '';
      const value = line.slice(head.length, MAX_LINE_CHARS);
      take(value.replace(/^[ \t]*-[ \t]+/, ''));
      for (const part of value.split(/[\s,"'[\]{}]+/)) take(part);
    }
  }
  return [...found].filter((value) => !/^(?:\/|https?:\/\/[^@]*$|\$)/.test(value));
}

import { Composer, type CST, type Document, isScalar, LineCounter, Parser, type Tags } from 'yaml';
import { MAX_SENTENCE_CHARS, plainText } from '../../../../shared/plain-text.ts';

/** Larger than any settings file of these programs; the parser needs about 4 ms for a KiB of the worst text. */
export const MAX_YAML_CHARS = 32 * 1024;
/** In tokens, two for a level. The composer calls itself for each level, and Node ends without an exception when its stack is used up. */
const MAX_DEPTH = 200;
const MAX_ALIASES = 50;

/** A YAML text and its document, or why there is none. Lines are counted from 1. */
export type YamlResult =
  | { readonly isValid: true; readonly document: Document.Parsed; readonly lineOf: (offset: number) => number }
  | { readonly isValid: false; readonly line: number | null; readonly message: string };

/**
 * Parses a settings file of a Python program: PyYAML reads YAML 1.1, where `on` is a boolean, and the last of two equal keys wins. Never
 * throws; a text over 32 KiB and one with several documents are refused.
 */
export function parseYaml(text: string): YamlResult {
  const refuse = (line: number | null, message: string): YamlResult => ({ isValid: false, line, message });
  if (text.length > MAX_YAML_CHARS) return refuse(null, `The file is larger than ${MAX_YAML_CHARS / 1024} KiB.`);
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (isDeep(tokens)) return refuse(null, 'The file is nested too deeply.');
  const [document, second] = new Composer({ version: '1.1', uniqueKeys: false, logLevel: 'error', customTags: likePyYaml }).compose(
    tokens,
    true,
    text.length,
  );
  if (document === undefined) return refuse(null, 'The file holds no document.');
  const lineOf = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  if (second !== undefined) return refuse(lineOf(second.range[0]), 'The file holds more than one document.');
  const [error] = document.errors;
  if (error !== undefined) return refuse(lineOf(error.pos[0]), plainText(error.message, MAX_SENTENCE_CHARS));
  return { isValid: true, document, lineOf };
}

/** `y` and `n` are booleans in YAML 1.1, but texts in PyYAML. */
const likePyYaml = (tags: Tags): Tags =>
  tags.map((tag) =>
    typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:bool' && 'test' in tag && tag.test !== undefined
      ? { ...tag, test: new RegExp(tag.test.source.replace(/[YNyn]\|[YNyn]\|/, '')) }
      : tag,
  );

function isDeep(tokens: readonly CST.Token[]): boolean {
  const open: { readonly token: object; readonly depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return true;
    const children: readonly unknown[] = [
      'key' in token ? token.key : null,
      'value' in token ? token.value : null,
      ...('items' in token && Array.isArray(token.items) ? token.items : []),
    ];
    for (const child of children) {
      if (typeof child === 'object' && child !== null) open.push({ token: child, depth: depth + 1 });
    }
  }
  return false;
}

/** The plain value of a node; null = it has none, or its aliases multiply. */
export function plainValue(node: unknown, document: Document): unknown {
  if (typeof node !== 'object' || node === null || !('toJS' in node) || typeof node.toJS !== 'function') return null;
  try {
    return node.toJS(document, { maxAliasCount: MAX_ALIASES });
  } catch {
    return null;
  }
}

/** The text of a key; null = the key is no plain word. */
export function keyText(key: unknown): string | null {
  const value = isScalar(key) ? key.value : null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

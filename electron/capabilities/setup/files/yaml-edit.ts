import { type Document, isCollection, isMap, isScalar, type Pair, type ParsedNode, stringify, type YAMLMap } from 'yaml';
import { type Fields, isRecord } from '../../../../shared/record.ts';
import { keyText, parseYaml, plainValue } from './yaml-document.ts';

/** What a setting of a file may be here. */
export type PlainValue = string | number | boolean | readonly string[];
type ParsedMap = YAMLMap.Parsed<ParsedNode, ParsedNode | null>;
type ParsedPair = Pair<ParsedNode, ParsedNode | null>;

/** A value on one line, quoted where YAML 1.1 would read another type. */
export const yamlValue = (value: PlainValue): string =>
  stringify(value, { version: '1.1', lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: false, blockQuote: false }).trimEnd();

/**
 * Sets one value in a YAML text, or removes its key with null, and leaves every other character as it was: the source is edited, and parsed
 * again as a check. Only a text in which this fails is written anew from its document, with comments and order. Missing maps on the path
 * are added. null = the text is no valid YAML, or a part of the path is no map.
 */
export function setYamlValue(text: string, path: readonly string[], value: PlainValue | null): string | null {
  const read = parseYaml(text);
  const plain = read.isValid ? (plainValue(read.document.contents, read.document) ?? {}) : null;
  if (!read.isValid || !isRecord(plain)) return null;
  const wanted = withPath(plain, path, value);
  const place = placeOf(read.document, path);
  if (wanted === null || place === null) return null;
  if (isSame(wanted, plain)) return text;
  const holds = (candidate: string | null): candidate is string => {
    const again = candidate === null ? null : parseYaml(candidate);
    return again?.isValid === true && isSame(plainValue(again.document.contents, again.document) ?? {}, wanted);
  };
  const edited = value === null ? withoutPair(text, place) : withValue(text, place, value);
  if (holds(edited)) return edited;
  const rewritten = rewrite(read.document, path, place, value);
  return holds(rewritten) ? rewritten : null;
}

function rewrite(document: Document.Parsed, path: readonly string[], { pair, missing }: Place, value: PlainValue | null): string | null {
  try {
    if (value === null) document.deleteIn(path);
    else {
      if (pair !== null && missing.length > 0) document.setIn(path.slice(0, -missing.length), document.createNode({}));
      document.setIn(path, document.createNode(value, { flow: true }));
    }
    return String(document.toString({ lineWidth: 0, flowCollectionPadding: false }));
  } catch {
    // The library refuses aliases in the way.
    return null;
  }
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A copy with the value set or removed; null = a part of the path is no map. */
function withPath(fields: Fields, [key = '', ...rest]: readonly string[], value: PlainValue | null): Fields | null {
  if (rest.length === 0) {
    if (value !== null) return { ...fields, [key]: value };
    return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  }
  const inner = fields[key] ?? null;
  if (inner === null && value === null) return fields;
  const changed = inner === null || isRecord(inner) ? withPath(inner ?? {}, rest, value) : null;
  return changed === null ? null : { ...fields, [key]: changed };
}

interface Place {
  /** The innermost map on the path; null = the document is empty. */
  readonly map: ParsedMap | null;
  /** The pair to change; null = it is missing. */
  readonly pair: ParsedPair | null;
  /** The keys that are missing below the map. */
  readonly missing: readonly string[];
}

function placeOf(document: Document.Parsed, path: readonly string[]): Place | null {
  let node: ParsedNode | null = document.contents;
  if (isEmpty(node)) return { map: null, pair: null, missing: path };
  for (const [depth, key] of path.entries()) {
    if (!isParsedMap(node)) return null;
    const map: ParsedMap = node;
    const pair = map.items.findLast((item) => keyText(item.key) === key);
    if (pair === undefined) return { map, pair: null, missing: path.slice(depth) };
    if (depth === path.length - 1 || isEmpty(pair.value)) return { map, pair, missing: path.slice(depth + 1) };
    node = pair.value;
  }
  return null;
}

const isParsedMap = (node: ParsedNode | null): node is ParsedMap => isMap(node);
const isEmpty = (node: ParsedNode | null): boolean => node === null || (isScalar(node) && node.value === null);

function withValue(text: string, { map, pair, missing }: Place, value: PlainValue): string | null {
  if (pair !== null) return missing.length === 0 ? withReplaced(text, pair, value) : null;
  if (map === null) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${pairLines('', missing, value)}`;
  const [first] = map.items;
  const last = map.items.at(-1);
  if (map.flow === true || first === undefined || last === undefined) return null;
  const at = endOfLines(text, last);
  const indent = ' '.repeat(first.key.range[0] - lineStart(text, first.key.range[0]));
  return `${text.slice(0, at)}${at === 0 || text[at - 1] === '\n' ? '' : '\n'}${pairLines(indent, missing, value)}${text.slice(at)}`;
}

/** `a:` and, one level deeper, `b: value`. */
const pairLines = (indent: string, keys: readonly string[], value: PlainValue): string =>
  keys
    .map((key, depth) => `${indent}${'  '.repeat(depth)}${yamlValue(key)}:${depth === keys.length - 1 ? ` ${yamlValue(value)}` : ''}\n`)
    .join('');

function withReplaced(text: string, { key, value: node }: ParsedPair, value: PlainValue): string | null {
  const colon = text.indexOf(':', key.range[1]);
  if (colon < 0) return null;
  const [start, end] = node === null || isEmpty(node) ? [colon + 1, colon + 1] : node.range;
  const isBlock = (isCollection(node) && node.flow !== true) || (isScalar(node) && String(node.type).startsWith('BLOCK'));
  if (!isBlock && start > colon + 1) return `${text.slice(0, start)}${yamlValue(value)}${text.slice(end)}`;
  // A comment between the key and its block would be lost.
  if (text.slice(colon, start).includes('#')) return null;
  const lineEnd = text.slice(start, end).endsWith('\n') ? '\n' : '';
  return `${text.slice(0, colon + 1)} ${yamlValue(value)}${lineEnd}${text.slice(end)}`;
}

function withoutPair(text: string, { map, pair }: Place): string | null {
  if (pair === null || map?.flow === true) return null;
  return `${text.slice(0, lineStart(text, pair.key.range[0]))}${text.slice(endOfLines(text, pair))}`;
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Behind the last line that a pair takes. */
function endOfLines(text: string, { key, value }: ParsedPair): number {
  const end = value?.range[1] ?? key.range[1];
  if (end > 0 && text[end - 1] === '\n') return end;
  const next = text.indexOf('\n', end);
  return next < 0 ? text.length : next + 1;
}

import { isMap, type ParsedNode } from 'yaml';
import { plainText } from '../../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../../shared/record.ts';
import type { FileFinding } from './finding.ts';
import { INVOKEAI_KEYS, type InvokeAiServer, problemOfValue, refusesKey, schemaVersionFor } from './invokeai-keys.ts';
import { INVOKEAI_TEXT } from './text.ts';
import { keyText, parseYaml, plainValue } from './yaml-document.ts';

const MAX_KEY_CHARS = 80;
/** InvokeAI migrates a file of these itself. */
export const OLDER_SCHEMAS: readonly unknown[] = ['4.0.0', '4.0.1', '4.0.2'];

/** What `invokeai.yaml` holds. `nested` is the layout of InvokeAI 3: categories below `InvokeAI:`. */
export interface InvokeAiYaml {
  readonly form: 'empty' | 'broken' | 'nested' | 'flat';
  /** The settings by key, of a nested file those of all categories; values of any kind. */
  readonly values: Fields;
  /** What stops this server or has no effect, in the order of the lines. */
  readonly findings: readonly FileFinding[];
}

/** Reads `invokeai.yaml` as InvokeAI 6.x does (its config_default.py), and reports what would stop the server. Never throws. */
export function readInvokeAiYaml(text: string, server: InvokeAiServer): InvokeAiYaml {
  const bad = (form: InvokeAiYaml['form'], message: string, line: number | null = null): InvokeAiYaml => ({
    form,
    values: {},
    findings: [{ severity: 'error', line, key: null, message }],
  });
  const read = parseYaml(text);
  if (!read.isValid) return bad('broken', INVOKEAI_TEXT.broken(read.message), read.line);
  const { document, lineOf } = read;
  const root: ParsedNode | null = document.contents;
  const values = plainValue(root, document);
  if (values === null) return bad('empty', INVOKEAI_TEXT.empty);
  if (!isMap<ParsedNode, ParsedNode | null>(root) || !isRecord(values)) return bad('broken', INVOKEAI_TEXT.noMap, 1);
  const lines = linesOf(root, lineOf);
  if ('InvokeAI' in values) return readNested(values['InvokeAI'], lines.get('InvokeAI') ?? 1);
  const findings: FileFinding[] = root.items.flatMap(({ key }) => {
    const name = keyText(key) ?? '';
    const line = lineOf(key.range[0]);
    return line === lines.get(name) ? [] : [{ severity: 'warning', line, key: name, message: INVOKEAI_TEXT.twice(shown(name)) }];
  });
  findings.push(...schemaFindings(values['schema_version'], lines.get('schema_version') ?? null, server));
  for (const [key, value] of Object.entries(values)) {
    const finding = key === 'schema_version' ? null : findingOf(key, value, server);
    if (finding !== null) findings.push({ ...finding, key: shown(key), line: lines.get(key) ?? null });
  }
  return { form: 'flat', values, findings: findings.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)) };
}

const shown = (key: string): string => plainText(key, MAX_KEY_CHARS);

/** The line of the last key of each name. */
const linesOf = (
  root: { readonly items: readonly { readonly key: ParsedNode }[] },
  lineOf: (offset: number) => number,
): ReadonlyMap<string, number> => new Map(root.items.map(({ key }) => [keyText(key) ?? '', lineOf(key.range[0])]));

function readNested(categories: unknown, line: number): InvokeAiYaml {
  const isUsable = isRecord(categories) && Object.values(categories).every(isRecord);
  const empty = isRecord(categories) ? Object.entries(categories).find(([, inner]) => !isRecord(inner))?.[0] : 'InvokeAI';
  return {
    form: 'nested',
    values: isRecord(categories) ? Object.assign({}, ...Object.values(categories).filter(isRecord)) : {},
    findings: [
      isUsable
        ? { severity: 'warning', line, key: 'InvokeAI', message: INVOKEAI_TEXT.nested }
        : { severity: 'error', line, key: 'InvokeAI', message: INVOKEAI_TEXT.emptyCategory(shown(empty ?? 'InvokeAI')) },
    ],
  };
}

function schemaFindings(value: unknown, line: number | null, server: InvokeAiServer): FileFinding[] {
  const finding = (severity: FileFinding['severity'], message: string): FileFinding[] => [
    { severity, line, key: 'schema_version', message },
  ];
  // An unknown server may be the newest.
  const newest = server.version === null && value === '4.0.3' ? '4.0.3' : schemaVersionFor(server);
  if (value === undefined) return finding('error', INVOKEAI_TEXT.noSchema);
  if (value === newest) return [];
  const isOlder = OLDER_SCHEMAS.includes(value) && String(value) < newest;
  const version = shown(String(value));
  if (isOlder) return finding('warning', INVOKEAI_TEXT.oldSchema(version));
  return finding('error', INVOKEAI_TEXT.badSchema(version, newest));
}

/** The first version that knows a key; null = none does. */
export function knownSince(key: string): string | null {
  const since = INVOKEAI_KEYS.get(key)?.since;
  return since === undefined || since === 0 ? null : `6.${since}`;
}

function findingOf(key: string, value: unknown, server: InvokeAiServer): Pick<FileFinding, 'severity' | 'message'> | null {
  if (refusesKey(server, key)) return { severity: 'error', message: INVOKEAI_TEXT.unknownKey(shown(key), knownSince(key)) };
  const problem = problemOfValue(key, value);
  if (problem !== null) return { severity: 'error', message: INVOKEAI_TEXT.badValue(shown(key), problem) };
  return INVOKEAI_KEYS.get(key)?.hasNoEffect === true ? { severity: 'warning', message: INVOKEAI_TEXT.noEffect(key) } : null;
}

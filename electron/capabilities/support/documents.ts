import type { BundleGroup } from '../../../shared/capabilities/support/contract.ts';
import { plainLines } from '../../../shared/plain-text.ts';
import { type DocumentKind, findSecrets, redactDocument } from '../../../shared/redact-document.ts';
import { createSecretValues } from '../../../shared/secret-values.ts';
import { readFileRequest, readFileState, readUnitsRequest } from '../../foundation/host-reader/answers.ts';
import { type HostReadings, logRequest, REQUESTS_TAIL } from './readings.ts';
import { ABOUT, describeConfiguration, describeLog, describeMissing, REASONS } from './text.ts';

/** A text of the bundle before secrets are removed. It is held in memory only. */
export interface RawDocument {
  readonly path: string;
  readonly group: BundleGroup;
  readonly about: string;
  readonly text: string;
  /** `plain`: figures, from which nothing is removed. */
  readonly kind: DocumentKind | 'plain';
}

const MAX_DOCUMENT_CHARS = 4 * 1024 * 1024;

/** The documents of what was read on the host, and what is missing. */
export function hostDocuments(readings: HostReadings): { readonly documents: readonly RawDocument[]; readonly missing: readonly string[] } {
  const { answers, units, failure } = readings;
  const documents: RawDocument[] = [];
  const missing: string[] = failure === null ? [] : [describeMissing('Part of the host', failure)];
  const lines = (request: string, what: string): string | null => {
    const answer = answers.get(request);
    if (answer?.status === 'ok') return answer.lines.join('\n');
    missing.push(describeMissing(what, answer === null ? REASONS.unanswered : REASONS[answer.status === 'denied' ? 'denied' : 'absent']));
    return null;
  };
  const add = (document: Omit<RawDocument, 'text'>, text: string | null): void => {
    if (text !== null) documents.push({ ...document, text });
  };

  if (units.length > 0) {
    const shown = lines(readUnitsRequest(units), 'State of the services');
    add({ path: 'host/units.txt', group: 'configuration', about: ABOUT.units, kind: 'settings' }, shown);
  }
  const facts = readings.hostKinds.flatMap((request) => {
    const text = lines(request, `"${request}" of the host`);
    return text === null ? [] : [`== ${request}`, text, ''];
  });
  add({ path: 'host/system.txt', group: 'configuration', about: ABOUT.host, kind: 'log' }, facts.join('\n'));
  for (const path of readings.paths) {
    const answer = answers.get(readFileRequest(path));
    const file = readFileState(answer);
    if (file === null && KNOWN_ABSENT.test(path)) continue;
    const reason =
      file === undefined ? (answer?.status === 'denied' ? REASONS.denied : REASONS.unanswered) : file === null ? REASONS.absent : null;
    if (file === undefined || file === null) missing.push(describeMissing(path, reason ?? REASONS.unanswered));
    else if (!file.isReadable) missing.push(describeMissing(path, REASONS.denied));
    else if (file.kind === 'file' && file.text !== null)
      add({ path: `configuration${path}`, group: 'configuration', about: describeConfiguration(path), kind: 'settings' }, file.text);
    else if (file.kind === 'file')
      missing.push(describeMissing(path, file.bytes > MAX_TEXT_BYTES ? REASONS.tooLarge(file.bytes) : REASONS.notText));
  }
  for (const unit of units)
    add({ path: `logs/${unit}.log`, group: 'logs', about: describeLog(unit), kind: 'log' }, lines(logRequest(unit), `Log of ${unit}`));
  add({ path: 'logs/kernel.log', group: 'logs', about: ABOUT.kernel, kind: 'log' }, lines('kernellog', 'Kernel log'));
  if (answers.get(REQUESTS_TAIL)?.status !== 'absent')
    add(
      { path: 'logs/gateway-requests.jsonl', group: 'logs', about: ABOUT.requests, kind: 'log' },
      lines(REQUESTS_TAIL, 'Request log of the gateway'),
    );
  return { documents, missing };
}

/** Files of programs that a host may not have: that they are absent is no gap. */
const KNOWN_ABSENT = /^\/(?:etc\/ada-images-shim|var\/lib\/invokeai|var\/lib\/gateway|etc\/nginx)\//;
const MAX_TEXT_BYTES = 256 * 1024;

/** A file of the bundle as it may be saved. */
export interface CleanFile {
  readonly path: string;
  readonly group: BundleGroup;
  readonly about: string;
  readonly text: string;
}

/**
 * Removes secrets from all documents: what one of them shows as a secret is removed from the others too. `known`: secrets that the panel
 * holds. `between` is awaited between documents, so that the window keeps responding.
 */
export async function cleanDocuments(
  raw: readonly RawDocument[],
  missing: readonly string[],
  o: { readonly known: readonly string[]; readonly withPrompts: boolean; readonly between: () => Promise<unknown> },
): Promise<{ readonly files: readonly CleanFile[]; readonly missing: readonly string[] }> {
  const texts = raw.map((document) => ({ ...document, text: plainLines(document.text, MAX_DOCUMENT_CHARS) }));
  const readable = texts.flatMap(({ text, kind }) => (kind === 'plain' ? [] : [{ text, kind }]));
  const values = createSecretValues(o.known, findSecrets(readable));
  const line = (text: string): string => redactDocument(text, { kind: 'log', values, withPrompts: o.withPrompts });
  const files: CleanFile[] = [];
  const taken = new Set<string>();
  for (const document of texts) {
    const { kind, group } = document;
    const text = kind === 'plain' ? document.text : redactDocument(document.text, { kind, values, withPrompts: o.withPrompts });
    files.push({ path: uniqueName(line(document.path), taken), group, about: line(document.about), text });
    await o.between();
  }
  const gaps = missing.map(line);
  if (gaps.length > 0)
    files.push({ path: uniqueName('not-read.txt', taken), group: 'report', about: ABOUT.missing, text: `${gaps.join('\n')}\n` });
  return { files, missing: gaps };
}

/** No part of a path climbs out of the archive, and no two files have one name. */
function uniqueName(path: string, taken: Set<string>): string {
  const safe = path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) =>
      part
        .replaceAll(/[^A-Za-z0-9_.@…-]/g, '_')
        .replaceAll('…', 'removed')
        .slice(0, 120),
    )
    .join('/')
    .slice(0, 360);
  let name = safe === '' ? 'file' : safe;
  for (let n = 2; taken.has(name); n += 1) name = `${safe}-${n}`;
  taken.add(name);
  return name;
}

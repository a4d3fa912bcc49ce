import { isRecord } from '../../shared/record.ts';

const MAX_MESSAGE_CHARS = 600;
/** A longer body is read to here, as text. */
const MAX_READ = 16 * 1024;
const MAX_ENTRIES = 20;

/** The words of an error body, in whatever shape the backends put them; at most 600 characters. */
export function messageOf(text: string): string {
  let found: unknown;
  try {
    found = JSON.parse(text.slice(0, MAX_READ));
  } catch {
    return /^\s*</.test(text) ? 'a web page' : text.slice(0, MAX_MESSAGE_CHARS / 2);
  }
  const detail = isRecord(found) ? (found['detail'] ?? found['error'] ?? found) : found;
  const words = [messageOfDetail(detail), ...(isRecord(found) ? nodeErrors(found['node_errors']) : [])];
  return words.join('; ').slice(0, MAX_MESSAGE_CHARS);
}

function messageOfDetail(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  // InvokeAI's checks: where, and what is wrong there.
  if (Array.isArray(detail)) {
    return detail
      .slice(0, MAX_ENTRIES)
      .map((entry: unknown) =>
        isRecord(entry)
          ? `${Array.isArray(entry['loc']) ? entry['loc'].map(wordOf).join('.') : ''} ${wordOf(entry['msg'])}`.trim()
          : typeof entry === 'string'
            ? entry
            : '',
      )
      .join('; ');
  }
  if (isRecord(detail) && typeof detail['message'] === 'string') return detail['message'];
  return messageOfDocument(detail);
}

/** A document of any form; one that is nested too deeply has no message. */
function messageOfDocument(detail: unknown): string {
  try {
    return JSON.stringify(detail);
  } catch {
    return 'an error without words';
  }
}

/** ComfyUI's: by node, each with its errors. */
function nodeErrors(nodes: unknown): readonly string[] {
  const found: string[] = [];
  for (const node of isRecord(nodes) ? Object.values(nodes) : []) {
    const errors: unknown = isRecord(node) ? node['errors'] : null;
    for (const error of Array.isArray(errors) ? errors : []) {
      if (isRecord(error)) found.push([error['message'], error['details']].filter((word) => typeof word === 'string').join(': '));
    }
  }
  return found;
}

/** A text or number of a backend's JSON as text; '' for anything else. */
export const wordOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

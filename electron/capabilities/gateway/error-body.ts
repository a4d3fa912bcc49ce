import { plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';
import { redactSecrets } from '../../../shared/redact.ts';

/** The content of an HTTP error body, independent of its form. */
export interface ErrorBody {
  /** `json`: any other JSON, as proxies send it. */
  readonly form: 'detail' | 'openai' | 'json' | 'html' | 'text' | 'empty';
  /** The message on one line, at most 600 characters; empty when there is none. */
  readonly message: string;
  /** The error code (`backend_overloaded`); null = none. */
  readonly word: string | null;
  /** The fields of an object body. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const MAX_MESSAGE_CHARS = 600;
/** Longer bodies are cut here and read as text. */
const MAX_BODY_CHARS = 64 * 1024;
const MAX_FAULTS = 20;
const NOTHING: ErrorBody = { form: 'empty', message: '', word: null, fields: {} };

const oneLine = (text: string): string => redactSecrets(plainText(text, MAX_MESSAGE_CHARS)).replace(/ {2,}/g, ' ');
const isWord = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
const textOf = (value: unknown): string => (typeof value === 'string' ? oneLine(value) : '');

/**
 * Reads an error body. Known forms: FastAPI's `{"detail": …}` with a string, an object (`{error, message, …}`) or
 * the array of a failed validation (`[{loc, msg, type}]`); OpenAI's `{"error": {message, code}}`; the HTML of a proxy; plain
 * text; nothing. Invalid JSON counts as text. Never throws.
 */
export function readErrorBody(contentType: string | undefined, body: string): ErrorBody {
  const text = body.slice(0, MAX_BODY_CHARS).trim();
  if (text === '') return NOTHING;
  if (/^\s*text\/html\b/i.test(contentType ?? '') || /^<(!doctype|html)\b/i.test(text)) return ofHtml(text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ...NOTHING, form: 'text', message: oneLine(text) };
  }
  if (!isRecord(json)) return { ...NOTHING, form: 'text', message: oneLine(typeof json === 'string' ? json : text) };
  if ('detail' in json) return ofDetail(json['detail'], text);
  if ('error' in json) return ofOpenAi(json['error'], text);
  return { form: 'json', message: textOf(json['message']) || oneLine(text), word: null, fields: json };
}

function ofDetail(detail: unknown, text: string): ErrorBody {
  if (typeof detail === 'string') return { form: 'detail', message: oneLine(detail), word: null, fields: {} };
  if (Array.isArray(detail))
    return {
      form: 'detail',
      message: oneLine(detail.slice(0, MAX_FAULTS).map(ofValidation).filter(Boolean).join('; ')),
      word: null,
      fields: {},
    };
  if (!isRecord(detail)) return { form: 'detail', message: '', word: null, fields: {} };
  const word = textOf(detail['error']) || null;
  return { form: 'detail', message: textOf(detail['message']) || word || oneLine(text), word, fields: detail };
}

/** `{"loc": ["body", "prompt"], "msg": "field required"}` as "prompt: field required". */
function ofValidation(item: unknown): string {
  if (!isRecord(item)) return textOf(item);
  const loc = Array.isArray(item['loc'])
    ? item['loc']
        .slice(0, MAX_FAULTS)
        .filter(isWord)
        .filter((part) => part !== 'body')
    : [];
  const message = textOf(item['msg']);
  return loc.length === 0 ? message : `${loc.join('.')}: ${message}`;
}

function ofOpenAi(error: unknown, text: string): ErrorBody {
  if (!isRecord(error)) return { form: 'openai', message: textOf(error) || oneLine(text), word: null, fields: {} };
  const word = textOf(error['code']) || textOf(error['type']) || null;
  return { form: 'openai', message: textOf(error['message']) || word || '', word, fields: error };
}

/** The title of a proxy's page; its body adds only the server's name. */
function ofHtml(text: string): ErrorBody {
  const title = /<title[^<>]*>([^<]*)<\/title>/i.exec(text)?.[1] ?? /<h1[^<>]*>([^<]*)<\/h1>/i.exec(text)?.[1] ?? '';
  return { ...NOTHING, form: 'html', message: oneLine(title) };
}

import type { Agent } from 'node:http';
import { type CodedError, PanelException, panelError } from '../../../shared/errors.ts';
import { MAX_NAME_CHARS, MAX_SENTENCE_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { createPlainClient, type HttpClient, type HttpRequest, type Peer, type Reply } from '../../foundation/http/client.ts';

const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 15_000;
/** The part of an error body that goes into a message. */
const MAX_MESSAGE_CHARS = 600;
const MAX_MESSAGES = 50;
/** A longer error body is read to here, as text. */
const MAX_ERROR_CHARS = 64 * 1024;

export interface BackendRequest {
  readonly method?: HttpRequest['method'];
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: HttpRequest['headers'];
  /** Default 15 000. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** A service on the host that speaks JSON over HTTP. Codes begin with the peer's. */
export interface JsonClient {
  readonly peer: Peer;
  readonly http: HttpClient;
  /** The whole answer, whatever its status. Throws what the connection throws, …-slow, …-reply-too-large, …-broke-off. */
  request(request: BackendRequest): Promise<Reply>;
  /** The JSON of a success. Throws also …-refused with the service's words, …-no-such-path for a web page, …-garbled. */
  json(request: BackendRequest): Promise<unknown>;
  close(): void;
}

/** A client for `hostName`:port, 127.0.0.1 where none is given, through `agent`. */
export function createJsonClient(o: {
  readonly peer: Peer;
  readonly hostName?: string;
  readonly port: number;
  readonly agent: Agent;
}): JsonClient {
  const http = createPlainClient({ hostName: o.hostName ?? '127.0.0.1', port: o.port, peer: o.peer, agent: o.agent });
  const request = ({ method, path, body, headers, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, signal }: BackendRequest): Promise<Reply> =>
    http.request({
      path,
      timeoutMs,
      maxBytes,
      ...(method === undefined ? {} : { method }),
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    peer: o.peer,
    http,
    request,
    json: async (wanted) => jsonOf(await request(wanted), o.peer, wanted.path),
    close: () => http.close(),
  };
}

/** The JSON of an answer, or why there is none. */
export function jsonOf(reply: Reply, peer: Peer, path: string): unknown {
  const isHtml = /html/i.test(reply.headers['content-type'] ?? '');
  if (reply.status < 200 || reply.status >= 300) throw new PanelException(replyError(reply, peer, path));
  // Newer InvokeAI answers every unknown path with its user interface and 200.
  if (isHtml) {
    throw panelError({
      code: `${peer.code}-no-such-path`,
      layer: peer.layer,
      message: `${peer.name} does not know ${withoutQuery(path)}: it returned a web page.`,
      hint: 'Check its version, and which program listens at this address.',
      retryable: false,
    });
  }
  if (reply.status === 204) return null;
  try {
    return JSON.parse(reply.body);
  } catch {
    throw panelError({
      code: `${peer.code}-garbled`,
      layer: peer.layer,
      message: `${peer.name} returned invalid or incomplete JSON.`,
      hint: 'Retry. If it fails again, see its log.',
      retryable: true,
      detail: withoutTokens(reply.body),
    });
  }
}

/** A query can hold a token. */
const withoutQuery = (path: string): string => path.split('?')[0] ?? path;

/** FastAPI repeats the input in its refusal. */
const withoutTokens = (text: string): string => redactSecrets(plainLines(text, MAX_SENTENCE_CHARS));

function replyError(reply: Reply, peer: Peer, path: string): CodedError {
  const message = messageOf(reply.body);
  return {
    code: `${peer.code}-refused`,
    layer: peer.layer,
    message: `${peer.name} refused ${withoutQuery(path)} with status ${reply.status}${message === '' ? '' : `: ${message}`}`.replace(
      /([^.!?])$/,
      '$1.',
    ),
    hint: 'See its log for details.',
    retryable: reply.status >= 500 || reply.status === 429,
    detail: `HTTP ${reply.status}\n${withoutTokens(reply.body)}`,
    facts: { status: String(reply.status) },
  };
}

/** What an error body says: a text, FastAPI's list, OpenAI's object, or a page's title. */
export function messageOf(body: string): string {
  return redactSecrets(plainText(rawMessageOf(body.slice(0, MAX_ERROR_CHARS)), MAX_MESSAGE_CHARS));
}

function rawMessageOf(body: string): string {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return /<title>([^<]*)<\/title>/i.exec(body)?.[1] ?? body.trim().slice(0, MAX_NAME_CHARS);
  }
  const found = isRecord(document) ? (document['error'] ?? document['detail'] ?? document['message']) : document;
  if (typeof found === 'string') return found;
  if (isRecord(found)) return typeof found['message'] === 'string' ? found['message'] : '';
  if (!Array.isArray(found)) return '';
  return found.slice(0, MAX_MESSAGES).filter(isRecord).map(describeValidationError).join('; ');
}

function describeValidationError(entry: Readonly<Record<string, unknown>>): string {
  const place = Array.isArray(entry['loc']) ? entry['loc'].slice(1, MAX_MESSAGES).filter(isWord).join('.') : '';
  return `${place} ${typeof entry['msg'] === 'string' ? entry['msg'] : ''}`.trim();
}

const isWord = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

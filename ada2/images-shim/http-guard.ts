import type { IncomingMessage } from 'node:http';
import { ShimError } from './errors.ts';

const PATHS = ['/healthz', '/readyz', '/v1/models', '/v1/images/generations'] as const;
/** Names under which no stranger can have a host: RFC 6762, RFC 8375, ICANN's .internal, and what home routers use. */
const PRIVATE_NAME = /\.(local|lan|home|internal|localdomain|home\.arpa)$/;

export interface Target {
  /** Of a target in absolute form, which counts in place of the Host header; null = another form. */
  readonly authority: string | null;
  /** Without query and trailing slash. */
  readonly path: string;
  readonly query: string;
  /** The id in `/v1/models/{id}`; null = another path. */
  readonly modelId: string | null;
  /** The methods of the path; empty = there is no such path. */
  readonly methods: readonly string[];
}

/** What a request is about, in origin or absolute form (RFC 9112 3.2). */
export function targetOf(url: string): Target {
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? null;
  const [whole = '/', query = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 2);
  const path = whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole === '' ? '/' : whole;
  const modelId = path.startsWith('/v1/models/') ? decoded(path.slice('/v1/models/'.length)) : null;
  // About the server as a whole (RFC 9110, 9.3.7).
  if (path === '*') return { authority, path, query, modelId, methods: ['OPTIONS'] };
  const isKnown = modelId !== null || PATHS.some((known) => known === path);
  const methods = !isKnown ? [] : path === '/v1/images/generations' ? ['POST', 'OPTIONS'] : ['GET', 'HEAD', 'OPTIONS'];
  return { authority, path, query, modelId, methods };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Refuses requests that a foreign web page could send: a foreign Origin, a cross-site fetch, or a Host that a stranger's name
 * server may have pointed here. Throws ShimError 400 no_host, 403 cross_site, 421 unknown_host.
 */
export function refuseStrangers(request: IncomingMessage, authority: string | null, allowedHosts: readonly string[]): void {
  const { origin } = request.headers;
  const host = authority ?? request.headers.host ?? '';
  if (host === '' && request.httpVersion === '1.1') throw new ShimError(400, 'no_host', 'The Host header is missing.');
  const name = hostName(host);
  if (!isOwnName(name, allowedHosts)) {
    throw new ShimError(421, 'unknown_host', `The Host ${name.slice(0, 100)} is not one of this shim; name it in SHIM_ALLOWED_HOSTS.`);
  }
  const site = request.headers['sec-fetch-site'];
  const from = (origin ?? '').replace(/^https?:\/\//i, '').toLowerCase();
  // A proxy may hand on the name alone.
  const isOwnOrigin = origin === undefined || from === host.toLowerCase() || (hostName(from) === name && !/:\d+$/.test(host));
  if (!isOwnOrigin || site === 'cross-site' || site === 'same-site')
    throw new ShimError(403, 'cross_site', 'Requests from web pages of another origin are refused.');
}

/** The name without port, brackets and a closing dot, in lower case. */
export function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');
}

/** Addresses, single labels and private names cannot be pointed here from outside; other names must be allowed. */
function isOwnName(name: string, allowed: readonly string[]): boolean {
  if (name.length > 253) return false;
  const isAddress = /^[\d.]+$/.test(name) || name.includes(':');
  return isAddress || !name.includes('.') || PRIVATE_NAME.test(name) || allowed.includes(name);
}

/** Refuses a body that no OpenAI client would send, and that a web form could. Throws ShimError 415 not_json_type, coding_not_known. */
export function refuseOtherTypes(request: IncomingMessage): void {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new ShimError(415, 'not_json_type', 'The content type must be application/json.');
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding !== 'identity') throw new ShimError(415, 'coding_not_known', `The body must not be compressed (${coding.slice(0, 40)}).`);
}

import type { IncomingMessage } from 'node:http';
import { ShimError } from './errors.ts';

const PATHS = ['/healthz', '/readyz', '/v1/models', '/v1/images/generations'] as const;
/** Names under which no stranger can have a host: RFC 6762, RFC 8375, ICANN's .internal, and what home routers use. */
const PRIVATE_NAME = /\.(local|lan|home|internal|localdomain|home\.arpa)$/;

export interface Target {
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
  const [whole = '/', query = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 2);
  const path = whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole === '' ? '/' : whole;
  const modelId = path.startsWith('/v1/models/') ? decoded(path.slice('/v1/models/'.length)) : null;
  const isKnown = modelId !== null || PATHS.some((known) => known === path);
  const methods = !isKnown ? [] : path === '/v1/images/generations' ? ['POST', 'OPTIONS'] : ['GET', 'HEAD', 'OPTIONS'];
  return { path, query, modelId, methods };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Refuses what a web page of somebody else could send: a foreign Origin, a cross-site fetch, or a Host that a stranger's name
 * server may have pointed here. Throws ShimError 403 cross_site, 421 unknown_host.
 */
export function refuseStrangers(request: IncomingMessage, allowedHosts: readonly string[]): void {
  const { host = '', origin } = request.headers;
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
function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');
}

/** Addresses, single labels and private names cannot be pointed here from outside; other names must be allowed. */
function isOwnName(name: string, allowed: readonly string[]): boolean {
  if (name.length > 253) return false;
  const isAddress = /^[\d.]+$/.test(name) || name.includes(':');
  return isAddress || !name.includes('.') || PRIVATE_NAME.test(name) || allowed.includes(name);
}

/** Refuses a body that no OpenAI client would send, and that a web form could. Throws ShimError 415 not_json_type. */
export function refuseOtherTypes(request: IncomingMessage): void {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new ShimError(415, 'not_json_type', 'The content type must be application/json.');
}

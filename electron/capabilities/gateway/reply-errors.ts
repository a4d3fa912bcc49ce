import type { PanelError } from '../../../shared/errors.ts';
import { MAX_SENTENCE_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { backendFailure } from './backend-failure.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import { type Refusal, refusalError } from './errors.ts';
import { isOfProxy, proxyError } from './proxy-replies.ts';

const MAX_HEADER_CHARS = 100;
/** Codes of the gateway's refusals for slots and backends; the same statuses can have other causes. */
const OVERLOADED = 'backend_overloaded';
const NOT_READY = 'backend_not_ready';

/** A failed HTTP response. Header names are lower case; `body` is its text, possibly cut. */
export interface FailedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * The gateway's refusal as an error with layer and remedy, by status and body: 403 has two meanings, 502 hides the backend's message,
 * and a web page does not come from the gateway. Facts: `status`, `retryAt` (epoch ms), `requestId`, `backendClass`,
 * `routeKind`, where known. Codes: gateway-token-missing, -token-refused, -address-not-allowed, -forbidden, -path-unknown,
 * -request-too-large, -request-refused, -overloaded, -rate-limited, -backend-not-ready, -unavailable, -backend-failed, -backend-slow, -failed, -redirects,
 * -unexpected-status, and those of {@link proxyError}.
 */
export function gatewayReplyError(reply: FailedReply, nowMs: number): PanelError {
  const body = readErrorBody(reply.headers['content-type'], reply.body);
  const facts: Record<string, string> = { status: String(reply.status) };
  const retryAfterS = readRetryAfter(reply.headers['retry-after'], nowMs);
  if (retryAfterS !== null) facts['retryAt'] = String(nowMs + retryAfterS * 1000);
  const requestId = reply.headers['x-request-id'];
  if (requestId !== undefined) facts['requestId'] = plainText(requestId, 100);
  for (const [name, field] of [
    ['backendClass', 'backend_class'],
    ['routeKind', 'route_kind'],
    ['healthError', 'health_error'],
  ] as const) {
    const value = body.fields[field];
    if (typeof value === 'string' && value !== '') facts[name] = plainText(value, 200);
  }
  const failure = reply.status === 502 && !isOfProxy(reply.status, body) ? backendFailure(body.message) : null;
  return {
    ...(failure?.refusal ?? replyError(reply, body, facts)),
    facts: { ...facts, ...failure?.facts },
    detail: `HTTP ${reply.status}\n${redactSecrets(plainLines(reply.body, MAX_SENTENCE_CHARS))}`,
  };
}

function replyError(reply: FailedReply, body: ErrorBody, facts: Readonly<Record<string, string>>): Refusal {
  const { status } = reply;
  const where = [facts['backendClass'], facts['routeKind']].filter(Boolean).join('.') || 'this kind of request';
  if (status >= 300 && status < 400) {
    return refusalError(
      'gateway-redirects',
      `The address redirects to ${redactSecrets(plainText(reply.headers['location'] ?? 'another address'))}.`,
      'Redirects are not followed to protect the token; use the new address.',
    );
  }
  if (isOfProxy(status, body)) return proxyError(status, body, reply.headers['server']);
  switch (status) {
    case 401:
      return refusalError('gateway-token-missing', 'The gateway requires a token.', 'Enter the token on the Gateway page.');
    case 403:
      return forbiddenError(body);
    case 404:
      return refusalError(
        'gateway-path-unknown',
        'The server at this address does not know the path (404).',
        'Check the port: the API is on 8800; 8801 reports health only.',
      );
    case 413:
      return refusalError(
        'gateway-request-too-large',
        'The request is larger than the gateway allows.',
        'Send a smaller request, or increase MAX_REQUEST_BYTES (or max_request_bytes of the token).',
      );
    case 429:
      if (body.word !== OVERLOADED) return rateLimitedError(body);
      return refusalError('gateway-overloaded', `All slots for ${where} are in use.`, 'Wait for a slot, or send fewer requests at once.', {
        retryable: true,
      });
    case 503:
      if (body.word !== NOT_READY) return unavailableError(body);
      return refusalError(
        'gateway-backend-not-ready',
        `Gateway is rejecting ${where}: its backend is not ready.`,
        'Fix the first failing component on the Overview. The gateway checks again within 30 s.',
        { retryable: true },
      );
    case 400:
    case 422:
      return refusalError(
        'gateway-request-refused',
        body.message === '' ? 'The gateway refused the request.' : `The gateway refused the request: ${plainText(body.message, 300)}`,
        'Correct the named field and retry.',
      );
    default:
      return status >= 500
        ? refusalError(
            'gateway-failed',
            `The gateway failed${body.message === '' ? '' : `: ${plainText(body.message, 300)}`}.`,
            'See the gateway log for details.',
            { retryable: true },
          )
        : refusalError(
            'gateway-unexpected-status',
            `The gateway responded with status ${status}${body.message === '' ? '' : `: ${plainText(body.message, 300)}`}.`,
            'See the gateway log for details.',
          );
  }
}

/** A 429 without a slot code limits the request rate. */
const rateLimitedError = (body: ErrorBody): Refusal =>
  refusalError(
    'gateway-rate-limited',
    `The gateway limits the rate of requests (429)${message(body)}.`,
    'Wait, then send fewer requests at once.',
    {
      retryable: true,
    },
  );

const unavailableError = (body: ErrorBody): Refusal =>
  refusalError(
    'gateway-unavailable',
    `The gateway is unavailable (503)${message(body)}.`,
    'It may be starting or stopping: see the gateway log.',
    {
      retryable: true,
    },
  );

const message = (body: ErrorBody): string => (body.message === '' ? '' : `: ${plainText(body.message, 300).replace(/\.$/, '')}`);

function forbiddenError(body: ErrorBody): Refusal {
  if (/bearer token/i.test(body.message)) {
    return refusalError(
      'gateway-token-refused',
      'The gateway rejected the token.',
      'Compare it with GATEWAY_BEARER_TOKENS on the gateway. When that list is set, GATEWAY_BEARER_TOKEN is ignored.',
    );
  }
  if (/IP not allow/i.test(body.message)) {
    return refusalError(
      'gateway-address-not-allowed',
      'The gateway does not allow requests from this address.',
      'Add the address to IP_ALLOWLIST on the gateway (or to ip_allowlist of the token), or connect via SSH.',
    );
  }
  return refusalError(
    'gateway-forbidden',
    `The gateway denied access (403)${body.message === '' ? '' : `: ${plainText(body.message, 300)}`}.`,
    'Use a token that has this permission.',
  );
}

/** Seconds to wait (RFC 9110, 10.2.3: seconds or a date); null when missing or not readable. At most a day. */
export function readRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined || value.length > MAX_HEADER_CHARS || value.trim() === '') return null;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : Math.ceil((Date.parse(value) - nowMs) / 1000);
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(0, seconds)) : null;
}

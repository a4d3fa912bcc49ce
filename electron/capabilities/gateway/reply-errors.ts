import type { PanelError } from '../../../shared/errors.ts';
import { MAX_SENTENCE_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { backendFailure } from './backend-failure.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import { type Refusal, refusalError } from './errors.ts';
import { isOfProxy, proxyError } from './proxy-replies.ts';

const MAX_HEADER_CHARS = 100;
/** The gateway's words for its two refusals that are about slots and backends; the same statuses can mean something else. */
const OVERLOADED = 'backend_overloaded';
const NOT_READY = 'backend_not_ready';

/** An HTTP answer that is no success. Header names are lower case; `body` is what was read of it, as text. */
export interface FailedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * The gateway's refusal as an error with layer and remedy. Refusal apart by status and body: 403 has two meanings, 502 hides the
 * backend's own words, and a web page is not the gateway at all. Facts: `status`, `retryAt` (epoch ms), `requestId`, `backendClass`,
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
  const failure = reply.status === 502 && !isOfProxy(reply.status, body) ? backendFailure(body.said) : null;
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
      `The address sends requests on to ${redactSecrets(plainText(reply.headers['location'] ?? 'another one'))}.`,
      'Use that address. A redirect is not followed, since the token would go with it.',
    );
  }
  if (isOfProxy(status, body)) return proxyError(status, body, reply.headers['server']);
  switch (status) {
    case 401:
      return refusalError('gateway-token-missing', 'The gateway asks for a token.', 'Enter the token in Settings, Gateway.');
    case 403:
      return forbiddenError(body);
    case 404:
      return refusalError(
        'gateway-path-unknown',
        'Something answers there, but does not know this path.',
        'Check the port: the API is on 8800; 8801 tells health only.',
      );
    case 413:
      return refusalError(
        'gateway-request-too-large',
        'The request is larger than the gateway takes.',
        'Its limit is MAX_REQUEST_BYTES, or max_request_bytes of the token.',
      );
    case 429:
      if (body.word !== OVERLOADED) return rateLimitedError(body);
      return refusalError('gateway-overloaded', `All slots for ${where} are taken.`, 'Wait for a slot, or send fewer requests at once.', {
        retryable: true,
      });
    case 503:
      if (body.word !== NOT_READY) return unavailableError(body);
      return refusalError(
        'gateway-backend-not-ready',
        `The gateway holds ${where} back: its backend is not ready.`,
        'See the chain on the Overview for the first link that fails; the gateway looks again within 30 s.',
        { retryable: true },
      );
    case 400:
    case 422:
      return refusalError(
        'gateway-request-refused',
        body.said === '' ? 'The gateway refused the request.' : `The gateway refused the request: ${plainText(body.said, 300)}`,
        'Change what is named and send it again.',
      );
    default:
      return status >= 500
        ? refusalError(
            'gateway-failed',
            `The gateway failed by itself${body.said === '' ? '' : `: ${plainText(body.said, 300)}`}.`,
            "Look at the gateway's own log for this moment.",
            { retryable: true },
          )
        : refusalError(
            'gateway-unexpected-status',
            `The gateway answered with status ${status}${body.said === '' ? '' : `: ${plainText(body.said, 300)}`}.`,
            'Copy the details and look at its log.',
          );
  }
}

/** A 429 that does not speak of slots is about the rate of requests. */
const rateLimitedError = (body: ErrorBody): Refusal =>
  refusalError('gateway-rate-limited', `The gateway limits the rate of requests (429)${said(body)}.`, 'Wait, then send fewer at once.', {
    retryable: true,
  });

const unavailableError = (body: ErrorBody): Refusal =>
  refusalError(
    'gateway-unavailable',
    `The gateway is unavailable (503)${said(body)}.`,
    "It may be starting or stopping: see the gateway's own log.",
    {
      retryable: true,
    },
  );

const said = (body: ErrorBody): string => (body.said === '' ? '' : `: ${plainText(body.said, 300).replace(/\.$/, '')}`);

function forbiddenError(body: ErrorBody): Refusal {
  if (/bearer token/i.test(body.said)) {
    return refusalError(
      'gateway-token-refused',
      'The gateway does not know this token.',
      'Compare it with GATEWAY_BEARER_TOKENS on the gateway; where that list is set, GATEWAY_BEARER_TOKEN alone no longer counts.',
    );
  }
  if (/IP not allow/i.test(body.said)) {
    return refusalError(
      'gateway-address-not-allowed',
      "The gateway takes no requests from this machine's address.",
      'Add the address to IP_ALLOWLIST on the gateway (or to ip_allowlist of the token), or reach it through SSH.',
    );
  }
  return refusalError(
    'gateway-forbidden',
    `The gateway forbids this${body.said === '' ? '' : `: ${plainText(body.said, 300)}`}.`,
    'Ask for a token that may do it.',
  );
}

/** Seconds to wait (RFC 9110, 10.2.3: seconds or a date); null when not told or not readable. At most a day. */
export function readRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined || value.length > MAX_HEADER_CHARS || value.trim() === '') return null;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : Math.ceil((Date.parse(value) - nowMs) / 1000);
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(0, seconds)) : null;
}

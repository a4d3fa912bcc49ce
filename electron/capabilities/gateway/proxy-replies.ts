import { plainText } from '../../../shared/plain-text.ts';
import { clientCertificateError } from '../../foundation/http/tls-alerts.ts';
import type { ErrorBody } from './error-body.ts';
import { type Refusal, refusalError } from './errors.ts';

const GATEWAY = { code: 'gateway', layer: 'gateway', name: 'The gateway' } as const;
/** Statuses of Cloudflare and nginx that this gateway never sends. */
const OF_PROXIES_ALONE: ReadonlySet<number> = new Set([407, 495, 496, 497, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530]);
/** The gateway's only replies in plain text. */
const OWN_TEXTS: ReadonlySet<string> = new Set(['413 request too large', '500 Internal Server Error']);
/** Statuses that the gateway sends with a `detail` only. */
const WITH_DETAIL_ONLY: ReadonlySet<number> = new Set([401, 413, 429, 500, 502, 503]);

/** Replies of nginx and of Go's server to a request without TLS. */
const HTTP_AT_HTTPS = /(plain http request was sent to https|sent an http request to an https)/i;

/** Whether a proxy in front of the gateway wrote this reply. */
export function isOfProxy(status: number, body: ErrorBody): boolean {
  if (OF_PROXIES_ALONE.has(status) || body.form === 'html' || HTTP_AT_HTTPS.test(body.message)) return true;
  if (body.form === 'detail' || body.form === 'openai') return false;
  return WITH_DETAIL_ONLY.has(status) && !OWN_TEXTS.has(`${status} ${body.message}`);
}

/**
 * The refusal of a proxy, by its status first. Codes: gateway-client-certificate-required, -proxy-login, -proxy-forbids,
 * -proxy-rate-limited, -proxy-timeout, -proxy-cannot-reach, -proxy-failed, -proxy-tls, -request-too-large, -not-there.
 */
export function proxyError(status: number, body: ErrorBody, server: string | undefined): Refusal {
  const named = server === undefined ? '' : ` (${plainText(server, 60)})`;
  const page = body.message === '' || body.message.startsWith(String(status)) ? '' : `: ${plainText(body.message, 120)}`;
  const proxy = `A proxy in front of the gateway${named}`;
  const reported = `${status}${page}`;
  // nginx shows its own 495, 496 and 497 as 400.
  if (status === 496 || /no required ssl certificate/i.test(body.message)) return clientCertificateError(GATEWAY, reported);
  if (status === 495 || /ssl certificate error/i.test(body.message)) {
    return { ...clientCertificateError(GATEWAY, reported), message: `${proxy} refused the client certificate (${reported}).` };
  }
  if (status === 497 || HTTP_AT_HTTPS.test(body.message)) {
    return refusalError('gateway-proxy-tls', `${proxy} serves https:// at this port.`, 'Use https:// in the address.');
  }
  switch (status) {
    case 401:
    case 407:
      return refusalError(
        'gateway-proxy-login',
        `${proxy} requires a login of its own (${reported}).`,
        'The panel has only the gateway’s token: use an address that bypasses the proxy, for example via SSH.',
      );
    case 403:
      return refusalError(
        'gateway-proxy-forbids',
        `${proxy} rejected this computer or this request (${reported}).`,
        'Allow this computer’s address on the proxy, or connect via SSH.',
      );
    case 413:
    case 414:
    case 431:
      return refusalError(
        'gateway-request-too-large',
        `${proxy} rejected the request as too large (${reported}).`,
        'Raise its limit (nginx: client_max_body_size), or send less.',
      );
    case 429:
      return refusalError('gateway-proxy-rate-limited', `${proxy} limits the rate of requests (429).`, 'Wait, or raise its limit.', {
        retryable: true,
      });
    case 408:
    case 504:
    case 524:
      return refusalError(
        'gateway-proxy-timeout',
        `${proxy} stopped waiting for the gateway (${reported}). The image may still be in progress.`,
        'Check the backend’s queue before sending again. Its read timeout must be longer than the gateway’s 120 s (nginx: proxy_read_timeout).',
        { retryable: true },
      );
    case 502:
    case 521:
    case 522:
    case 523:
    case 530:
      return refusalError(
        'gateway-proxy-cannot-reach',
        `${proxy} cannot reach the gateway (${reported}).`,
        'Check that the gateway is running, and its address in the proxy’s configuration.',
        { retryable: true },
      );
    case 525:
    case 526:
      return refusalError(
        'gateway-proxy-tls',
        `${proxy} does not accept the gateway’s certificate (${reported}).`,
        'Configure the proxy to trust the certificate, or renew it.',
      );
  }
  if (status >= 500) {
    return refusalError('gateway-proxy-failed', `${proxy} reports ${reported}.`, 'See the proxy log; the gateway did not respond.', {
      retryable: true,
    });
  }
  return refusalError(
    'gateway-not-there',
    `The response is a web page, not the gateway (${reported}).`,
    'Check address, port and path: the gateway’s default port is 8800. The sign-in page of a network can also cause this.',
    { retryable: status < 300 },
  );
}

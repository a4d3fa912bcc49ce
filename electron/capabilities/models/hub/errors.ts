import { type PanelException, panelError } from '../../../../shared/errors.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../../shared/plain-text.ts';
import { readRetryAfter } from '../../gateway/reply-errors.ts';
import type { HubReply } from './hub-reply.ts';

const MAX_HEADER_CHARS = 300;
/** Of the window that Hugging Face counts requests in, where it does not say when it ends. */
const WINDOW_S = 300;

export const hubCancelledError = (): PanelException =>
  panelError({ code: 'hub-cancelled', layer: 'panel', message: 'The search was cancelled.', hint: 'Search again.', retryable: true });

/** Why a request of another status than 200 gave nothing; `what` is `owner/name`, or null for a search. */
export function hubReplyError(
  reply: HubReply,
  o: { readonly what: string | null; readonly site: string; readonly hasToken: boolean; readonly nowMs: number },
): PanelException {
  const { status } = reply;
  const code = reply.headers['x-error-code'] ?? '';
  const site = siteName(o.site);
  const detail = `HTTP ${status}\n${plainText(reply.headers['x-error-message'] ?? reply.body.slice(0, 2_000), MAX_SENTENCE_CHARS)}`;
  if (status === 429) return rateLimitedError(reply, { ...o, detail });
  if (status >= 300 && status < 400)
    return panelError({
      code: 'hub-redirects',
      layer: 'network',
      message: `${site} redirects to another server.`,
      hint: 'Redirects are not followed to protect the token; check the address in Settings.',
      retryable: false,
      detail,
    });
  if (o.what !== null && (status === 404 || code === 'RepoNotFound')) return notFoundError(o.what, o.hasToken, site);
  if (code === 'GatedRepo' || status === 403)
    return panelError({
      code: 'hub-forbidden',
      layer: 'network',
      message: o.what === null ? `${site} refused the search.` : `${o.what} is gated, and access was not granted to this token.`,
      hint: o.what === null ? 'Check the token in Settings.' : 'Accept its licence on its page, then retry.',
      retryable: false,
      detail,
    });
  if (status === 401)
    return o.hasToken
      ? panelError({
          code: 'hub-token-refused',
          layer: 'network',
          message: `${site} rejected the saved token.`,
          hint: 'It may have expired: save a new one, or remove it, in Settings.',
          retryable: false,
          detail,
        })
      : panelError({
          code: 'hub-token-needed',
          layer: 'network',
          message: `${site} requires a token.`,
          hint: 'Save a token with read access in Settings.',
          retryable: false,
          detail,
        });
  return panelError({
    code: 'hub-failed',
    layer: 'network',
    message: `${site} responded with status ${status}.`,
    hint: status >= 500 ? 'Its service has a problem: retry in a minute.' : 'Check its address in Settings.',
    retryable: status >= 500,
    detail,
  });
}

function notFoundError(what: string, hasToken: boolean, site: string): PanelException {
  return panelError({
    code: 'hub-not-found',
    layer: 'network',
    message: `${site} has no public model ${what}.`,
    hint: hasToken ? 'Check its name, and whether the token may read it.' : 'Check its name. A private one needs a token (Settings).',
    retryable: false,
  });
}

/** `RateLimit: "api";r=0;t=55`, or Retry-After; else the length of its window. */
function rateLimitedError(
  { headers }: HubReply,
  o: { readonly site: string; readonly hasToken: boolean; readonly nowMs: number; readonly detail: string },
): PanelException {
  const stated = /\bt=(\d{1,6})/.exec((headers['ratelimit'] ?? '').slice(0, MAX_HEADER_CHARS))?.[1];
  const seconds = stated === undefined ? (readRetryAfter(headers['retry-after'], o.nowMs) ?? WINDOW_S) : Number(stated);
  return panelError({
    code: 'hub-rate-limited',
    layer: 'network',
    message: `${siteName(o.site)} limits the number of requests.`,
    hint: o.hasToken ? 'Wait for the limit to end.' : 'Wait for the limit to end; with a token (Settings) it is higher.',
    retryable: true,
    detail: o.detail,
    facts: { retryAt: String(o.nowMs + seconds * 1000) },
  });
}

/** The host could not fetch it: curl's exit code (curl(1), EXIT CODES) with its words. */
export function hostFetchError(exitCode: number | null, words: string, site: string): PanelException {
  const isTls = exitCode !== null && [35, 51, 53, 54, 58, 59, 60, 66, 77, 80, 83, 90, 91].includes(exitCode);
  return panelError({
    code: isTls ? 'hub-certificate-unknown' : 'hub-unreachable',
    layer: 'network',
    message: isTls ? `The host did not accept the certificate of ${siteName(site)}.` : `The host cannot reach ${siteName(site)}.`,
    hint: isTls
      ? 'Install the CA on the host, or search from this computer (Settings, Hugging Face).'
      : 'Check the host’s network and proxy (~/.curlrc), or search from this computer (Settings, Hugging Face).',
    retryable: true,
    detail: `curl: exit code ${exitCode ?? 'unknown'}\n${words}`,
  });
}

export const noCurlError = (): PanelException =>
  panelError({
    code: 'hub-tools-missing',
    layer: 'host',
    message: 'The host has no curl.',
    hint: 'Install curl on the host, or search from this computer (Settings, Hugging Face).',
    retryable: false,
  });

export const hubGarbledError = (site: string): PanelException =>
  panelError({
    code: 'hub-garbled',
    layer: 'network',
    message: `${siteName(site)} returned something other than its API’s JSON.`,
    hint: 'Check the address in Settings; a proxy or a login page may be responding.',
    retryable: true,
  });

/** `Hugging Face`, or the host name of a mirror. */
export function siteName(site: string): string {
  const host = URL.canParse(site) ? new URL(site).host : site;
  return host === 'huggingface.co' ? 'Hugging Face' : host;
}

import type { ErrorCode } from '../../../shared/error-codes.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { retryDelayMs } from '../../foundation/timing/retry-policy.ts';

const LIMITS = { firstMs: 2_000, maxMs: 15_000 };
/** A list of allowed addresses is changed by people, a certificate is renewed by a job: both at the other end. */
const MENDED_THERE: ReadonlySet<string> = new Set<ErrorCode>([
  'gateway-address-not-allowed',
  'gateway-proxy-forbids',
  'gateway-certificate-not-valid-today',
]);
const MENDED_THERE_RETRY_MS = 60_000;

/** Only the operator can mend these, and what was refused is not sent again without a word: least of all a token. */
const FOR_THE_OPERATOR: ReadonlySet<string> = new Set<ErrorCode>([
  'gateway-token-missing',
  'gateway-token-refused',
  'gateway-forbidden',
  'gateway-address-unusable',
  'gateway-plain-not-allowed',
  'gateway-host-gone',
  'gateway-machine-changed',
]);

/** A longer Retry-After is cut to this: the operator looks at the page now. */
const MAX_ASKED_MS = 300_000;

/**
 * Milliseconds until the gateway is queried again by itself after this failure, the `failures`th in a row, and not sooner than it
 * asked for; null = not by itself.
 */
export function retryAfterMs(error: PanelError, failures: number, nowMs: number): number | null {
  if (MENDED_THERE.has(error.code)) return MENDED_THERE_RETRY_MS;
  if (!error.retryable) return null;
  const askedMs = Number(error.facts?.['retryAt'] ?? nowMs) - nowMs;
  return Math.max(retryDelayMs(LIMITS, failures), Math.min(askedMs, MAX_ASKED_MS));
}

/** Whether another network may mend it: the address this computer has there, a captive portal, another server of that name. */
export function isNetworkDependent(error: PanelError): boolean {
  return !FOR_THE_OPERATOR.has(error.code);
}

import type { ErrorCode } from '../../../shared/error-codes.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { retryDelayMs } from '../../foundation/timing/retry-policy.ts';

const LIMITS = { firstMs: 2_000, maxMs: 15_000 };
/** Errors that are fixed on the server: an allowlist by its administrator, a certificate by a renewal job. */
const MENDED_THERE: ReadonlySet<string> = new Set<ErrorCode>([
  'gateway-address-not-allowed',
  'gateway-proxy-forbids',
  'gateway-certificate-not-valid-today',
]);
const MENDED_THERE_RETRY_MS = 60_000;

/** Errors that only the operator can fix; a refused token is never sent again automatically. */
const FOR_THE_OPERATOR: ReadonlySet<string> = new Set<ErrorCode>([
  'gateway-token-missing',
  'gateway-token-refused',
  'gateway-forbidden',
  'gateway-address-unusable',
  'gateway-plain-not-allowed',
  'gateway-host-gone',
  'gateway-machine-changed',
]);

/** A longer Retry-After is cut to this, since the operator is waiting at the page. */
const MAX_RETRY_AFTER_MS = 300_000;

/**
 * Milliseconds until the next automatic request after this failure, the `failures`th in a row, and not before its Retry-After; null = no
 * automatic retry.
 */
export function retryAfterMs(error: PanelError, failures: number, nowMs: number): number | null {
  if (MENDED_THERE.has(error.code)) return MENDED_THERE_RETRY_MS;
  if (!error.retryable) return null;
  const requestedMs = Number(error.facts?.['retryAt'] ?? nowMs) - nowMs;
  return Math.max(retryDelayMs(LIMITS, failures), Math.min(requestedMs, MAX_RETRY_AFTER_MS));
}

/** Whether another network may fix the error: another address of this computer, a captive portal, another server of the same name. */
export function isNetworkDependent(error: PanelError): boolean {
  return !FOR_THE_OPERATOR.has(error.code);
}

import type { PanelError } from '../../shared/errors.ts';

/** After the first, second … failure in a row. */
const BACKOFF_MS = [2_000, 4_000, 8_000, 15_000] as const;
/** A list of allowed addresses is changed by people, a certificate is renewed by a job: both at the other end. */
const MENDED_THERE: ReadonlySet<string> = new Set([
  'gateway-address-not-allowed',
  'gateway-proxy-forbids',
  'gateway-certificate-not-valid-today',
]);
const MENDED_THERE_RETRY_MS = 60_000;

/** Only the operator can mend these, and what was refused is not sent again without a word: least of all a token. */
const FOR_THE_OPERATOR: ReadonlySet<string> = new Set([
  'gateway-token-missing',
  'gateway-token-refused',
  'gateway-forbidden',
  'gateway-address-unusable',
  'gateway-plain-not-allowed',
  'gateway-host-gone',
  'gateway-machine-changed',
]);

/** Milliseconds until the gateway is queried again by itself after this failure, the `failures`th in a row; null = not by itself. */
export function retryAfterMs(error: PanelError, failures: number): number | null {
  if (MENDED_THERE.has(error.code)) return MENDED_THERE_RETRY_MS;
  if (!error.retryable) return null;
  return BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? BACKOFF_MS[BACKOFF_MS.length - 1] ?? null;
}

/** Whether another network may mend it: the address this computer has there, a captive portal, another server of that name. */
export function isNetworkDependent(error: PanelError): boolean {
  return !FOR_THE_OPERATOR.has(error.code);
}

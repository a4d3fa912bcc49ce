import type { AdmissionRow } from '../../../shared/capabilities/gateway/contract.ts';
import type { CodedError, PanelError } from '../../../shared/errors.ts';
import { MAX_SENTENCE_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import type { BackendCheck } from './backend-state.ts';

export interface GatewayStatus {
  /** Sorted by name; null = not reported, which differs from an empty list. */
  readonly admission: readonly AdmissionRow[] | null;
  readonly health: readonly BackendCheck[] | null;
}

/** Each row is drawn and stored over time. */
const MAX_ROWS = 500;

const count = (value: unknown): number | null => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null);
const yesNo = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/**
 * Reads `GET /v1/gateway/status` of gevanoff/gateway e14b838: `{admission_control: {"class.kind": {limit, available, inflight}},
 * backend_health: {name: {healthy, ready, last_check, error}}}`. Both maps are open and may be missing or empty; `last_check` is
 * Unix seconds with a fraction. Missing or unreadable values are null. Returns an error (gateway-status-unreadable) for
 * any other document.
 */
export function parseGatewayStatus(body: string): GatewayStatus | PanelError {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return statusUnreadableError('It is not valid JSON.', body);
  }
  if (!isRecord(document) || !('admission_control' in document || 'backend_health' in document)) {
    return statusUnreadableError('It contains neither slots nor backends.', body);
  }
  const { admission_control: admission, backend_health: health } = document;
  return {
    admission: isRecord(admission)
      ? Object.entries(admission)
          .slice(0, MAX_ROWS)
          .map(admissionRow)
          .sort(byName((row) => `${row.backendClass}.${row.routeKind}`))
      : null,
    health: isRecord(health)
      ? Object.entries(health)
          .slice(0, MAX_ROWS)
          .map(healthRow)
          .sort(byName((row) => row.name))
      : null,
  };
}

const byName =
  <T>(nameOf: (row: T) => string) =>
  (a: T, b: T): number =>
    nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0;

function admissionRow([key, value]: readonly [string, unknown]): AdmissionRow {
  // The kind follows the last dot: a class may contain dots.
  const dot = key.lastIndexOf('.');
  const row = isRecord(value) ? value : {};
  return {
    backendClass: plainText(dot < 0 ? key : key.slice(0, dot)),
    routeKind: plainText(dot < 0 ? '' : key.slice(dot + 1)),
    limit: count(row['limit']),
    available: count(row['available']),
    inflight: count(row['inflight']),
  };
}

function healthRow([name, value]: readonly [string, unknown]): BackendCheck {
  const row = isRecord(value) ? value : {};
  const at = row['last_check'];
  const error = row['error'];
  return {
    name: plainText(name),
    isHealthy: yesNo(row['healthy']),
    isReady: yesNo(row['ready']),
    checkedAt: typeof at === 'number' && Number.isFinite(at) && at > 0 ? at * 1000 : null,
    error: typeof error === 'string' && error.trim() !== '' ? redactSecrets(plainText(error)) : null,
  };
}

function statusUnreadableError(why: string, body: string): CodedError {
  return {
    code: 'gateway-status-unreadable',
    layer: 'gateway',
    message: `The response is not a gateway status. ${why}`,
    hint: 'Check the address and the version of the gateway.',
    retryable: true,
    detail: plainLines(body, MAX_SENTENCE_CHARS),
  };
}

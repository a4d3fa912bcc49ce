import type { GatewayProfile, GatewayReading, HealthRow } from '../capabilities/gateway/contract.ts';
import type { CodedError } from '../errors.ts';
import { formatClock } from '../format.ts';
import { listed } from './text.ts';
import type { Severity } from './types.ts';

/** The gateway checks its backends every 30 s; an older check is shown as stale. */
export const CHECK_STALE_MS = 90_000;
/** What the gateway reports for a backend without an address. */
const NOT_CONFIGURED = 'base_url not configured';

export interface BackendText {
  readonly severity: Severity;
  readonly word: string;
  readonly detail: string;
}

/** Whether the gateway's configuration names no address for this backend. */
export const isNotSetUp = ({ error }: Pick<HealthRow, 'error'>): boolean => error === NOT_CONFIGURED;

/**
 * State of a backend by the gateway's last health check, with the cause; an outdated check is stale. A backend that fails is critical where
 * images go to it, and a warning elsewhere.
 */
export function describeBackend(row: HealthRow, imagesClass: string, nowMs: number): BackendText {
  const found = describeCheck(row, row.name === imagesClass ? 'critical' : 'warning');
  const isOld = row.checkedAt !== null && nowMs - row.checkedAt > CHECK_STALE_MS;
  return isOld && found.severity !== 'off'
    ? { ...found, severity: 'stale', word: `${found.word}, as of ${formatClock(row.checkedAt ?? 0)}` }
    : found;
}

/** The gateway leaves `error` empty when a probe got a failure as response: then nginx is up and the program behind it is not. */
function describeCheck(row: HealthRow, failed: Severity): BackendText {
  const { isHealthy, isReady, error } = row;
  if (isHealthy === null && isReady === null) return { severity: 'unknown', word: 'Not reported', detail: 'The gateway reports no check.' };
  if (isNotSetUp(row)) return { severity: 'off', word: 'Not set up', detail: 'No address configured on the gateway.' };
  if (isHealthy === false) return { severity: failed, word: 'Unreachable', detail: error ?? 'Health check failed.' };
  if (isReady === false) {
    return { severity: failed, word: 'Not ready', detail: error ?? 'nginx responds, but the shim or InvokeAI behind it does not.' };
  }
  return isReady === null
    ? { severity: 'unknown', word: 'Alive', detail: 'Readiness not reported.' }
    : { severity: 'ok', word: 'Ready', detail: 'Healthy and ready.' };
}

/** A backend other than that for images whose requests the gateway rejects. */
export interface BackendProblem {
  readonly name: string;
  readonly since: number | null;
  readonly severity: 'warning';
  readonly error: CodedError;
}

/** The backends beside that for images which fail the gateway's checks, by name; the one for images is a link of the chain. */
export function backendProblems(reading: GatewayReading, profile: GatewayProfile, nowMs: number): readonly BackendProblem[] {
  return (reading.health ?? [])
    .filter(({ name }) => name !== profile.imagesClass)
    .flatMap((row) => {
      const { severity, word, detail } = describeBackend(row, profile.imagesClass, nowMs);
      if (severity !== 'warning') return [];
      const kinds = (reading.admission ?? []).filter(({ backendClass }) => backendClass === row.name).map(({ routeKind }) => routeKind);
      const rejected = kinds.length === 0 ? '' : `: ${listed(kinds)} requests get 503`;
      return [
        {
          name: row.name,
          since: row.since,
          severity,
          error: {
            code: 'gateway-backend-not-ready',
            layer: 'gateway',
            message: `Backend ${row.name} is ${word.toLowerCase()}${rejected}.`,
            hint: 'Start it, or correct its address on the gateway, which rechecks every 30 s.',
            retryable: true,
            detail,
          },
        } as const,
      ];
    });
}

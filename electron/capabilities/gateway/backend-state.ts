import { backendState } from '../../../shared/backend-state.ts';
import type { GatewayReading, HealthRow } from '../../../shared/capabilities/gateway/contract.ts';

/** A backend as one status of the gateway reports it. */
export type BackendCheck = Omit<HealthRow, 'since'>;

/**
 * The checks, each with the time of the first reading that had the backend in its present state. `before` is the previous reading;
 * `since` is null for a backend that has been in this state since the first reading of its gateway.
 */
export function withSince(checks: readonly BackendCheck[], before: GatewayReading | null, takenAt: number): HealthRow[] {
  if (before === null) return checks.map((check) => ({ ...check, since: null }));
  const known = new Map(before.health?.map((row) => [row.name, row]));
  return checks.map((check) => {
    const last = known.get(check.name);
    return { ...check, since: last !== undefined && backendState(last) === backendState(check) ? last.since : takenAt };
  });
}

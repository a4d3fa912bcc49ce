import type { HealthRow } from './capabilities/gateway/contract.ts';

/** The state of a backend in a word, by the gateway's last check. */
export function backendState({ isHealthy, isReady }: Pick<HealthRow, 'isHealthy' | 'isReady'>): string {
  if (isHealthy === false) return 'unreachable';
  if (isReady === null) return isHealthy === null ? 'not reported' : 'healthy';
  return isReady ? 'ready' : 'not ready';
}

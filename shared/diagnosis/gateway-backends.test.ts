import { describe, expect, it } from 'vitest';
import type { GatewayProfile, GatewayReading, HealthRow } from '../capabilities/gateway/contract.ts';
import { backendProblems, describeBackend } from './gateway-backends.ts';

const NOW = 1_800_000_000_000;
const row = (name: string, over: Partial<HealthRow> = {}): HealthRow => ({
  name,
  isHealthy: true,
  isReady: true,
  checkedAt: NOW - 10_000,
  error: null,
  since: NOW - 60_000,
  ...over,
});
const profile: GatewayProfile = {
  address: 'https://ai2:8800',
  via: { kind: 'direct' },
  observabilityPort: 8801,
  imagesClass: 'gpu_heavy',
};
const slots = (backendClass: string, routeKind: string) => ({ backendClass, routeKind, limit: 2, available: 2, inflight: 0 });
const reading = (health: HealthRow[]): GatewayReading => ({
  admission: [slots('mlx', 'chat'), slots('mlx', 'embeddings'), slots('gpu_heavy', 'images')],
  health,
  takenAt: NOW,
  elapsedMs: 4,
  clockOffsetMs: 0,
});
const down = { isHealthy: false, isReady: false, error: 'ConnectError: refused' };

describe('the backends of a gateway', () => {
  it('that fail are critical where images go, a warning elsewhere, and off where no address is configured', () => {
    expect(describeBackend(row('gpu_heavy', down), 'gpu_heavy', NOW)).toMatchObject({ severity: 'critical', word: 'Unreachable' });
    expect(describeBackend(row('mlx', down), 'gpu_heavy', NOW).severity).toBe('warning');
    expect(describeBackend(row('mlx', { ...down, error: 'base_url not configured' }), 'gpu_heavy', NOW).severity).toBe('off');
  });

  it('are problems with the requests that they reject, except the one for images, which the chain has', () => {
    const [problem, ...others] = backendProblems(reading([row('gpu_heavy', down), row('mlx', down), row('ocr')]), profile, NOW);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ name: 'mlx', since: NOW - 60_000 });
    expect(problem?.error.message).toBe('Backend mlx is unreachable: chat and embeddings requests get 503.');
    expect(problem?.error.detail).toBe('ConnectError: refused');
  });

  it('whose check is old are no problem that is known now', () => {
    expect(backendProblems(reading([row('mlx', { ...down, checkedAt: NOW - 200_000 })]), profile, NOW)).toEqual([]);
  });
});

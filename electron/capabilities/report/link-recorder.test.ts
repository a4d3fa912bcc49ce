import { describe, expect, it } from 'vitest';
import { type LinkSources, readLinkStates } from './link-recorder.ts';

const NOW = 1_800_000_000_000;
type Gateway = ReturnType<LinkSources['gateway']>;
const profile = { address: 'https://ai2:8800', via: { kind: 'direct' }, observabilityPort: 8801, imagesClass: 'gpu_heavy' } as const;
const row = (isHealthy: boolean | null, isReady: boolean | null) => ({
  name: 'gpu_heavy',
  isHealthy,
  isReady,
  checkedAt: null,
  error: null,
  since: null,
});
const gateway = (health: readonly ReturnType<typeof row>[], takenAt = NOW): Gateway => ({
  profile,
  phase: { kind: 'live' },
  reading: { admission: null, health: [...health], takenAt, elapsedMs: 1, clockOffsetMs: null },
});
const unit = (name: string, activeState: string, takenAt = NOW) =>
  ({ name, activeState, loadState: 'loaded', pinned: false, takenAt }) as never;
const sources = (o: { readonly [K in keyof LinkSources]?: ReturnType<LinkSources[K]> } = {}): LinkSources => ({
  connection: () => o.connection ?? 'online',
  services: () => o.services ?? { units: [] },
  gateway: () => o.gateway ?? { profile: null, phase: { kind: 'not-set-up' }, reading: null },
  probes: () => o.probes ?? { probes: [] },
});
const read = (o: Parameters<typeof sources>[0]) => Object.fromEntries(readLinkStates(sources(o), NOW));

describe('the states of the links', () => {
  it('are those of now only', () => {
    expect(
      read({
        services: {
          units: [unit('invokeai.service', 'active'), unit('nginx.service', 'active', NOW - 200_000), unit('cron.service', 'active')],
        },
      }),
    ).toEqual({
      connection: true,
      'unit invokeai.service': true,
    });
    expect(read({ gateway: gateway([row(true, true)], NOW - 200_000) })).toEqual({ connection: true, gateway: true });
  });
  it('are unknown, not down, while the host is out of reach; the connection itself is down', () => {
    const services = { units: [unit('invokeai.service', 'failed')] };
    expect(read({ connection: 'reconnecting', services })).toEqual({ connection: false });
    expect(read({ connection: 'offline', services })).toEqual({});
    expect(read({ connection: 'connecting' })).toEqual({});
  });
  it('take a backend for up where the gateway calls it healthy and ready', () => {
    const backend = (isHealthy: boolean | null, isReady: boolean | null) =>
      read({ gateway: gateway([row(isHealthy, isReady)]) })['backend gpu_heavy'];
    expect([backend(true, true), backend(true, null), backend(true, false), backend(false, true), backend(null, true)]).toEqual([
      true,
      true,
      false,
      false,
      undefined,
    ]);
  });
  it('leave out a probe that SSH did not let through', () => {
    const probe = (id: 'shim' | 'nginx', outcome: string) => ({ id, outcome, at: NOW }) as never;
    expect(read({ probes: { probes: [probe('shim', 'not-ready'), probe('nginx', 'not-checked')] } })).toEqual({
      connection: true,
      'endpoint shim': false,
    });
  });
});

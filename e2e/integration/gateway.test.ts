import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabFault } from '../../lab/base/faults.ts';
import type { GatewayState } from '../../shared/capabilities/gateway/contract.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

// The real host has no gateway; what is asked here of the lab's is asked of any by its own verification.
describe('the gateway of the lab, through its SSH server', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;

  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  const phase = (kind: GatewayState['phase']['kind']) =>
    until(() => {
      const state = panel.gateway.state();
      return state.phase.kind === kind ? state : null;
    }, `the gateway ${kind}`);
  const failing = (code: string) =>
    until(() => {
      const { phase: now } = panel.gateway.state();
      return now.kind === 'failing' && now.error.code === code ? now : null;
    }, code);
  const broken = async (fault: LabFault, work: () => Promise<void>): Promise<void> => {
    host.lab?.break(fault);
    try {
      await work();
    } finally {
      host.lab?.mend(fault);
      void panel.gateway.refresh();
      await phase('live');
    }
  };

  it('tells slots and health, sorted, with times on this clock', async () => {
    const { reading } = await phase('live');
    expect(reading?.admission).toContainEqual({ backendClass: 'gpu_heavy', routeKind: 'images', limit: 2, available: 2, inflight: 0 });
    expect(reading?.admission).toHaveLength(11);
    const names = reading?.health?.map((row) => row.name) ?? [];
    expect(names).toHaveLength(12);
    expect(names).toEqual([...names].sort());
    const checkedAt = reading?.health?.[0]?.checkedAt ?? 0;
    expect(Math.abs(Date.now() - checkedAt)).toBeLessThan(60_000);
  });

  it('keeps how many slots were taken', async () => {
    await phase('live');
    const now = Date.now();
    const history = panel.gateway.history.read(now - 60_000, now + 1, 10);
    expect(history.rows).toContainEqual({ backendClass: 'gpu_heavy', routeKind: 'images' });
    expect(history.columns.some((column) => column.some((value) => value === 0))).toBe(true);
  });

  it('asks for the models, and the tools through the other listener', async () => {
    expect((await panel.gateway.models()).map(({ id }) => id)).toContain('fast');
    expect(await panel.gateway.observability()).toMatchObject({
      kind: 'answered',
      tools: [
        { tool: 'http_fetch', ok: 3, failed: 1 },
        { tool: 'noop', ok: 5, failed: 0, slowestBelowMs: 50 },
      ],
    });
  });

  it.each([
    ['gateway-token-refused', 'gateway-token-refused'],
    ['gateway-bad-certificate', 'gateway-certificate-unknown'],
  ] as const)('%s: says so, and does not ask again by itself', async (fault, code) => {
    await broken(fault, async () => {
      expect((await failing(code)).retryAt).toBeNull();
    });
  });

  it.each([
    ['gateway-ip-not-allowed', 'gateway-address-not-allowed'],
    ['gateway-html', 'gateway-proxy-cannot-reach'],
    ['gateway-malformed-json', 'gateway-status-unreadable'],
    ['gateway-truncated-json', 'gateway-broke-off'],
    ['gateway-slow-drip', 'gateway-slow'],
    ['gateway-hanging', 'gateway-slow'],
    ['gateway-restarting', 'tunnel-refused'],
  ] as const)('%s: says so, asks again, and is live once it is mended', async (fault, code) => {
    await broken(fault, async () => {
      expect((await failing(code)).retryAt).not.toBeNull();
    });
  });

  it('an answer of 10 MB is not read to its end', async () => {
    await broken('gateway-body-10-mb', async () => {
      await failing('gateway-reply-too-large');
    });
  });

  it('a pinned certificate is the only one that counts, and the token goes to no other', async () => {
    await broken('gateway-bad-certificate', async () => {
      const { error } = await failing('gateway-certificate-unknown');
      panel.gateway.acceptCertificate(error.facts?.['sha256'] ?? '');
      expect((await phase('live')).trust).toEqual({ kind: 'pinned', sha256: error.facts?.['sha256'] });
      host.lab?.mend('gateway-bad-certificate');
      const changed = await failing('gateway-certificate-changed');
      expect(changed.error.facts?.['knownSha256']).toBe(error.facts?.['sha256']);
      expect(changed.retryAt).toBeNull();
      panel.gateway.trustAuthority(host.lab?.gateway.authority ?? '');
    });
  });

  it('another address knows neither token nor certificate of the one before', async () => {
    const { profile } = panel.gateway.state();
    if (profile === null) throw new Error('no gateway is set up');
    panel.gateway.configure({ ...profile, address: 'https://localhost:8800' });
    expect(panel.gateway.state()).toMatchObject({ hasToken: false, trust: { kind: 'system' }, reading: null });
    await failing('gateway-certificate-unknown');
    panel.gateway.trustAuthority(host.lab?.gateway.authority ?? '');
    await failing('gateway-token-missing');
    panel.gateway.setToken(host.lab?.gateway.token ?? '');
    await phase('live');
  });
});

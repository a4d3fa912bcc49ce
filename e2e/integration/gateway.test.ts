import { describe, expect, it } from 'vitest';
import { proveGateway } from '../../electron/capabilities/setup/api/gateway.ts';
import { gatewayOfHost } from '../../electron/capabilities/setup/gateway-of-host.ts';
import { createPrograms } from '../../electron/capabilities/setup/programs.ts';
import type { LabFault } from '../../lab/base/faults.ts';
import { BUCKET_WIDTH } from '../../shared/buckets.ts';
import type { GatewayState } from '../../shared/capabilities/gateway/contract.ts';
import { panelRequestsSubject, slotsSubject } from '../../shared/gateway-subjects.ts';
import { until } from './panel.ts';
import { useHost } from './use-host.ts';

// The real host has no gateway; what is asked here of the lab's is asked of any by its own verification.
describe('the gateway of the lab, through its SSH server', () => {
  const { host, panel } = useHost('lab');

  const phase = (kind: GatewayState['phase']['kind']) =>
    until(() => {
      const state = panel().gateway.state();
      return state.phase.kind === kind ? state : null;
    }, `the gateway ${kind}`);
  const failing = (code: string) =>
    until(() => {
      const { phase: now } = panel().gateway.state();
      return now.kind === 'failing' && now.error.code === code ? now : null;
    }, code);
  const broken = async (fault: LabFault, work: () => Promise<void>): Promise<void> => {
    host().lab?.break(fault);
    try {
      await work();
    } finally {
      host().lab?.repair(fault);
      void panel().gateway.refresh();
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

  const stored = (kind: 'gateway-slots' | 'gateway-requests', metrics: string[]) => {
    const { profile } = panel().gateway.state();
    if (profile === null) throw new Error('no gateway is set up');
    const subject =
      kind === 'gateway-requests'
        ? panelRequestsSubject(profile)
        : slotsSubject(profile, { backendClass: 'gpu_heavy', routeKind: 'images' });
    const toMs = Date.now() + 1;
    const range = { hostId: host().profile.id, kind, subjects: [subject], fromMs: toMs - 60_000, toMs };
    const { columns } = panel().history.series({ ...range, metrics, buckets: 10 });
    return {
      /** Rows that were stored, the greatest value and the sum, of each metric. */
      metrics: columns.map((column) => {
        const buckets = Array.from({ length: 10 }, (_, i) => [...column.slice(i * BUCKET_WIDTH, (i + 1) * BUCKET_WIDTH)]);
        const filled = buckets.filter(([, , , , count = 0]) => count > 0);
        return {
          rows: filled.reduce((sum, [, , , , count = 0]) => sum + count, 0),
          most: Math.max(...filled.map(([, , max = 0]) => max)),
          sum: Math.round(filled.reduce((sum, [, , , mean = 0, count = 0]) => sum + mean * count, 0)),
        };
      }),
      csv: [...panel().history.csv(range)],
    };
  };

  it('stores slots and the outcomes of its own requests at every poll, and exports them', async () => {
    await phase('live');
    const before = stored('gateway-requests', ['accepted', 'rejected429']).metrics.map(({ sum }) => sum);
    const { reading } = panel().gateway.state();
    host().lab?.break('images-take-1-s');
    host().lab?.break('nobody-else');
    await until(async () => {
      await panel().gateway.refresh();
      return (
        panel()
          .gateway.state()
          .reading?.admission?.find(({ backendClass }) => backendClass === 'gpu_heavy')?.inflight === 0
      );
    }, 'free slots');
    panel().gateway.overload.start({ backendClass: 'gpu_heavy', requests: 3, size: '512x512', steps: 10 }, reading?.admission ?? []);
    await until(async () => {
      await panel().gateway.refresh();
      return stored('gateway-slots', ['slotsInUse']).metrics[0]?.most === 2;
    }, 'two slots in use');
    await until(() => panel().gateway.overload.run()?.verdict, 'the end of the overload test');
    host().lab?.repair('images-take-1-s');
    host().lab?.repair('nobody-else');
    await panel().gateway.refresh();
    const requests = stored('gateway-requests', ['accepted', 'rejected429', 'rejected503', 'failed', 'latencyMs']);
    const [accepted, rejected429, rejected503, failed, latency] = requests.metrics;
    expect([(accepted?.sum ?? 0) - (before[0] ?? 0), (rejected429?.sum ?? 0) - (before[1] ?? 0)]).toEqual([2, 1]);
    expect([rejected503?.sum, failed?.sum]).toEqual([0, 0]);
    expect(latency?.rows).toBe(accepted?.sum);
    expect(requests.csv[0]).toBe('time,accepted,rejected429,rejected503,failed,latencyMs');
    expect(requests.csv.slice(1)).toHaveLength(accepted?.rows ?? -1);
    expect(stored('gateway-slots', ['slotsLimit']).metrics[0]?.most).toBe(2);
  });

  it('asks for the models, and the tools through the other listener', async () => {
    expect((await panel().gateway.models()).map(({ id }) => id)).toContain('fast');
    expect(await panel().gateway.observability()).toMatchObject({
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
      panel().gateway.acceptCertificate(error.facts?.['sha256'] ?? '');
      expect((await phase('live')).trust).toEqual({ kind: 'pinned', sha256: error.facts?.['sha256'] });
      host().lab?.repair('gateway-bad-certificate');
      const changed = await failing('gateway-certificate-changed');
      expect(changed.error.facts?.['knownSha256']).toBe(error.facts?.['sha256']);
      expect(changed.retryAt).toBeNull();
      panel().gateway.trustAuthority(host().lab?.gateway.authority ?? '');
    });
  });

  it('is proven by Setup with its status and an image over TLS, and not while its backend is not ready', async () => {
    await phase('live');
    const { profile } = panel();
    const gateway = gatewayOfHost(panel().gateway, { hostId: profile.id, hostName: profile.hostName });
    const address = panel().gateway.state().profile?.address ?? '';
    const clients = { ...createPrograms(panel().connection), gateway: () => gateway };
    const proof = proveGateway({ address, backendClass: 'gpu_heavy', backendName: 'gpu_heavy', limit: 2, withImage: true });
    const lines: string[] = [];
    host().lab?.break('nobody-else');
    expect(await proof.check(clients)).toEqual({ kind: 'done' });
    await proof.apply(clients, {
      signal: new AbortController().signal,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      now: Date.now,
      onLines: (more) => void lines.push(...more),
      lastLines: async () => '',
    });
    expect(lines.at(-1)).toMatch(/^Image of 256 × 256 in /);
    host().lab?.repair('nobody-else');
    await broken('gateway-not-ready', async () => {
      await until(async () => (await proof.check(clients)).kind === 'failed', 'a backend that is not ready');
      expect(await proof.check(clients)).toMatchObject({ reason: 'The gateway reports that gpu_heavy is not ready.' });
    });
  });

  it('another address knows neither token nor certificate of the one before', async () => {
    const { profile } = panel().gateway.state();
    if (profile === null) throw new Error('no gateway is set up');
    panel().gateway.configure({ ...profile, address: 'https://localhost:8800' });
    expect(panel().gateway.state()).toMatchObject({ hasToken: false, trust: { kind: 'system' }, reading: null });
    await failing('gateway-certificate-unknown');
    panel().gateway.trustAuthority(host().lab?.gateway.authority ?? '');
    await failing('gateway-token-missing');
    panel().gateway.setToken(host().lab?.gateway.token ?? '');
    await phase('live');
  });
});

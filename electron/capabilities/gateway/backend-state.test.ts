import { describe, expect, it } from 'vitest';
import type { GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { readGateway } from './reading.ts';

type Backends = Readonly<Record<string, { readonly healthy?: boolean; readonly ready?: boolean; readonly error?: string }>>;

/** Reads a gateway that reports these backends. */
const read = (before: GatewayReading | null, backends: Backends, nowMs: number): Promise<GatewayReading> =>
  readGateway({
    client: {
      request: async () => ({
        status: 200,
        headers: { 'content-type': 'application/json' },
        bytes: Buffer.alloc(0),
        body: JSON.stringify({ backend_health: backends }),
        timing: { connectedMs: 0, firstByteMs: 1, totalMs: 2 },
      }),
    },
    token: null,
    before,
    signal: new AbortController().signal,
    now: () => nowMs,
  });
const sinceOf = ({ health }: GatewayReading) => health?.map(({ name, since }) => [name, since]);

const ready = { healthy: true, ready: true };
const notReady = { healthy: true, ready: false };

describe('the time since which a backend is in its state', () => {
  it('is unknown at the first reading, and as long as the state lasts', async () => {
    const first = await read(null, { gpu_heavy: notReady }, 1000);
    const second = await read(first, { gpu_heavy: { ...notReady, error: 'another one' } }, 2000);
    expect([sinceOf(first), sinceOf(second)]).toEqual([[['gpu_heavy', null]], [['gpu_heavy', null]]]);
  });

  it('is the first reading in this state, for each backend of its own', async () => {
    const first = await read(null, { gpu_fast: ready, gpu_heavy: ready }, 1000);
    const broken = await read(first, { gpu_fast: ready, gpu_heavy: notReady }, 2000);
    const still = await read(broken, { gpu_fast: ready, gpu_heavy: notReady }, 3000);
    const unreachable = await read(still, { gpu_fast: ready, gpu_heavy: { healthy: false, ready: false } }, 4000);
    expect(sinceOf(still)).toEqual([
      ['gpu_fast', null],
      ['gpu_heavy', 2000],
    ]);
    expect(sinceOf(unreachable)).toContainEqual(['gpu_heavy', 4000]);
  });

  it('is the reading in which a backend appears', async () => {
    const first = await read(null, {}, 1000);
    expect(sinceOf(await read(first, { gpu_heavy: notReady }, 2000))).toEqual([['gpu_heavy', 2000]]);
  });
});

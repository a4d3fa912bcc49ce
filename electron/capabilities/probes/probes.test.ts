import { describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import type { ConnectionSnapshot } from '../../../shared/capabilities/hosts/contract.ts';
import type { ProbeId } from '../../../shared/capabilities/probes/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { type PanelError, PanelException } from '../../../shared/errors.ts';
import type { Reply } from '../../foundation/http/client.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { createProbes } from './probes.ts';

type Answer = { readonly status: number; readonly body: string } | { readonly code: string; readonly layer?: PanelError['layer'] };

const READY = { status: 200, body: '{"status":"ok"}' };

const replyOf = (status: number, body: string): Reply => ({
  status,
  body,
  bytes: Buffer.from(body),
  headers: {},
  timing: { connectedMs: 1, firstByteMs: 2, totalMs: 3 },
});

/** A host whose programs answer as `answers` says at that moment, by a clock that the test moves. */
function onHost(answers: Record<ProbeId, Answer>) {
  const changes = createEmitter<ConnectionSnapshot>();
  let snapshot: ConnectionSnapshot = { hostId: 'h', state: { kind: 'online', since: 1, roundTripMs: 1 }, changedAt: 1 };
  const clock = { nowMs: 1_000 };
  const requested: string[] = [];
  const probes = createProbes({
    transport: {
      get snapshot() {
        return snapshot;
      },
      onChange: changes.on,
      httpAgent: () => {
        throw new Error('clients are given');
      },
    },
    addresses: () => ({ invokeai: '9090', comfyui: '8188' }),
    isWindowShown: () => true,
    log: silentLogger,
    now: () => clock.nowMs,
    clientOf: (id) => ({
      request: async ({ path }) => {
        requested.push(`${id} ${path}`);
        const answer = answers[id];
        if ('status' in answer) return replyOf(answer.status, answer.body);
        const { code, layer = 'host' } = answer;
        throw new PanelException({ code, layer, message: code, hint: 'none', retryable: true });
      },
      close: () => {},
    }),
  });
  return {
    probes,
    clock,
    requested,
    outcomes: () => Object.fromEntries(probes.state().probes.map(({ id, outcome }) => [id, outcome])),
    connect: (kind: 'online' | 'offline') => {
      snapshot = { ...snapshot, state: kind === 'online' ? { kind, since: 2, roundTripMs: 1 } : { kind } };
      changes.emit(snapshot);
    },
  };
}

describe('the probes', () => {
  it.each<[string, ProbeId, Answer, string]>([
    ['a shim that is ready', 'shim', READY, 'responding'],
    ['a shim that is not', 'shim', { status: 503, body: '{"detail":"no GPU"}' }, 'not-ready'],
    ['a page in place of the shim', 'shim', { status: 200, body: '<html>' }, 'wrong-program'],
    ['nothing that listens', 'shim', { code: 'tunnel-refused' }, 'refused'],
    ['a program that hangs', 'shim', { code: 'shim-slow' }, 'timeout'],
    ['a reply that breaks off', 'shim', { code: 'shim-broke-off', layer: 'network' }, 'failed'],
    ['an SSH server that forwards nothing', 'shim', { code: 'tunnel-not-allowed', layer: 'ssh' }, 'not-checked'],
    ['nginx', 'nginx', { status: 200, body: 'ok' }, 'responding'],
    ['nginx without that path', 'nginx', { status: 404, body: '' }, 'responding'],
    ['nginx that fails', 'nginx', { status: 502, body: '' }, 'failed'],
  ])('tell %s', async (_name, id, answer, outcome) => {
    const host = onHost({ shim: READY, nginx: READY, [id]: answer });
    await host.probes.refresh();
    expect(host.outcomes()[id]).toBe(outcome);
    host.probes.stop();
  });

  it('keep since when it is so, and the reasons of the shim', async () => {
    const answers: Record<ProbeId, Answer> = { shim: READY, nginx: READY };
    const host = onHost(answers);
    await host.probes.refresh();
    answers.shim = { status: 503, body: '{"detail":"no GPU"}' };
    host.clock.nowMs = 5_000;
    await host.probes.refresh();
    host.clock.nowMs = 9_000;
    await host.probes.refresh();
    expect(host.probes.state().probes[0]).toEqual({
      id: 'shim',
      port: 9091,
      outcome: 'not-ready',
      at: 9_000,
      since: 5_000,
      latencyMs: 3,
      reasons: ['no GPU'],
      error: null,
    });
    host.probes.stop();
  });

  it('forget what they found when the host is away, and probe again when it is back', async () => {
    const host = onHost({ shim: READY, nginx: READY });
    await host.probes.refresh();
    host.connect('offline');
    await vi.waitUntil(() => host.probes.state().probes.length === 0, PATIENCE);
    const before = host.requested.length;
    await host.probes.refresh();
    expect(host.requested.length).toBe(before);
    host.connect('online');
    await vi.waitUntil(() => host.probes.state().probes.length === 2, PATIENCE);
    host.probes.stop();
  });

  it('ask the shim for its readiness and nginx for its own health', async () => {
    const host = onHost({ shim: READY, nginx: READY });
    await host.probes.refresh();
    expect(new Set(host.requested)).toEqual(new Set(['shim /readyz', 'nginx /healthz']));
    host.probes.stop();
  });
});

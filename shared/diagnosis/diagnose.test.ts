import { describe, expect, it } from 'vitest';
import type { ActionProgress } from '../capabilities/services/contract.ts';
import { INITIAL_GATEWAY, INITIAL_MODELS } from '../initial-states.ts';
import { diagnose } from './diagnose.ts';
import {
  gatewayWith,
  INVOKEAI,
  liveGpu,
  MINUTE,
  modelsIn,
  NGINX,
  NOW,
  probe,
  probesWith,
  SHIM,
  servicesOf,
  silentInvokeAi,
  snapshot,
  someError,
  unit,
} from './testing/snapshots.ts';
import type { Snapshot } from './types.ts';

const cause = someError('host-key-changed', { layer: 'ssh', message: 'Another key.', retryable: false });
const blocked = { kind: 'blocked', cause } as const;
const xid = { at: NOW, busId: '0000:21:00', xid: 79, text: 'Xid 79', meaning: 'GPU has fallen off the bus.', action: 'Reboot.' };

describe('diagnose', () => {
  it('names each link by what it is and shows its figures', () => {
    expect(diagnose(snapshot()).links.map(({ label, state, fact }) => [label, state, fact])).toEqual([
      ['This computer', 'Online', ''],
      ['ada2', 'SSH 12 ms', ''],
      ['RTX 6000 Ada', '19.4 / 45.0 GiB', '62 °C'],
      ['InvokeAI', 'Running', '18.9 GiB VRAM'],
      ['Images shim', 'Running', 'for 10 min'],
      ['nginx', 'Running', 'for 10 min'],
      ['Gateway', 'Ready', '1 of 2 slots'],
    ]);
  });

  it('does not invent a number for what is unknown', () => {
    const figures = { usedMiB: Number.NaN, totalMiB: Number.NaN, temperatureC: Number.NaN };
    const found = diagnose(
      snapshot({ gpuFigures: figures, gpu: { ...liveGpu, processes: liveGpu.processes.map((p) => ({ ...p, memoryUsedMiB: null })) } }),
    );
    expect(found.links[2]).toMatchObject({ state: '– / –', fact: '–' });
    expect(found.links[3]).toMatchObject({ fact: 'for 10 min' });
    expect(found.problems).toEqual([]);
  });

  it('queries the gateway by its own route, unless that leads through the host that is away', () => {
    const through = (gateway: Snapshot['gateway']) => diagnose(snapshot({ connection: blocked, gateway })).links.at(-1);
    expect(through(gatewayWith({}))).toMatchObject({ severity: 'ok' });
    const live = gatewayWith({});
    if (live.profile === null) throw new Error('a profile is given');
    expect(through({ ...live, profile: { ...live.profile, via: { kind: 'ssh', hostId: 'ada2' } } })).toMatchObject({
      severity: 'unknown',
      fact: 'host offline',
    });
  });

  it('counts a service that is no link on its own, and puts the present before the past', () => {
    const ollama = unit('ollama.service', 'failed');
    const restarted = unit(SHIM, 'active', { restarts: 3 });
    const found = diagnose(
      snapshot({
        services: servicesOf(unit(INVOKEAI), restarted, unit(NGINX), ollama),
        gpu: { ...liveGpu, xids: [{ ...xid, at: NOW - 3 * 24 * 60 * MINUTE }] },
        gpuFigures: { usedMiB: 45_900, totalMiB: 46_068, temperatureC: 62 },
      }),
    );
    expect(found.problems.map(({ id, severity, isPast }) => [id, severity, isPast])).toEqual([
      ['unit:ollama.service', 'critical', false],
      ['vram-full', 'warning', false],
      ['xid', 'warning', true],
      ['restarts:images-shim.service', 'info', true],
    ]);
    expect(found.summary).toEqual({ severity: 'critical', text: '2 problems' });
  });

  it('keeps a dismissed problem away until it occurs anew', () => {
    const with79 = (at: number, dismissed: Snapshot['dismissed'] = {}) =>
      diagnose(snapshot({ gpu: { ...liveGpu, xids: [{ ...xid, at }] }, dismissed }));
    const first = with79(NOW - 60 * MINUTE).problems[0];
    if (first === undefined) throw new Error('an Xid is a problem');
    const dismissed = { [first.id]: first.occurrence };
    expect(with79(NOW - 60 * MINUTE, dismissed)).toMatchObject({ problems: [], dismissed: [{ id: 'xid' }] });
    expect(with79(NOW - MINUTE, dismissed).problems.map(({ id }) => id)).toEqual(['xid']);
  });

  it('keeps a dismissed refusal of images away until the backend fails again, also when its beginning is unknown', () => {
    const rejecting = (since: number | null, dismissed: Snapshot['dismissed'] = {}) =>
      diagnose(snapshot({ gateway: gatewayWith({ isReady: false, since }), dismissed }));
    for (const since of [null, NOW - MINUTE]) {
      const [first] = rejecting(since).problems;
      if (first === undefined) throw new Error('a refusal of images is a problem');
      expect(first).toMatchObject({ id: 'gateway', canDismiss: true, since });
      const dismissed = { [first.id]: first.occurrence };
      expect(rejecting(since, dismissed)).toMatchObject({ problems: [], dismissed: [{ id: 'gateway' }] });
      expect(rejecting(NOW - 1_000, dismissed).problems.map(({ id }) => id)).toEqual(['gateway']);
    }
  });

  it('does not let the connection be dismissed, and says so when something else is', () => {
    const [connection] = diagnose(snapshot({ connection: blocked })).problems;
    expect(connection?.canDismiss).toBe(false);
    const given = { gpuFigures: { usedMiB: 45_900, totalMiB: 46_068, temperatureC: 62 } };
    expect(diagnose(snapshot({ ...given, dismissed: { 'vram-full': 'pids 7' } })).summary).toEqual({
      severity: 'info',
      text: '1 problem dismissed',
    });
  });

  it('shows an action under way in place of the trouble it ends', () => {
    const startedAt = NOW - 2_000;
    const services = servicesOf(unit(INVOKEAI, 'inactive'), unit(SHIM, 'inactive'), unit(NGINX));
    const action = {
      kind: 'running',
      actionId: 'a',
      unit: INVOKEAI,
      verb: 'start',
      startedAt,
      activeState: 'activating',
      subState: 'start',
    } as const;
    const found = diagnose(snapshot({ services, actions: [action], models: silentInvokeAi, probes: probesWith(probe('nginx')) }));
    expect(found.links[3]).toMatchObject({ severity: 'pending', state: 'Starting' });
  });

  it('names the log lines of a start that failed', () => {
    const services = servicesOf(unit(INVOKEAI, 'failed'), unit(SHIM), unit(NGINX));
    const action = {
      kind: 'failed',
      actionId: 'a',
      unit: INVOKEAI,
      verb: 'start',
      startedAt: NOW,
      elapsedMs: 4_000,
      error: someError('service-failed'),
      lastLines: ['no such file'],
    } satisfies ActionProgress;
    const [problem] = diagnose(snapshot({ services, actions: [action], models: silentInvokeAi })).problems;
    expect(problem?.error).toMatchObject({
      message: 'invokeai failed.',
      hint: 'Exited with status 1.',
      detail: expect.stringContaining('no such file'),
    });
  });

  it('reads the times of systemd by the clock of the host', () => {
    const facts = { takenAt: NOW, uptimeS: 3 * 86_400, clockOffsetMs: 3 * MINUTE };
    const started = unit(SHIM, 'active', { activeEnteredAt: NOW + 2 * MINUTE });
    const found = diagnose(snapshot({ facts, services: servicesOf(unit(INVOKEAI), started, unit(NGINX)) }));
    expect(found.links[4]).toMatchObject({ fact: 'for 1 min' });
    expect(found.links[1]).toMatchObject({ fact: 'up 3 days' });
  });

  it('counts every cause once, whatever comes together', () => {
    const connections = [{ kind: 'online', since: NOW, roundTripMs: null }, blocked, { kind: 'offline' }] as const;
    const states = ['active', 'inactive', 'failed', 'activating'] as const;
    const outcomes = ['responding', 'not-ready', 'refused'] as const;
    const gateways = [INITIAL_GATEWAY, gatewayWith({}), gatewayWith({ isReady: false }), gatewayWith({ isHealthy: false })];
    const models = [silentInvokeAi, modelsIn({ kind: 'live', version: '6.12.0' }), INITIAL_MODELS];
    const fault = { kind: 'fault', fault: 'gpu-lost', since: NOW, nextTryAt: null, error: cause } as const;
    const gpus = [liveGpu, { ...liveGpu, state: fault, xids: [xid] }];
    let seen = 0;
    const wrong: string[] = [];
    for (const connection of connections)
      for (const invokeai of states)
        for (const shim of states)
          for (const nginx of states)
            for (const outcome of outcomes)
              for (const gateway of gateways)
                for (const model of models)
                  for (const gpu of gpus) {
                    seen += 1;
                    const found = diagnose(
                      snapshot({
                        connection,
                        gpu,
                        services: servicesOf(unit(INVOKEAI, invokeai), unit(SHIM, shim), unit(NGINX, nginx)),
                        models: model,
                        probes: probesWith(probe('shim', outcome), probe('nginx', outcome)),
                        gateway,
                      }),
                    );
                    const ids = found.problems.map(({ id }) => id);
                    if (new Set(ids).size !== ids.length) wrong.push(`twice: ${ids.join()}`);
                    if (found.problems.some(({ isPast }, at) => isPast && found.problems[at + 1]?.isPast === false))
                      wrong.push(`past first: ${ids.join()}`);
                    for (const link of found.links) {
                      // Whatever is broken is a problem, or names the one that explains it.
                      const isBroken = link.severity === 'critical' || link.severity === 'warning';
                      const isRight = isBroken ? ids.includes(link.causedBy ?? link.id) : link.error === null && link.causedBy === null;
                      if (!isRight) wrong.push(`${link.id} ${link.state} ${link.fact}`);
                    }
                  }
    expect(wrong).toEqual([]);
    expect(seen).toBe(3 * 64 * 3 * 4 * 3 * 2);
  });
});

describe('a slow connection', () => {
  const at = (roundTripMs: number | null) => diagnose(snapshot({ connection: { kind: 'online', since: NOW, roundTripMs } }));

  it('is drawn as a warning from 400 ms on, and breaks nothing', () => {
    expect(at(399).links[1]).toMatchObject({ severity: 'ok', state: 'SSH 399 ms' });
    expect(at(null).links[1]).toMatchObject({ severity: 'ok', state: 'SSH' });
    const slow = at(2600);
    expect(slow.links[1]).toMatchObject({ severity: 'warning', state: 'SSH 2.6 s', fact: 'slow connection' });
    expect(slow.broken).toBeNull();
    expect(slow.problems).toEqual([]);
    expect(slow.summary).toEqual({ severity: 'warning', text: 'Slow connection' });
  });

  it('comes after what is wrong on the host', () => {
    const found = diagnose(snapshot({ models: silentInvokeAi, connection: { kind: 'online', since: NOW, roundTripMs: 2600 } }));
    expect(found.broken).toBe('generator');
    expect(found.summary.text).toMatch(/problem/);
  });
});

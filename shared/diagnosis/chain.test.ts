import { describe, expect, it } from 'vitest';
import { INITIAL_COMFYUI, INITIAL_GATEWAY, INITIAL_MODELS } from '../initial-states.ts';
import { diagnose } from './diagnose.ts';
import {
  COMFYUI,
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
import { describeAction } from './text.ts';
import type { LinkId, Snapshot } from './types.ts';

interface Case {
  readonly name: string;
  readonly given: Partial<Snapshot>;
  /** Of each link that is not ok: severity, state, fact. */
  readonly links: Partial<Record<LinkId, readonly [severity: string, state: string, fact: unknown]>>;
  readonly broken: LinkId | null;
  /** The message of each problem, in order. */
  readonly problems: readonly string[];
  /** Of the first problem. */
  readonly consequences?: readonly string[];
  readonly remedy?: string;
  readonly summary: string;
}

const rejecting = gatewayWith({ isReady: false });
const REJECTED = ['critical', 'Rejecting images', 'gpu_heavy is not ready'] as const;
const lostAt = NOW - MINUTE;
const cause = someError('host-key-changed', { layer: 'ssh', message: 'Another key.', retryable: false });
const blocked = { kind: 'blocked', cause } as const;
const reconnecting = {
  kind: 'reconnecting',
  attempt: 2,
  nextTryAt: NOW + 5_000,
  cause: { ...cause, message: 'Connection lost.' },
} as const;
const OFFLINE = ['unknown', 'Unknown', 'host offline'] as const;
const allUnknown = { gpu: OFFLINE, generator: OFFLINE, shim: OFFLINE, nginx: OFFLINE };
const xid = { at: lostAt - 5_000, busId: '0000:21:00', xid: 79, text: 'Xid 79', meaning: 'GPU has fallen off the bus.', action: 'Reboot.' };
const comfyUiLive = { ...INITIAL_COMFYUI, phase: { kind: 'live' as const, version: '0.3.60' }, takenAt: NOW - 2_000 };

const CASES: readonly Case[] = [
  { name: 'everything responds', given: {}, links: {}, broken: null, problems: [], summary: 'All systems OK' },
  {
    name: 'InvokeAI is silent behind a running unit',
    given: {
      models: silentInvokeAi,
      probes: probesWith(probe('shim', 'not-ready', { reasons: ['InvokeAI does not answer.'] }), probe('nginx')),
      gateway: rejecting,
    },
    links: {
      generator: ['critical', 'Not responding', 'on 9090 for 2 min'],
      shim: ['critical', 'Not ready', 'on 9091'],
      gateway: REJECTED,
    },
    broken: 'generator',
    problems: ['InvokeAI is running but not responding on 9090 for 2 min.'],
    consequences: ['Images shim is not ready', 'Gateway is rejecting image requests: backend gpu_heavy is not ready'],
    remedy: 'Restart invokeai',
    summary: '1 problem',
  },
  {
    name: 'the shim is silent behind a running unit',
    given: { probes: probesWith(probe('shim', 'refused'), probe('nginx')), gateway: rejecting },
    links: { shim: ['critical', 'Not responding', 'on 9091 for 1 min'], gateway: REJECTED },
    broken: 'shim',
    problems: ['Images shim is running but not responding on 9091 for 1 min.'],
    consequences: ['Gateway is rejecting image requests: backend gpu_heavy is not ready'],
    remedy: 'Restart the shim',
    summary: '1 problem',
  },
  {
    name: 'the shim hangs',
    given: { probes: probesWith(probe('shim', 'timeout', { since: NOW - 5 * MINUTE - 3_000 }), probe('nginx')) },
    links: { shim: ['critical', 'Not responding', 'on 9091 for 5 min'] },
    broken: 'shim',
    problems: ['Images shim is running but not responding on 9091 for 5 min.'],
    summary: '1 problem',
  },
  {
    name: 'the shim is not ready although InvokeAI responds',
    given: { probes: probesWith(probe('shim', 'not-ready', { reasons: ['no model is installed'] }), probe('nginx')), gateway: rejecting },
    links: { shim: ['critical', 'Not ready', 'on 9091'], gateway: REJECTED },
    broken: 'shim',
    problems: ['Images shim is not ready: no model is installed.'],
    consequences: ['Gateway is rejecting image requests: backend gpu_heavy is not ready'],
    summary: '1 problem',
  },
  {
    name: 'a stop of InvokeAI took the shim along',
    given: {
      services: servicesOf(unit(INVOKEAI, 'inactive'), unit(SHIM, 'inactive'), unit(NGINX)),
      models: silentInvokeAi,
      probes: probesWith(probe('shim', 'refused'), probe('nginx')),
      gateway: rejecting,
    },
    links: {
      generator: ['critical', 'Stopped', 'for 10 min'],
      shim: ['critical', 'Stopped', 'for 10 min'],
      gateway: REJECTED,
    },
    broken: 'generator',
    problems: ['invokeai is stopped.'],
    consequences: ['Images shim is stopped', 'Gateway is rejecting image requests: backend gpu_heavy is not ready'],
    remedy: 'Start invokeai and the shim',
    summary: '1 problem',
  },
  {
    name: 'the shim alone is stopped, between two that run',
    given: {
      services: servicesOf(unit(INVOKEAI), unit(SHIM, 'inactive'), unit(NGINX)),
      probes: probesWith(probe('shim', 'refused'), probe('nginx')),
      gateway: INITIAL_GATEWAY,
    },
    links: { shim: ['critical', 'Stopped', 'for 10 min'], gateway: ['off', 'Not set up', ''] },
    broken: 'shim',
    problems: ['images-shim is stopped.'],
    remedy: 'Start the shim',
    summary: '1 problem',
  },
  {
    name: 'nginx is stopped',
    given: {
      services: servicesOf(unit(INVOKEAI), unit(SHIM), unit(NGINX, 'inactive')),
      probes: probesWith(probe('shim'), probe('nginx', 'refused')),
      gateway: gatewayWith({ isHealthy: false, isReady: false, error: 'ConnectError: All connection attempts failed' }),
    },
    links: { nginx: ['critical', 'Stopped', 'for 10 min'], gateway: ['critical', 'Rejecting images', 'gpu_heavy is unreachable'] },
    broken: 'nginx',
    problems: ['nginx is stopped.'],
    consequences: ['Gateway is rejecting image requests: backend gpu_heavy is unreachable'],
    remedy: 'Start nginx',
    summary: '1 problem',
  },
  {
    name: 'nginx is silent behind a running unit',
    given: { probes: probesWith(probe('shim'), probe('nginx', 'refused')) },
    links: { nginx: ['critical', 'Not responding', 'on 7860 for 1 min'] },
    broken: 'nginx',
    problems: ['nginx is running but not responding on 7860 for 1 min.'],
    remedy: 'Restart nginx',
    summary: '1 problem',
  },
  {
    name: 'the gateway refuses images while every unit runs and responds',
    given: { gateway: gatewayWith({ isReady: false, checkedAt: NOW - 10_000 }) },
    links: { gateway: ['critical', 'Rejecting images', 'gpu_heavy is not ready'] },
    broken: 'gateway',
    problems: ['Gateway is rejecting image requests: backend gpu_heavy is not ready.'],
    consequences: [],
    remedy: 'Show gateway',
    summary: '1 problem',
  },
  {
    name: 'the gateway has not looked since the chain is whole again',
    given: {
      services: servicesOf(unit(INVOKEAI), unit(SHIM, 'active', { activeEnteredAt: NOW - 5_000 }), unit(NGINX)),
      gateway: gatewayWith({ isReady: false, checkedAt: NOW - 10_000 }),
    },
    links: { gateway: ['pending', 'Checking', 'checks again within 30 s'] },
    broken: null,
    problems: [],
    summary: 'All systems OK',
  },
  {
    name: 'the gateway does not respond',
    given: { gateway: { ...rejecting, phase: { kind: 'failing', error: someError('gateway-slow'), since: NOW - MINUTE, retryAt: null } } },
    links: { gateway: ['critical', 'Not responding', expect.stringContaining('as of')] },
    broken: 'gateway',
    problems: ['gateway-slow.'],
    remedy: 'Refresh gateway',
    summary: '1 problem',
  },
  {
    name: 'the operator disconnected',
    given: { connection: { kind: 'offline' } },
    links: { ...allUnknown, host: ['off', 'Not connected', ''] },
    broken: null,
    problems: ['Not connected to ada2.'],
    remedy: 'Connect',
    summary: 'Not connected',
  },
  {
    name: 'the host is blocked, whatever was known of its services',
    given: { connection: blocked, services: servicesOf(unit(INVOKEAI, 'failed')) },
    links: { ...allUnknown, host: ['critical', 'Blocked', ''] },
    broken: 'host',
    problems: ['Another key.'],
    remedy: 'Reconnect',
    summary: 'Blocked',
  },
  {
    name: 'the connection is lost and the gateway misses the host',
    given: { connection: reconnecting, gateway: gatewayWith({ isHealthy: false, isReady: false }) },
    links: {
      ...allUnknown,
      host: ['warning', 'Reconnecting', 'in 5 s'],
      gateway: ['critical', 'Rejecting images', 'gpu_heavy is unreachable'],
    },
    broken: 'host',
    problems: ['Connection lost.'],
    consequences: ['Gateway is rejecting image requests: backend gpu_heavy is unreachable'],
    summary: 'Reconnecting, in 5 s',
  },
  {
    name: 'this computer has no network',
    given: { isComputerOnline: false, connection: reconnecting, gateway: INITIAL_GATEWAY },
    links: {
      ...allUnknown,
      computer: ['critical', 'Offline', 'no network'],
      host: ['warning', 'Reconnecting', 'in 5 s'],
      gateway: ['off', 'Not set up', ''],
    },
    broken: 'computer',
    problems: ['This computer has no network.'],
    consequences: ['ada2 is reconnecting'],
    summary: 'Reconnecting, in 5 s',
  },
  {
    name: 'the GPU is lost, which the kernel reported just before',
    given: {
      gpu: {
        ...liveGpu,
        xids: [xid],
        state: {
          kind: 'fault',
          fault: 'gpu-lost',
          since: lostAt,
          nextTryAt: null,
          error: someError('gpu-lost', { message: 'The GPU is lost.' }),
        },
      },
      probes: probesWith(probe('shim', 'not-ready', { reasons: ['no GPU'] }), probe('nginx')),
      gateway: rejecting,
    },
    links: {
      gpu: ['critical', 'GPU lost', expect.stringContaining('since')],
      shim: ['critical', 'Not ready', 'on 9091'],
      gateway: REJECTED,
    },
    broken: 'gpu',
    problems: ['The GPU is lost.'],
    consequences: ['Images shim is not ready', 'Gateway is rejecting image requests: backend gpu_heavy is not ready'],
    remedy: 'Retry',
    summary: '1 problem',
  },
  {
    name: 'nothing is pinned and nothing is installed',
    given: { services: servicesOf(), models: modelsIn({ kind: 'waiting' }), probes: probesWith(), gateway: INITIAL_GATEWAY },
    links: {
      generator: ['off', 'Not set up', 'no such service'],
      shim: ['off', 'Not set up', 'no such service'],
      nginx: ['off', 'Not set up', 'no such service'],
      gateway: ['off', 'Not set up', ''],
    },
    broken: null,
    problems: [],
    summary: 'InvokeAI: not set up',
  },
  {
    name: 'everything is stopped on purpose',
    given: {
      services: servicesOf(unit(INVOKEAI, 'inactive'), unit(SHIM, 'inactive'), unit(NGINX, 'inactive')),
      models: silentInvokeAi,
      gateway: INITIAL_GATEWAY,
      probes: probesWith(probe('shim', 'refused'), probe('nginx', 'refused')),
    },
    links: {
      generator: ['off', 'Stopped', 'for 10 min'],
      shim: ['off', 'Stopped', 'for 10 min'],
      nginx: ['off', 'Stopped', 'for 10 min'],
      gateway: ['off', 'Not set up', ''],
    },
    broken: null,
    problems: [],
    summary: 'InvokeAI: stopped',
  },
  {
    name: 'ComfyUI generates in place of InvokeAI',
    given: {
      services: servicesOf(unit(INVOKEAI, 'inactive'), unit(SHIM, 'inactive'), unit(NGINX), unit(COMFYUI)),
      models: silentInvokeAi,
      comfyui: comfyUiLive,
      probes: probesWith(probe('shim', 'refused'), probe('nginx')),
      gateway: INITIAL_GATEWAY,
    },
    links: { shim: ['off', 'Stopped', 'not used by ComfyUI'], gateway: ['off', 'Not set up', ''] },
    broken: null,
    problems: [],
    summary: 'All systems OK',
  },
  {
    name: 'ComfyUI generates and is silent',
    given: {
      services: servicesOf(unit(COMFYUI)),
      comfyui: { ...comfyUiLive, phase: { kind: 'failing', error: someError('comfyui-slow'), since: NOW - 3 * MINUTE } },
      models: modelsIn({ kind: 'waiting' }),
      probes: probesWith(),
      gateway: INITIAL_GATEWAY,
    },
    links: {
      generator: ['critical', 'Not responding', 'on 8188 for 3 min'],
      shim: ['off', 'Not set up', 'no such service'],
      nginx: ['off', 'Not set up', 'no such service'],
      gateway: ['off', 'Not set up', ''],
    },
    broken: 'generator',
    problems: ['ComfyUI is running but not responding on 8188 for 3 min.'],
    remedy: 'Restart comfyui',
    summary: '1 problem',
  },
  {
    name: 'InvokeAI failed to start and the shim waits for it',
    given: {
      services: servicesOf(unit(INVOKEAI, 'failed'), unit(SHIM, 'inactive', { result: 'dependency' }), unit(NGINX)),
      models: silentInvokeAi,
      gateway: INITIAL_GATEWAY,
    },
    links: {
      generator: ['critical', 'Failed', 'for 10 min'],
      shim: ['ok', 'Responding', 'outside its systemd service'],
      gateway: ['off', 'Not set up', ''],
    },
    broken: 'generator',
    problems: ['invokeai failed.'],
    remedy: 'Start invokeai and the shim',
    summary: '1 problem',
  },
  {
    name: 'replies are old',
    given: {
      models: { ...modelsIn({ kind: 'live', version: '6.12.0' }), takenAt: NOW - 5 * MINUTE },
      probes: probesWith(probe('shim', 'responding', { at: NOW - 5 * MINUTE }), probe('nginx', 'refused', { at: NOW - 5 * MINUTE })),
    },
    links: {
      generator: ['stale', 'Running', expect.stringContaining('last checked')],
      shim: ['stale', 'Running', expect.stringContaining('last checked')],
      nginx: ['stale', 'Running', expect.stringContaining('last checked')],
    },
    broken: null,
    problems: [],
    summary: 'InvokeAI: unknown',
  },
  {
    name: 'no reply has come yet',
    given: { models: { ...INITIAL_MODELS, phase: { kind: 'waiting' } }, probes: probesWith() },
    links: {
      generator: ['pending', 'Running', 'checking 9090'],
      shim: ['pending', 'Running', 'checking 9091'],
      nginx: ['pending', 'Running', 'checking 7860'],
    },
    broken: null,
    problems: [],
    summary: 'Checking',
  },
  {
    name: 'InvokeAI has just started and does not listen yet',
    given: {
      services: servicesOf(unit(INVOKEAI, 'active', { activeEnteredAt: NOW - 20_000 }), unit(SHIM), unit(NGINX)),
      models: silentInvokeAi,
    },
    links: { generator: ['pending', 'Starting', 'not responding on 9090 yet'] },
    broken: null,
    problems: [],
    summary: 'InvokeAI: starting',
  },
  {
    name: 'another program listens in place of InvokeAI, and a login is asked for elsewhere',
    given: { models: modelsIn({ kind: 'failing', error: someError('invokeai-not-there'), since: NOW }) },
    links: { generator: ['critical', 'Wrong program', 'on 9090'] },
    broken: 'generator',
    problems: ['Another program than InvokeAI responds on 9090.'],
    summary: '1 problem',
  },
  {
    name: 'SSH does not forward to the ports',
    given: {
      models: modelsIn({ kind: 'failing', error: someError('tunnel-not-allowed', { layer: 'ssh' }), since: NOW }),
      probes: probesWith(probe('shim', 'not-checked'), probe('nginx', 'not-checked')),
    },
    links: {
      generator: ['unknown', 'Running', '9090 not checked'],
      shim: ['unknown', 'Running', '9091 not checked'],
      nginx: ['unknown', 'Running', '7860 not checked'],
    },
    broken: null,
    problems: [],
    summary: 'InvokeAI: unknown',
  },
  {
    name: 'InvokeAI wants a login: it responds',
    given: { models: modelsIn({ kind: 'failing', error: someError('invokeai-login-needed'), since: NOW }) },
    links: {},
    broken: null,
    problems: [],
    summary: 'All systems OK',
  },
  {
    name: 'the host has no systemd and InvokeAI responds',
    given: {
      services: { ...servicesOf(), takenAt: null, error: someError('systemd-absent', { message: 'This host does not run systemd.' }) },
      probes: probesWith(),
      gateway: INITIAL_GATEWAY,
    },
    links: {
      shim: ['unknown', 'No systemd', ''],
      nginx: ['unknown', 'No systemd', ''],
      gateway: ['off', 'Not set up', ''],
    },
    broken: null,
    problems: ['This host does not run systemd.'],
    summary: '1 problem',
  },
  {
    name: 'systemd does not respond any more',
    given: {
      services: { ...servicesOf(unit(INVOKEAI), unit(SHIM, 'inactive'), unit(NGINX)), error: someError('systemd-unreachable') },
      probes: probesWith(probe('nginx')),
      gateway: INITIAL_GATEWAY,
    },
    links: { shim: ['stale', 'Stopped', expect.stringContaining('as of')], gateway: ['off', 'Not set up', ''] },
    broken: null,
    problems: ['systemd-unreachable.'],
    summary: '1 problem',
  },
];

describe('the diagnosis of a chain', () => {
  it.each(CASES)('$name', ({ given, links, broken, problems, consequences, remedy, summary }) => {
    const found = diagnose(snapshot(given));
    const notOk = found.links.filter(({ id, severity }) => severity !== 'ok' || id in links);
    expect(Object.fromEntries(notOk.map(({ id, severity, state, fact }) => [id, [severity, state, fact]]))).toEqual(links);
    expect(found.broken).toBe(broken);
    expect(found.problems.map(({ error }) => error.message)).toEqual(problems);
    const [first] = found.problems;
    if (consequences !== undefined) expect(first?.consequences).toEqual(consequences);
    if (remedy !== undefined) expect(first?.actions[0] && describeAction(first.actions[0])).toBe(remedy);
    expect(found.summary.text).toBe(summary);
  });
});

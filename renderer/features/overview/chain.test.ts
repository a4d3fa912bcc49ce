import { describe, expect, it } from 'vitest';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import type { GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import type { ConnectionState } from '../../../shared/capabilities/hosts/contract.ts';
import type { ServicesState, ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { troublesOf } from '../../../shared/diagnosis/troubles.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { type ChainInput, chainOf, firstBroken, shortGpuName } from './chain.ts';

const NOW = 1_800_000_000_000;
const cause: PanelError = { code: 'host-key-changed', layer: 'ssh', message: 'Another key.', hint: 'Compare.', retryable: false };

function hostIn(connection: ConnectionState): Pick<ChainInput, 'host' | 'connection' | 'facts'> {
  return {
    host: { id: 'ada2', kind: 'ssh', label: 'ada2', hostName: 'ada2', port: 22, user: 'ops', identityFiles: [], useAgent: true },
    connection,
    facts: null,
  };
}

function unit(name: string, verdict: ServiceUnit['verdict'], activeState = 'active'): ServiceUnit {
  return {
    name,
    description: name,
    loadState: 'loaded',
    activeState,
    subState: 'running',
    result: 'success',
    unitFileState: 'enabled',
    type: 'simple',
    mainPid: 1,
    execMainCode: null,
    execMainStatus: null,
    restarts: 0,
    memoryCurrentBytes: null,
    cpuUsageNs: null,
    cpuPercent: null,
    tasksCurrent: null,
    activeEnteredAt: NOW - 60_000,
    stateChangedAt: NOW - 60_000,
    invocationId: null,
    fragmentPath: null,
    needsDaemonReload: false,
    job: null,
    requiredBy: [],
    verdict,
    pinned: true,
    takenAt: NOW,
  };
}

const good = { tone: 'good', word: 'running', why: null } as const;
const services: ServicesState = {
  hostId: 'ada2',
  units: [unit('invokeai.service', good), unit('images-shim.service', good), unit('nginx.service', good)],
  takenAt: NOW,
  error: null,
  sudoWithoutPassword: null,
};
const uuid = 'GPU-1';
const gpu: GpuStatus = {
  hostId: 'ada2',
  state: { kind: 'live', since: NOW },
  gpus: [
    {
      uuid,
      index: 0,
      name: 'NVIDIA RTX 6000 Ada Generation',
      driverVersion: null,
      busId: null,
      memoryTotalMiB: 46068,
      powerLimitW: null,
      eccMode: null,
      persistenceMode: null,
      migMode: null,
    },
  ],
  health: [],
  processes: [
    {
      gpuUuid: uuid,
      pid: 7,
      processName: 'python',
      memoryUsedMiB: 19_354,
      user: null,
      command: null,
      unit: 'invokeai.service',
      startedAt: null,
    },
  ],
  processesAt: NOW,
  xids: [],
  kernelLog: 'read',
  warnings: [],
  badLines: 0,
  unknown: {},
  latest: [],
};
const noGateway: GatewayState = {
  hostId: 'ada2',
  profile: null,
  trust: { kind: 'system' },
  hasToken: false,
  phase: { kind: 'not-set-up' },
  reading: null,
};
const liveGateway: GatewayState = {
  ...noGateway,
  profile: { address: 'https://ai2:8800', via: { kind: 'direct' }, observabilityPort: 8801, imagesClass: 'gpu_heavy' },
  hasToken: true,
  phase: { kind: 'live' },
  reading: {
    admission: [{ backendClass: 'gpu_heavy', routeKind: 'images', limit: 2, available: 1, inflight: 1 }],
    health: [{ name: 'gpu_heavy', isHealthy: true, isReady: false, checkedAt: NOW, error: null }],
    takenAt: NOW,
    elapsedMs: 14,
    clockOffsetMs: 0,
  },
};
const row = new Float64Array(15).fill(Number.NaN);
row.set([NOW, 19_866, 26_000, 200, 46_068, 97, 40, 62]);

const online: ConnectionState = { kind: 'online', since: NOW, roundTripMs: 12 };
const input = (over: Partial<ChainInput> = {}): ChainInput => ({
  ...hostIn(online),
  gpu,
  services,
  gateway: noGateway,
  rowOf: () => row,
  isLaptopOnline: true,
  nowMs: NOW,
  ...over,
});
const tones = (over?: Partial<ChainInput>) => chainOf(input(over)).map((link) => link.tone);

describe('chainOf', () => {
  it('says how each link is, from the laptop outwards', () => {
    expect(chainOf(input()).map(({ label, said, detail }) => [label, said, detail])).toEqual([
      ['laptop', 'this machine', 'has a network'],
      ['ada2', 'SSH 12 ms', ''],
      ['RTX 6000 Ada', '19.4 / 45.0 GiB', '62 °C'],
      ['InvokeAI', 'running', 'holds 18.9 GiB'],
      ['images shim', 'running', 'for 1 min'],
      ['nginx', 'running', 'for 1 min'],
      ['gateway', 'not set up', ''],
    ]);
    expect(firstBroken(chainOf(input()))).toBe(-1);
  });

  it('draws what lies behind a broken connection as unknown, not as broken', () => {
    const links = chainOf(input({ ...hostIn({ kind: 'blocked', cause }) }));
    expect(links.map((link) => link.tone)).toEqual(['good', 'bad', 'unknown', 'unknown', 'unknown', 'unknown', 'off']);
    expect(new Set(links.slice(2, 6).map((link) => link.said))).toEqual(new Set(['cannot be known from here']));
    expect(firstBroken(links)).toBe(1);
  });

  it('keeps apart a dead GPU and the services beside it', () => {
    const state: GpuStatus['state'] = { kind: 'fault', fault: 'driver-not-running', since: NOW, nextTryAt: null, error: cause };
    expect(tones({ gpu: { ...gpu, state } })).toEqual(['good', 'good', 'bad', 'good', 'good', 'good', 'off']);
  });

  it('shows the generator that runs, and what is not there as not set up', () => {
    const off = { tone: 'off', word: 'stopped', why: null } as const;
    const links = chainOf(
      input({
        services: { ...services, units: [unit('invokeai.service', off, 'inactive'), unit('comfyui.service', good)] },
      }),
    );
    expect(links.map((link) => link.label)).toContain('ComfyUI');
    expect(links.find((link) => link.id === 'nginx')).toMatchObject({ tone: 'off', said: 'not set up' });
  });

  it('asks the gateway on its own way, unless that leads through the broken connection', () => {
    const away = hostIn({ kind: 'blocked', cause });
    const gatewayOf = (over: Partial<ChainInput>) => chainOf(input(over)).at(-1);
    expect(gatewayOf({ gateway: liveGateway })).toMatchObject({ tone: 'good', said: '1 of 2 slots', detail: 'answers in 14 ms' });
    expect(gatewayOf({ gateway: liveGateway, ...away })).toMatchObject({ tone: 'good' });
    const profile = {
      address: 'https://127.0.0.1:8800',
      via: { kind: 'ssh' as const, hostId: 'ada2' },
      observabilityPort: 8801,
      imagesClass: 'gpu_heavy',
    };
    expect(gatewayOf({ gateway: { ...liveGateway, profile }, ...away })).toMatchObject({ tone: 'unknown' });
    const phase = { kind: 'failing' as const, error: cause, since: NOW, retryAt: null };
    expect(gatewayOf({ gateway: { ...liveGateway, phase } })).toMatchObject({ tone: 'bad', said: 'needs you' });
  });

  it('says that there is no systemd, and which program answers all the same', () => {
    const absent: ServicesState = {
      ...services,
      units: [],
      takenAt: null,
      error: { ...cause, code: 'systemd-absent', layer: 'systemd', message: 'The host does not run systemd.' },
    };
    const links = chainOf(input({ services: absent }));
    expect(links.slice(3, 6).map(({ tone, said }) => [tone, said])).toEqual(Array(3).fill(['unknown', 'no systemd']));
    expect(chainOf(input({ services: absent, answering: ['InvokeAI'] }))[3]).toMatchObject({ tone: 'good', said: 'responding' });
    const silent = { ...absent, error: { ...cause, code: 'systemd-unreachable' } };
    expect(chainOf(input({ services: silent }))[3]).toMatchObject({ tone: 'unknown', said: 'unknown', detail: 'systemd not responding' });
    // Started by hand or in a container: there is no unit, and it is there.
    const byHand = { ...services, units: [unit('nginx.service', good)] };
    expect(chainOf(input({ services: byHand, answering: ['ComfyUI'] }))[3]).toMatchObject({ label: 'ComfyUI', tone: 'good' });
    expect(chainOf(input({ services: byHand }))[3]).toMatchObject({ tone: 'off', said: 'not set up' });
  });

  it('does not invent a number for what is unknown', () => {
    const links = chainOf(input({ rowOf: () => null }));
    expect(links[2]).toMatchObject({ said: '– / –', detail: '–' });
    expect(tones({ services: { ...services, units: [], takenAt: null } })[3]).toBe('busy');
  });
});

describe('shortGpuName', () => {
  it('keeps the model', () => {
    expect(shortGpuName('NVIDIA RTX 6000 Ada Generation')).toBe('RTX 6000 Ada');
    expect(shortGpuName('NVIDIA GeForce RTX 4090')).toBe('RTX 4090');
    expect(shortGpuName('Tesla T4')).toBe('Tesla T4');
  });
});

describe('troublesOf', () => {
  const base = { ...hostIn(online), gpu, services, gateway: noGateway, usedMiB: 19_866, totalMiB: 46_068, nowMs: NOW };

  it('is silent when nothing is wrong', () => {
    expect(troublesOf(base)).toEqual([]);
    expect(troublesOf({ ...base, usedMiB: Number.NaN })).toEqual([]);
  });

  it('says what the gateway cannot do, and why pictures are held back', () => {
    expect(troublesOf({ ...base, gateway: liveGateway })).toMatchObject([{ key: 'gateway-not-ready', tone: 'warning' }]);
    const phase = { kind: 'failing' as const, error: cause, since: NOW, retryAt: null };
    expect(troublesOf({ ...base, gateway: { ...liveGateway, phase } })).toMatchObject([{ key: 'gateway', tone: 'bad' }]);
  });

  it('names the connection alone when that is what is broken', () => {
    const failed = { ...services, units: [unit('invokeai.service', { tone: 'bad', word: 'failed', why: 'exit 1' })] };
    const found = troublesOf({ ...base, services: failed, ...hostIn({ kind: 'blocked', cause }) });
    expect(found.map((trouble) => trouble.key)).toEqual(['connection']);
  });

  it('puts what is broken before what is merely odd', () => {
    const xids = [{ at: NOW - 1000, busId: '0', xid: 79, text: 'x', meaning: 'fell off the bus', action: 'Reboot.' }];
    const failed = { ...services, units: [unit('invokeai.service', { tone: 'bad', word: 'failed', why: 'exit 1' })] };
    const found = troublesOf({ ...base, gpu: { ...gpu, xids }, services: failed, usedMiB: 45_900 });
    expect(found.map((trouble) => trouble.tone)).toEqual(['bad', 'warning', 'warning']);
    expect(found[0]?.error.hint).toBe('exit 1');
  });
});

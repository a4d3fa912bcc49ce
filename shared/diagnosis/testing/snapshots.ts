import type { GatewayState, HealthRow } from '../../capabilities/gateway/contract.ts';
import type { HostProfile } from '../../capabilities/hosts/contract.ts';
import type { ModelsPhase } from '../../capabilities/models/contract.ts';
import type { Probe } from '../../capabilities/probes/contract.ts';
import type { ServicesState, ServiceUnit } from '../../capabilities/services/contract.ts';
import type { PanelError } from '../../errors.ts';
import { INITIAL_COMFYUI, INITIAL_GATEWAY, INITIAL_GPU_STATUS, INITIAL_MODELS, INITIAL_PROBES } from '../../initial-states.ts';
import type { Snapshot } from '../types.ts';

export const NOW = 1_800_000_000_000;
export const MINUTE = 60_000;
export const INVOKEAI = 'invokeai.service';
export const SHIM = 'images-shim.service';
export const NGINX = 'nginx.service';
export const COMFYUI = 'comfyui.service';

export const someError = (code: string, over: Partial<PanelError> = {}): PanelError => ({
  code,
  layer: 'backend',
  message: `${code}.`,
  hint: 'Do something.',
  retryable: true,
  ...over,
});

const host: HostProfile = {
  id: 'ada2',
  kind: 'ssh',
  label: 'ada2',
  hostName: 'ada2',
  port: 22,
  user: 'ops',
  identityFiles: [],
  useAgent: true,
};

const VERDICTS: Readonly<Record<string, ServiceUnit['verdict']>> = {
  active: { tone: 'good', word: 'running', why: null },
  inactive: { tone: 'off', word: 'stopped', why: null },
  failed: { tone: 'bad', word: 'failed', why: 'exited with status 1' },
  activating: { tone: 'busy', word: 'starting', why: null },
};

/** A unit that has been in its state for ten minutes. */
export function unit(name: string, activeState = 'active', over: Partial<ServiceUnit> = {}): ServiceUnit {
  return {
    name,
    description: name,
    loadState: 'loaded',
    activeState,
    subState: activeState === 'active' ? 'running' : 'dead',
    result: activeState === 'failed' ? 'exit-code' : 'success',
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
    activeEnteredAt: NOW - 10 * MINUTE,
    stateChangedAt: NOW - 10 * MINUTE,
    invocationId: `run-of-${name}`,
    fragmentPath: null,
    needsDaemonReload: false,
    job: null,
    requiredBy: name === INVOKEAI ? [SHIM] : [],
    verdict: VERDICTS[activeState] ?? { tone: 'unknown', word: activeState, why: null },
    pinned: true,
    takenAt: NOW,
    ...over,
  };
}

export const servicesOf = (...units: readonly ServiceUnit[]): ServicesState => ({
  hostId: 'ada2',
  units: [...units],
  takenAt: NOW,
  error: null,
  sudoWithoutPassword: null,
});

export function probe(id: Probe['id'], outcome: Probe['outcome'] = 'responding', over: Partial<Probe> = {}): Probe {
  return {
    id,
    port: id === 'shim' ? 9091 : 7860,
    outcome,
    at: NOW - 3_000,
    since: NOW - 2 * MINUTE,
    latencyMs: outcome === 'responding' || outcome === 'not-ready' ? 4 : null,
    reasons: [],
    error: null,
    ...over,
  };
}

export const modelsIn = (phase: ModelsPhase): Snapshot['models'] => ({ ...INITIAL_MODELS, hostId: 'ada2', phase, takenAt: NOW - 3_000 });
export const silentInvokeAi = modelsIn({ kind: 'failing', error: someError('tunnel-refused', { layer: 'host' }), since: NOW - 2 * MINUTE });

/** A gateway that responds, and its check of the backend for images. */
export function gatewayWith(images: Partial<HealthRow>): GatewayState {
  return {
    ...INITIAL_GATEWAY,
    hostId: 'ada2',
    profile: { address: 'https://ai2:8800', via: { kind: 'direct' }, observabilityPort: 8801, imagesClass: 'gpu_heavy' },
    hasToken: true,
    phase: { kind: 'live' },
    reading: {
      admission: [{ backendClass: 'gpu_heavy', routeKind: 'images', limit: 2, available: 1, inflight: 1 }],
      health: [{ name: 'gpu_heavy', isHealthy: true, isReady: true, checkedAt: NOW - 10_000, error: null, since: null, ...images }],
      takenAt: NOW - 1_000,
      elapsedMs: 14,
      clockOffsetMs: 0,
    },
  };
}

const uuid = 'GPU-1';
export const liveGpu: Snapshot['gpu'] = {
  ...INITIAL_GPU_STATUS,
  hostId: 'ada2',
  state: { kind: 'live', since: NOW - 10 * MINUTE },
  gpus: [
    {
      uuid,
      index: 0,
      name: 'NVIDIA RTX 6000 Ada Generation',
      driverVersion: null,
      busId: null,
      memoryTotalMiB: 46_068,
      powerLimitW: null,
      eccMode: null,
      persistenceMode: null,
      migMode: null,
    },
  ],
  processes: [
    { gpuUuid: uuid, pid: 7, processName: 'python', memoryUsedMiB: 19_354, user: null, command: null, unit: INVOKEAI, startedAt: null },
  ],
  processesAt: NOW,
  kernelLog: 'read',
};

/** A host without problems, except for the given parts. */
export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    nowMs: NOW,
    isComputerOnline: true,
    host,
    connection: { kind: 'online', since: NOW - 10 * MINUTE, roundTripMs: 12 },
    connectionChangedAt: NOW - MINUTE,
    facts: null,
    gpu: liveGpu,
    gpuFigures: { usedMiB: 19_866, totalMiB: 46_068, temperatureC: 62 },
    services: servicesOf(unit(INVOKEAI), unit(SHIM), unit(NGINX)),
    actions: [],
    probes: { ...INITIAL_PROBES, probes: [probe('shim'), probe('nginx')] },
    models: modelsIn({ kind: 'live', version: '6.12.0' }),
    comfyui: { ...INITIAL_COMFYUI, phase: { kind: 'absent' } },
    gateway: gatewayWith({}),
    dismissed: {},
    ...over,
  };
}

export const probesWith = (...probes: readonly Probe[]): Snapshot['probes'] => ({ ...INITIAL_PROBES, probes: [...probes] });

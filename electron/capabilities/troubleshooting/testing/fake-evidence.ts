import type { GatewayState } from '../../../../shared/capabilities/gateway/contract.ts';
import { HEALTH_FIELDS } from '../../../../shared/host-scripts/host-read.ts';
import type { FileState } from '../../../foundation/host-reader/answers.ts';
import { type GpuProgram, readGpus } from '../../checks/lists/gpu-facts.ts';
import { answersOf } from '../../checks/testing/fake-sources.ts';
import { type Evidence, known, type ProbeReply, type UnitReading, unknown } from '../evidence.ts';
import type { LogLine } from '../parse-log.ts';
import { UNIT_NAMES } from '../rule.ts';

export const NOW_MS = 1_795_000_000_000;
const MINUTE_MS = 60_000;

export const listener = (port: number, address: string, process: string | null, unitName: string | null = null) => ({
  address,
  port,
  process,
  uid: null,
  unit: unitName,
});

/** Log lines a second apart, the newest one minute before now. */
export const lines = (...texts: readonly string[]): readonly LogLine[] =>
  texts.map((text, index) => ({ at: NOW_MS - MINUTE_MS - (texts.length - 1 - index) * 1000, program: 'program', text }));
export const log = (...texts: readonly string[]) => known(lines(...texts));

export const unit = (service: keyof typeof UNIT_NAMES, more: Partial<UnitReading> = {}) =>
  known<UnitReading>({
    name: UNIT_NAMES[service],
    loadState: 'loaded',
    activeState: 'active',
    subState: 'running',
    result: 'success',
    exitStatus: 0,
    restarts: 0,
    changedAt: NOW_MS - 60 * MINUTE_MS,
    ...more,
  });

export function reply(status: number, body: unknown, isPage = false) {
  return known<ProbeReply>({ kind: 'reply', status, body: typeof body === 'string' ? body : JSON.stringify(body), isPage, elapsedMs: 3 });
}
export const failed = (code: string, message = `${code} of a test`) => known<ProbeReply>({ kind: 'failed', code, message });

export const GPU_UUID = 'GPU-5f1c2d3e-0000-4000-8000-00000000ada2';
const HEALTHY_GPU: Readonly<Partial<Record<(typeof HEALTH_FIELDS)[number], string>>> = {
  uuid: GPU_UUID,
  name: 'NVIDIA RTX 6000 Ada Generation',
  persistence_mode: 'Enabled',
  'temperature.gpu': '54',
  'memory.total': '49140',
  'memory.used': '9000',
  'power.draw': '120.00',
  'enforced.power.limit': '300.00',
  'pcie.link.width.current': '16',
  'pcie.link.width.max': '16',
  'ecc.errors.uncorrected.volatile.total': '0',
  'clocks_throttle_reasons.active': '0x0000000000000000',
  'remapped_rows.failure': 'No',
};

/** A GPU as nvidia-smi prints it. */
export function gpu(more: Readonly<Partial<Record<(typeof HEALTH_FIELDS)[number], string>>> = {}) {
  const cells = { ...HEALTHY_GPU, ...more };
  return known(readGpus(answersOf({ health: ['0', HEALTH_FIELDS.map((field) => cells[field] ?? '[N/A]').join(', ')] })));
}
export const noGpu = (exitCode: number, text: string) =>
  known(readGpus(answersOf({ health: [String(exitCode), text], pci: ['0000:41:00.0 0x10de 0x030000'] })));
export const program = (name: string, memoryUsedMiB: number, unitName: string | null): GpuProgram => ({
  gpuUuid: GPU_UUID,
  pid: 42,
  name,
  memoryUsedMiB,
  unit: unitName,
  line: `${GPU_UUID}, 42, ${name}, ${memoryUsedMiB}`,
});

export const file = (text: string, more: Partial<FileState> = {}) =>
  known<FileState>({
    kind: 'file',
    mode: '640',
    owner: 'gateway',
    group: 'gateway',
    bytes: text.length,
    changedS: NOW_MS / 1000 - 86_400,
    target: null,
    text,
    isReadable: true,
    ...more,
  });

const READING: NonNullable<GatewayState['reading']> = {
  admission: [{ backendClass: 'gpu_heavy', routeKind: 'images', limit: 2, available: 2, inflight: 0 }],
  health: [{ name: 'gpu_heavy', isHealthy: true, isReady: true, checkedAt: NOW_MS - 10_000, error: null, since: null }],
  takenAt: NOW_MS,
  elapsedMs: 8,
  clockOffsetMs: 0,
};

export function gateway(
  o: {
    readonly state?: Partial<GatewayState>;
    readonly health?: Partial<NonNullable<(typeof READING)['health']>[number]>;
    readonly slots?: Partial<NonNullable<(typeof READING)['admission']>[number]>;
  } = {},
) {
  const [row] = READING.health ?? [];
  const [slots] = READING.admission ?? [];
  return known<GatewayState>({
    hostId: 'ai2',
    profile: { address: 'https://127.0.0.1:8800', via: { kind: 'ssh', hostId: 'ai2' }, observabilityPort: 8801, imagesClass: 'gpu_heavy' },
    trust: { kind: 'system' },
    hasToken: true,
    phase: { kind: 'live' },
    reading: {
      ...READING,
      health: row === undefined ? [] : [{ ...row, ...o.health }],
      admission: slots === undefined ? [] : [{ ...slots, ...o.slots }],
    },
    ...o.state,
  });
}

export const readingOf = (more: Partial<typeof READING>): GatewayState['reading'] => ({ ...READING, ...more });

export const model = (id: string) => ({ id, owned_by: 'invokeai', metadata: { type: 'main', base: 'sdxl' } });
export const preset = (id: string, metadata: Record<string, unknown>) => ({
  id,
  owned_by: 'shim',
  metadata: { model: 'Juggernaut XL v9', available: true, steps: 30, cfg_scale: 6, ...metadata },
});
export const models = (...data: readonly unknown[]) => reply(200, { object: 'list', data, shim: { upstream_error: null } });
export const queue = (pending: number, inProgress: number, isStarted = true, isProcessing = inProgress > 0) =>
  reply(200, { queue: { pending, in_progress: inProgress }, processor: { is_started: isStarted, is_processing: isProcessing } });

/** A host on which everything works, with some parts replaced. */
export function evidence(
  more: Partial<Omit<Evidence, 'units' | 'logs' | 'probes'>> & {
    readonly units?: Partial<Evidence['units']>;
    readonly logs?: Partial<Evidence['logs']>;
    readonly probes?: Partial<Evidence['probes']>;
  } = {},
): Evidence {
  return {
    nowMs: NOW_MS,
    atMs: NOW_MS,
    fromMs: NOW_MS - 30 * MINUTE_MS,
    hostLabel: 'ada2',
    error: null,
    kernel: log('NVRM: loading NVIDIA UNIX x86_64 Kernel Module'),
    gpu: gpu(),
    gpuPrograms: known([program('/var/lib/invokeai/venv/bin/python', 8_900, UNIT_NAMES.invokeai)]),
    disks: known([{ path: '/', availableBytes: 500e9, sizeBytes: 1e12 }]),
    memory: known({ totalBytes: 64 * 1024 ** 3, availableBytes: 40 * 1024 ** 3 }),
    listeners: known([listener(7860, '0.0.0.0', 'nginx'), listener(9090, '127.0.0.1', null), listener(9091, '127.0.0.1', null)]),
    boot: known({ uptimeS: 86_400, isRebootRequired: false, packages: '' }),
    nginxPort: known('open'),
    gateway: gateway(),
    gatewayRequests: known([]),
    gatewayImageFolder: file('', { kind: 'folder', mode: '750', text: null }),
    gatewayBackends: file('backends:\n  gpu_heavy:\n    class: gpu_heavy\n    base_url: http://ada2:7860\n'),
    gatewayDeployed: file('e14b838'),
    gatewayEnvironment: file('IMAGES_BACKEND=http_openai_images'),
    vram: known({ gpuUuid: GPU_UUID, fromMs: NOW_MS - 20 * MINUTE_MS, toMs: NOW_MS, usedMiB: [9_000, null, 9_100] }),
    incidents: known([]),
    ...more,
    units: { invokeai: unit('invokeai'), shim: unit('shim'), nginx: unit('nginx'), ...more.units },
    logs: {
      invokeai: log('Using torch device: NVIDIA RTX 6000 Ada Generation', 'Invoke running on http://127.0.0.1:9090 (Press CTRL+C to quit)'),
      shim: log('listening on 127.0.0.1:9091'),
      nginx: log('Started nginx.service'),
      ...more.logs,
    },
    probes: {
      nginx: reply(200, 'ok\n'),
      nginxReady: reply(200, { status: 'ok' }),
      shim: reply(200, { status: 'ok', mode: 'invokeai_queue', links: [] }),
      shimModels: models(preset('gpu_slow', {}), model('Juggernaut XL v9')),
      invokeai: reply(200, { version: '6.14.0' }),
      queue: queue(0, 0),
      current: reply(200, 'null'),
      ...more.probes,
    },
  };
}

/** The same with nothing that could be read. */
export function nothingKnown(): Evidence {
  const part = unknown('a test took it away');
  const services = { invokeai: part, shim: part, nginx: part };
  const none = {
    kernel: part,
    gpu: part,
    gpuPrograms: part,
    disks: part,
    memory: part,
    listeners: part,
    boot: part,
    nginxPort: part,
    gateway: part,
    gatewayRequests: part,
    gatewayImageFolder: part,
    gatewayBackends: part,
    gatewayDeployed: part,
    gatewayEnvironment: part,
    vram: part,
    incidents: part,
  };
  const probes = { nginx: part, nginxReady: part, shim: part, shimModels: part, invokeai: part, queue: part, current: part };
  return { ...evidence(), ...none, units: services, logs: services, probes };
}

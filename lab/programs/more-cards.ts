import { GPU_BUS_ID, GPU_NAME, GPU_UUID, type GpuReading } from '../base/gpu.ts';
import type { Simulation } from '../host/simulation.ts';

/** A process on a card, as `--query-compute-apps` lists it; its memory is null where the driver does not say. */
export interface CardApp {
  readonly gpuUuid: string;
  readonly pid: number;
  readonly processName: string;
  readonly memoryMiB: number | null;
}

/** One card of the host: what differs from the first one's fields, by their current names. */
export interface Card {
  readonly uuid: string;
  readonly name: string;
  readonly busId: string;
  readonly reading: GpuReading;
  readonly cells: Readonly<Record<string, string>>;
  readonly apps: readonly CardApp[];
  /** MIG devices, as `-L` lists them. */
  readonly instances: readonly { readonly profile: string; readonly uuid: string }[];
}

/** What the cards beside the first one are: a busy one, an idle one, and one that is divided. */
const L40S = { uuid: 'GPU-8e0f6b34-1c9d-4a57-b2ee-71d0c4f2ada2', name: 'NVIDIA L40S', busId: '00000000:41:00.0', totalMiB: 46_068 };
const IDLE = { uuid: 'GPU-c7b1a0d9-52f3-4e18-9a6c-3f84e1b7ada2', name: GPU_NAME, busId: '00000000:61:00.0', totalMiB: 46_068 };
const H100 = { uuid: 'GPU-1d93ce57-0b6a-48f2-8c31-a95e20f6ada2', name: 'NVIDIA H100 PCIe', busId: '00000000:81:00.0', totalMiB: 81_559 };
const INSTANCES = [
  { profile: '3g.40gb', uuid: 'MIG-4f0ad1c6-7a2e-5b19-9d80-c2e6b1f7ada2' },
  { profile: '3g.40gb', uuid: 'MIG-92be3d05-61c8-5f4a-a7d3-08b5e4c9ada2' },
] as const;
const VLLM = { pid: 50_111, processName: '/opt/vllm/bin/python', memoryMiB: 39_412 };
const TRAINING = { pid: 50_734, processName: '/home/kim/venv/bin/python3', memoryMiB: 21_870 };
const WAVE_MS = 90_000;
const RESERVED_MIB = 609;
const EMPTY_MIB = 4;

/** All cards of the host: one, or four where it has so many. */
export function cardsOf(simulation: Pick<Simulation, 'gpu' | 'faults' | 'hostNow'>): readonly Card[] {
  const { gpu, faults } = simulation;
  const own = gpu.read();
  const first: Card = {
    ...{ uuid: GPU_UUID, name: GPU_NAME, busId: GPU_BUS_ID, reading: own, cells: {}, instances: [] },
    apps: gpu.processes().map((app) => ({ gpuUuid: GPU_UUID, ...app })),
  };
  if (!faults.has('four-gpus')) return [first];
  // Prompts come in waves.
  const load = Math.max(0, Math.sin((2 * Math.PI * (simulation.hostNow() % WAVE_MS)) / WAVE_MS));
  return [
    { ...first, cells: { count: '4' } },
    cardOf(1, L40S, readingOf(own, L40S.totalMiB, VLLM.memoryMiB, load), [{ gpuUuid: L40S.uuid, ...VLLM }]),
    cardOf(2, IDLE, readingOf(own, IDLE.totalMiB, EMPTY_MIB, 0), []),
    {
      ...cardOf(3, H100, readingOf(own, H100.totalMiB, TRAINING.memoryMiB, 0.7), [{ gpuUuid: INSTANCES[0].uuid, ...TRAINING }], {
        ...{ 'utilization.gpu': '[N/A]', 'utilization.memory': '[N/A]', 'utilization.encoder': '[N/A]', 'utilization.decoder': '[N/A]' },
        ...{ 'mig.mode.current': 'Enabled', 'mig.mode.pending': 'Enabled', 'fan.speed': '[N/A]', compute_cap: '9.0' },
        ...{ 'power.limit': '350.00', 'enforced.power.limit': '350.00', 'power.default_limit': '350.00', 'power.max_limit': '350.00' },
        'temperature.memory': '52',
      }),
      instances: INSTANCES,
    },
  ];
}

function cardOf(
  index: number,
  { uuid, name, busId, totalMiB }: typeof L40S,
  reading: GpuReading,
  apps: readonly CardApp[],
  cells: Readonly<Record<string, string>> = {},
): Card {
  const own = {
    count: '4',
    index: String(index),
    serial: `13214220034${11 + index}`,
    uuid,
    name,
    'pci.bus_id': busId,
    'memory.total': String(totalMiB),
  };
  return { uuid, name, busId, reading, apps, instances: [], cells: { ...own, ...cells } };
}

function readingOf(own: GpuReading, totalMiB: number, usedMiB: number, load: number): GpuReading {
  const isBusy = load > 0.02;
  return {
    ...own,
    memoryUsedMiB: usedMiB,
    memoryFreeMiB: totalMiB - RESERVED_MIB - usedMiB,
    memoryReservedMiB: RESERVED_MIB,
    utilizationGpuPercent: Math.round(load * 97),
    utilizationMemoryPercent: Math.round(load * 58),
    temperatureC: Math.round(34 + load * 31),
    powerDrawW: 31 + load * 228,
    clockSmMHz: isBusy ? 2_370 : 210,
    clockMemoryMHz: isBusy ? 9_001 : 405,
    fanPercent: Math.round(30 + load * 18),
    pstate: isBusy ? 0 : 8,
    throttleBits: isBusy ? 0 : 0x1,
  };
}

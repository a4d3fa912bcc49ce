import type { HostFacts } from '../../../shared/capabilities/facts/contract.ts';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import type { GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import type { ConnectionState, HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import type { ServicesState, ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import {
  formatClock,
  formatDurationShort,
  formatGiBNumber,
  formatMiB,
  formatQuantity,
  formatRoundTrip,
  UNKNOWN,
} from '../../../shared/format.ts';
import { metricOf } from '../../../shared/gpu-row.ts';
import { sumOfMetric, vramOfUnit } from '../../../shared/gpu-summary.ts';
import type { Tone } from '../../ui/tone.tsx';
import { gatewayInWords, imagesRow, slotsInWords } from '../gateway/words.ts';
import { connectionWords } from '../hosts/connection-words.ts';

export type LinkId = 'laptop' | 'host' | 'gpu' | 'generator' | 'shim' | 'nginx' | 'gateway';

/** One link between the laptop and the picture. */
export interface ChainLink {
  readonly id: LinkId;
  readonly label: string;
  readonly tone: Tone;
  /** How it is, in a few words. */
  readonly said: string;
  /** One more fact, quieter. */
  readonly detail: string;
}

/** What the chain is drawn from; all of it as the host said it last. */
export interface ChainInput {
  readonly host: HostProfile | null;
  readonly connection: ConnectionState;
  readonly facts: HostFacts | null;
  readonly gpu: GpuStatus;
  readonly services: ServicesState;
  readonly gateway: GatewayState;
  /** The newest row of a GPU. */
  readonly rowOf: (uuid: string) => Float64Array | null;
  readonly isLaptopOnline: boolean;
  /** The programs that answer over HTTP, with or without a unit of systemd. */
  readonly answering?: readonly ('InvokeAI' | 'ComfyUI')[];
  readonly nowMs: number;
}

const BEHIND = 'cannot be known from here';
const GENERATORS = /^(invokeai|comfyui)/i;
const SHIM = /shim/i;
const NGINX = /^nginx/i;

const labelOfGenerator = (unit: ServiceUnit): 'InvokeAI' | 'ComfyUI' => (/^comfy/i.test(unit.name) ? 'ComfyUI' : 'InvokeAI');

/** The links from left to right, as a request travels. What lies behind a broken connection is unknown, not broken too. */
export function chainOf(input: ChainInput): readonly ChainLink[] {
  const { gpu, services } = input;
  const isOnline = input.connection.kind === 'online';
  const units = services.units;
  const generators = units.filter((unit) => GENERATORS.test(unit.name));
  // The one that runs is the one that makes the pictures.
  const generator = generators.find((unit) => unit.activeState === 'active') ?? generators[0];
  const behind: readonly ChainLink[] = [
    gpuLink(gpu, input.rowOf),
    generatorLink(generator, input),
    unitLink(
      'shim',
      'images shim',
      units.find((unit) => SHIM.test(unit.name)),
      services,
      input,
    ),
    unitLink(
      'nginx',
      'nginx',
      units.find((unit) => NGINX.test(unit.name)),
      services,
      input,
    ),
  ];
  return [
    laptopLink(input.isLaptopOnline),
    hostLink(input),
    ...(isOnline ? behind : behind.map((link): ChainLink => ({ ...link, tone: 'unknown', said: BEHIND, detail: '' }))),
    gatewayLink(input),
  ];
}

/** The first link that is broken or troubled, from the laptop outwards; -1 when none is. */
export function firstBroken(links: readonly ChainLink[]): number {
  const bad = links.findIndex((link) => link.tone === 'bad');
  return bad >= 0 ? bad : links.findIndex((link) => link.tone === 'warning');
}

function laptopLink(isOnline: boolean): ChainLink {
  return isOnline
    ? { id: 'laptop', label: 'laptop', tone: 'good', said: 'this machine', detail: 'has a network' }
    : { id: 'laptop', label: 'laptop', tone: 'warning', said: 'no network', detail: 'as the system says' };
}

function hostLink({ host, connection: state, facts, nowMs }: ChainInput): ChainLink {
  const label = host?.label ?? 'host';
  const { tone, word, detail } = connectionWords(state, nowMs);
  const base = { id: 'host', label } as const;
  if (state.kind !== 'online') return { ...base, tone: state.kind === 'reconnecting' ? 'bad' : tone, said: word, detail };
  const upMs = facts?.uptimeS == null ? null : facts.uptimeS * 1000 + (nowMs - facts.takenAt);
  return {
    ...base,
    tone,
    said: detail === UNKNOWN ? 'SSH' : `SSH ${detail}`,
    detail: upMs === null ? '' : `up ${formatDurationShort(upMs)}`,
  };
}

const MAX_GPU_NAME_CHARS = 200;

/** `NVIDIA RTX 6000 Ada Generation` → `RTX 6000 Ada`: the picture has little room, the GPU page has the whole name. */
export function shortGpuName(name: string): string {
  return name
    .slice(0, MAX_GPU_NAME_CHARS)
    .replace(/^NVIDIA\s+/i, '')
    .replace(/\s+(Generation|Laptop GPU)$/i, '')
    .replace(/^GeForce\s+/i, '');
}

function gpuLink(gpu: GpuStatus, rowOf: ChainInput['rowOf']): ChainLink {
  const [first, ...others] = gpu.gpus;
  const label = first === undefined ? 'GPU' : others.length === 0 ? shortGpuName(first.name) : `${gpu.gpus.length} GPUs`;
  const base = { id: 'gpu', label } as const;
  const { state } = gpu;
  if (state.kind === 'fault')
    return {
      ...base,
      tone: 'bad',
      said: state.fault.replaceAll('-', ' ').replace(/^(gpu|nvml)/, (name) => name.toUpperCase()),
      detail: `since ${formatClock(state.since)}`,
    };
  if (state.kind === 'waiting') return { ...base, tone: 'busy', said: 'waiting for a reading', detail: '' };
  const rows = gpu.gpus.map(({ uuid }) => rowOf(uuid));
  const [usedMiB, totalMiB] = [sumOfMetric(rows, 'memoryUsedMiB'), sumOfMetric(rows, 'memoryTotalMiB')];
  const said = `${formatGiBNumber(usedMiB)} / ${formatMiB(totalMiB)}`;
  if (state.kind === 'stale') return { ...base, tone: 'stale', said, detail: `as of ${formatClock(state.lastSampleAt)}` };
  const temperatures = rows.map((row) => metricOf(row, 'temperatureC'));
  return { ...base, tone: 'good', said, detail: formatQuantity(Math.max(...temperatures), '°C') };
}

/** It is asked on its own way: it may answer when the host does not, and the other way round. */
function gatewayLink({ host, connection, gateway }: ChainInput): ChainLink {
  const base = { id: 'gateway', label: 'gateway' } as const;
  const { profile, phase, reading } = gateway;
  if (profile === null) return { ...base, tone: 'off', said: 'not set up', detail: '' };
  const isThroughHost = profile.via.kind === 'ssh' && profile.via.hostId === host?.id;
  if (isThroughHost && connection.kind !== 'online') return { ...base, tone: 'unknown', said: BEHIND, detail: '' };
  const images = imagesRow(gateway);
  const slots = images === undefined ? 'answers' : `${slotsInWords(images)} slots`;
  if (phase.kind === 'waiting') return { ...base, tone: 'busy', said: 'asking', detail: '' };
  if (phase.kind === 'failing') {
    return {
      ...base,
      tone: 'bad',
      said: gatewayInWords(gateway).word,
      detail: reading === null ? '' : `as of ${formatClock(reading.takenAt)}`,
    };
  }
  return { ...base, tone: 'good', said: slots, detail: reading === null ? '' : `answers in ${formatRoundTrip(reading.elapsedMs)}` };
}

/** A program that answers is there, whatever systemd knows of it: it may run in a container, or the host without systemd. */
function generatorLink(unit: ServiceUnit | undefined, input: ChainInput): ChainLink {
  const label = unit === undefined ? (input.answering?.[0] ?? 'InvokeAI') : labelOfGenerator(unit);
  const isUnknown = input.services.takenAt === null ? input.services.error !== null : unit === undefined || unit.loadState === 'not-found';
  if (!isUnknown || input.answering?.includes(label) !== true) return unitLink('generator', label, unit, input.services, input);
  return { id: 'generator', label, tone: 'good', said: 'responding', detail: 'no systemd service' };
}

function unitLink(
  id: LinkId,
  label: string,
  unit: ServiceUnit | undefined,
  services: ServicesState,
  { gpu, facts, nowMs }: ChainInput,
): ChainLink {
  if (services.takenAt === null && services.error !== null) {
    const said = services.error.code === 'systemd-absent' ? 'no systemd' : 'unknown';
    return { id, label, tone: 'unknown', said, detail: services.error.code === 'systemd-absent' ? '' : 'systemd not responding' };
  }
  if (services.takenAt === null) return { id, label, tone: 'busy', said: 'asking systemd', detail: '' };
  if (unit === undefined || unit.loadState === 'not-found')
    return { id, label, tone: 'off', said: 'not set up', detail: 'no such service' };
  const heldMiB = vramOfUnit(gpu.processes, unit.name);
  // Times of systemd are the host's clock.
  const hostNowMs = nowMs + (facts?.clockOffsetMs ?? 0);
  const since = unit.stateChangedAt === null ? '' : `for ${formatDurationShort(hostNowMs - unit.stateChangedAt)}`;
  return { id, label, tone: unit.verdict.tone, said: unit.verdict.word, detail: heldMiB !== null ? `holds ${formatMiB(heldMiB)}` : since };
}

import type { GatewayState } from '../capabilities/gateway/contract.ts';
import type { GpuStatus } from '../capabilities/gpu/contract.ts';
import type { ConnectionState, HostProfile } from '../capabilities/hosts/contract.ts';
import type { ServicesState } from '../capabilities/services/contract.ts';
import type { PanelError } from '../errors.ts';
import { formatClock, formatGiBNumber, formatMiB } from '../format.ts';
import { shortUnitName } from '../unit-names.ts';

/** What the operator can do about a trouble from here. */
export type Remedy =
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'connect'; readonly hostId: string }
  | { readonly kind: 'retry-gpu' }
  | { readonly kind: 'show-logs'; readonly unit: string }
  | { readonly kind: 'show-services' }
  | { readonly kind: 'show-gpu' }
  | { readonly kind: 'show-gateway' };

/** One thing that is wrong now, the worst first. */
export interface Trouble {
  readonly key: string;
  readonly tone: 'bad' | 'warning';
  readonly error: PanelError;
  readonly remedy: Remedy;
}

const XID_SHOWN_MS = 6 * 3_600_000;
const VRAM_FULL = 0.97;

/** Everything that is wrong as far as is known, bad before warning, and outer links of the chain before what lies behind them. */
export function troublesOf(o: {
  readonly host: HostProfile | null;
  readonly connection: ConnectionState;
  readonly gpu: GpuStatus;
  readonly services: ServicesState;
  readonly gateway: GatewayState;
  /** VRAM in use and there is, summed over the GPUs; NaN = unknown. */
  readonly usedMiB: number;
  readonly totalMiB: number;
  readonly nowMs: number;
}): readonly Trouble[] {
  const { connection } = o;
  if (connection.kind === 'offline') return offline(o.host);
  if (connection.kind === 'blocked' || connection.kind === 'reconnecting') {
    const tone = connection.kind === 'blocked' ? 'bad' : 'warning';
    return [{ key: 'connection', tone, error: connection.cause, remedy: { kind: 'reconnect' } }];
  }
  // Nothing behind a connection that is not there yet is known.
  if (connection.kind !== 'online') return [];
  const found = [...gpuTroubles(o.gpu, o.usedMiB, o.totalMiB, o.nowMs), ...serviceTroubles(o.services), ...gatewayTroubles(o.gateway)];
  return [...found.filter(({ tone }) => tone === 'bad'), ...found.filter(({ tone }) => tone === 'warning')];
}

function offline(host: HostProfile | null): readonly Trouble[] {
  if (host === null) return [];
  return [
    {
      key: 'offline',
      tone: 'warning',
      error: {
        code: 'not-connected',
        layer: 'ssh',
        message: `Ada Panel is not connected to ${host.label}.`,
        hint: 'What is shown below is what was last known.',
        retryable: true,
      },
      remedy: { kind: 'connect', hostId: host.id },
    },
  ];
}

function gpuTroubles(gpu: GpuStatus, usedMiB: number, totalMiB: number, nowMs: number): readonly Trouble[] {
  const troubles: Trouble[] = [];
  if (gpu.state.kind === 'fault') {
    troubles.push({ key: 'gpu-fault', tone: 'bad', error: gpu.state.error, remedy: { kind: 'retry-gpu' } });
  }
  if (gpu.state.kind === 'stale') {
    troubles.push({
      key: 'gpu-stale',
      tone: 'warning',
      error: {
        code: 'gpu-stale',
        layer: 'gpu',
        message: `The GPU has not answered since ${formatClock(gpu.state.lastSampleAt)}.`,
        hint: 'It is tried again by itself. If it stays silent, the driver may hang: look at the kernel’s messages.',
        retryable: true,
      },
      remedy: { kind: 'retry-gpu' },
    });
  }
  const xid = gpu.xids.reduce<GpuStatus['xids'][number] | null>(
    (newest, next) => (newest === null || next.at > newest.at ? next : newest),
    null,
  );
  if (xid !== null && nowMs - xid.at < XID_SHOWN_MS) {
    troubles.push({
      key: `xid-${xid.at}`,
      tone: 'warning',
      error: {
        code: 'gpu-xid',
        layer: 'gpu',
        message: `Xid ${xid.xid ?? '?'} at ${formatClock(xid.at)}: ${xid.meaning}`,
        hint: xid.action,
        retryable: false,
        detail: xid.text,
      },
      remedy: { kind: 'show-gpu' },
    });
  }
  if (usedMiB / totalMiB >= VRAM_FULL) {
    troubles.push({
      key: 'vram-full',
      tone: 'warning',
      error: {
        code: 'vram-full',
        layer: 'gpu',
        message: `VRAM is nearly full: ${formatGiBNumber(usedMiB)} of ${formatMiB(totalMiB)}.`,
        hint: 'The next job may run out of memory. The GPU page shows which service holds how much.',
        retryable: false,
      },
      remedy: { kind: 'show-gpu' },
    });
  }
  return troubles;
}

function gatewayTroubles({ phase, reading, profile }: GatewayState): readonly Trouble[] {
  if (phase.kind === 'failing') return [{ key: 'gateway', tone: 'bad', error: phase.error, remedy: { kind: 'show-gateway' } }];
  const images = phase.kind === 'live' ? reading?.health?.find((row) => row.name === profile?.imagesClass) : undefined;
  if (images === undefined || images.isReady !== false) return [];
  return [
    {
      key: 'gateway-not-ready',
      tone: 'warning',
      error: {
        code: 'gateway-backend-not-ready',
        layer: 'gateway',
        message: `Gateway is rejecting image requests: backend ${images.name} is ${images.isHealthy === false ? 'unreachable' : 'not ready'}.`,
        hint: 'Fix the first failing component above; the gateway checks again every 30 s.',
        retryable: true,
        ...(images.error === null ? {} : { detail: images.error }),
      },
      remedy: { kind: 'show-gateway' },
    },
  ];
}

function serviceTroubles(services: ServicesState): readonly Trouble[] {
  const troubles: Trouble[] = [];
  if (services.error !== null) troubles.push({ key: 'services', tone: 'bad', error: services.error, remedy: { kind: 'show-services' } });
  for (const unit of services.units) {
    const { tone, word, why } = unit.verdict;
    if (tone !== 'bad' && tone !== 'warning') continue;
    const name = shortUnitName(unit.name);
    troubles.push({
      key: unit.name,
      tone,
      error: {
        code: 'unit-troubled',
        layer: 'systemd',
        message: `${name}: ${word}.`,
        hint: why ?? 'Its last log lines say more.',
        retryable: false,
        detail: `${unit.name}: ${unit.activeState}/${unit.subState}, result ${unit.result}`,
      },
      remedy: { kind: 'show-logs', unit: unit.name },
    });
  }
  return troubles;
}

import { type GpuBatch, type GpuFault, type GpuState, GpuStatus, type UnknownReason } from '../../../shared/capabilities/gpu/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { newestRow } from '../../../shared/gpu-row.ts';
import { sumOfMetric } from '../../../shared/gpu-summary.ts';
import { INITIAL_GPU_STATUS } from '../../../shared/initial-states.ts';
import type { LastKnown } from '../../foundation/files/last-known.ts';
import { gpuError } from './failures.ts';
import type { Sample } from './fields.ts';

const TICK_MS = 1_000;
const MISSED_TICKS = 3;
const REMEMBERED = 'gpu-status';

/** The status of the GPUs of one host with its age; saved across restarts of the panel. */
export interface StatusBoard {
  status(): GpuStatus;
  change(part: Partial<GpuStatus>): void;
  /** Takes a reading, which makes the GPU live or, if the reading reports it, lost. */
  take(sample: Sample): void;
  /** Returns the number of bad lines. */
  countBadLine(): number;
  fault(fault: GpuFault, error: PanelError, nextTryAt: number): void;
  /** Marks the readings as stale; another part reports the reason. */
  notLive(): void;
  /** Marks the readings as stale after the connection was lost. */
  goOffline(): void;
  /** VRAM in use on all GPUs as last sampled, MiB; NaN when unknown. */
  usedMiB(): number;
  onChange(listener: (status: GpuStatus) => void): () => void;
}

/** Starts with the last known status as stale. */
export function createStatusBoard(o: { readonly hostId: string; readonly lastKnown: LastKnown; readonly now: () => number }): StatusBoard {
  const { hostId, now } = o;
  const changes = createEmitter<GpuStatus>();
  const lost = new Set<string>();
  let status = recalled(hostId, o.lastKnown, now());
  let lastSampleAt = newestAt(status.latest);
  let staleTimer: ReturnType<typeof setTimeout> | null = null;

  const change = (part: Partial<GpuStatus>): void => {
    status = { ...status, ...part };
    o.lastKnown.remember(hostId, REMEMBERED, status);
    changes.emit(status);
  };
  const setState = (state: GpuState): void => {
    const same = state.kind === status.state.kind && (state.kind === 'live' || state.kind === 'stale' || state.kind === 'waiting');
    if (!same) change({ state });
  };
  const notLive = (): void => setState(lastSampleAt === null ? { kind: 'waiting' } : { kind: 'stale', since: now(), lastSampleAt });
  const disarmStale = (): void => {
    if (staleTimer !== null) clearTimeout(staleTimer);
    staleTimer = null;
  };
  const armStale = (): void => {
    disarmStale();
    staleTimer = setTimeout(() => {
      if (status.state.kind === 'live' || isLost(status.state)) notLive();
    }, MISSED_TICKS * TICK_MS);
  };

  return {
    status: () => status,
    change,
    take: (sample) => {
      lastSampleAt = sample.row[0] ?? now();
      armStale();
      const batch: GpuBatch = { hostId, gpuUuid: sample.uuid, rows: Float64Array.from(sample.row) };
      status = { ...status, latest: [...status.latest.filter((one) => one.gpuUuid !== sample.uuid), batch] };
      const unknown = mergedReasons(status.unknown, sample);
      if (unknown !== status.unknown) change({ unknown });
      if ([...sample.reasons.values()].includes('lost')) lost.add(sample.uuid);
      else lost.delete(sample.uuid);
      if (lost.size === 0) setState({ kind: 'live', since: now() });
      // The stream stays open: it reports the return of the GPU, while a new nvidia-smi might not even start.
      else if (!isLost(status.state))
        setState({ kind: 'fault', fault: 'gpu-lost', since: now(), nextTryAt: null, error: gpuError('gpu-lost', [...lost].join('\n')) });
    },
    countBadLine: () => {
      status = { ...status, badLines: status.badLines + 1 };
      return status.badLines;
    },
    fault: (fault, error, nextTryAt) => {
      disarmStale();
      change({ state: { kind: 'fault', fault, since: faultSince(status.state, fault) ?? now(), nextTryAt, error } });
    },
    notLive,
    goOffline: () => {
      lost.clear();
      disarmStale();
      notLive();
    },
    usedMiB: () =>
      sumOfMetric(
        status.latest.map(({ rows }) => newestRow(rows)),
        'memoryUsedMiB',
      ),
    onChange: changes.on,
  };
}

const isLost = (state: GpuState): boolean => state.kind === 'fault' && state.fault === 'gpu-lost' && state.nextTryAt === null;
const faultSince = (state: GpuState, fault: GpuFault): number | null =>
  state.kind === 'fault' && state.fault === fault ? state.since : null;

function newestAt(latest: readonly GpuBatch[]): number | null {
  const times = latest.map(({ rows }) => rows[0] ?? Number.NaN).filter(Number.isFinite);
  return times.length === 0 ? null : Math.max(...times);
}

function recalled(hostId: string, lastKnown: LastKnown, at: number): GpuStatus {
  const stored = GpuStatus.safeParse(lastKnown.recall(hostId, REMEMBERED));
  if (!stored.success) return { ...INITIAL_GPU_STATUS, hostId };
  return asNotLive({ ...stored.data, hostId }, at);
}

/** The status without a connection: last known values as stale. */
export function asNotLive(status: GpuStatus, at: number): GpuStatus {
  const lastSampleAt = newestAt(status.latest);
  return {
    ...status,
    badLines: 0,
    kernelLog: 'unknown',
    state: lastSampleAt === null ? { kind: 'waiting' } : { kind: 'stale', since: at, lastSampleAt },
  };
}

/** Returns the same object when nothing changed. */
function mergedReasons(
  before: Readonly<Record<string, UnknownReason>>,
  sample: Sample,
): Readonly<Record<string, UnknownReason>> & GpuStatus['unknown'] {
  const prefix = `${sample.uuid}/`;
  const after: Record<string, UnknownReason> = {};
  for (const [key, reason] of Object.entries(before)) if (!key.startsWith(prefix)) after[key] = reason;
  for (const [metric, reason] of sample.reasons) after[prefix + metric] = reason;
  const keys = Object.keys(after);
  return keys.length === Object.keys(before).length && keys.every((key) => before[key] === after[key]) ? before : after;
}

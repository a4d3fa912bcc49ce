import type { GpuStatus, XidEvent } from '../capabilities/gpu/contract.ts';
import type { CodedError } from '../errors.ts';
import { formatClock, formatGiBNumber, formatMiB, formatQuantity } from '../format.ts';
import { capitalised, LABELS, STATES } from './text.ts';
import type { Evidence, Link, Snapshot } from './types.ts';

const MAX_GPU_NAME_CHARS = 200;

/** `NVIDIA RTX 6000 Ada Generation` → `RTX 6000 Ada`: the chain has little room, and the GPU page shows the whole name. */
export function shortGpuName(name: string): string {
  return name
    .slice(0, MAX_GPU_NAME_CHARS)
    .replace(/^NVIDIA\s+/i, '')
    .replace(/\s+(Generation|Laptop GPU)$/i, '')
    .replace(/^GeForce\s+/i, '');
}

/** The GPUs of the host as one link. */
export function gpuLink({ gpu, gpuFigures }: Snapshot): Link {
  const [first, ...others] = gpu.gpus;
  const { state } = gpu;
  const base = {
    id: 'gpu',
    label: first === undefined ? LABELS.gpu : others.length === 0 ? shortGpuName(first.name) : `${gpu.gpus.length} GPUs`,
    since: state.kind === 'waiting' ? null : state.since,
    evidence: [] as readonly Evidence[],
    unit: null,
    actions: [],
    error: null,
    occurrence: state.kind === 'waiting' ? '' : `${state.kind} ${state.since}`,
    causedBy: null,
  } as const;
  const memory = `${formatGiBNumber(gpuFigures.usedMiB)} / ${formatMiB(gpuFigures.totalMiB)}`;
  const retry = [{ kind: 'retry-gpu' }, { kind: 'open', page: 'gpu', unit: null }] as const;
  switch (state.kind) {
    case 'waiting':
      return { ...base, severity: 'pending', state: STATES.waitingForGpu, fact: '' };
    case 'fault':
      return {
        ...base,
        severity: 'critical',
        state: capitalised(state.fault.replaceAll('-', ' ').replace(/^(gpu|nvml)/, (name) => name.toUpperCase())),
        fact: `since ${formatClock(state.since)}`,
        evidence: [{ source: 'nvidia-smi', text: state.error.message, at: state.since }, ...xidEvidence(gpu, state.since)],
        actions: retry,
        error: state.error,
      };
    case 'stale':
      return {
        ...base,
        severity: 'warning',
        state: memory,
        fact: `as of ${formatClock(state.lastSampleAt)}`,
        evidence: [{ source: 'nvidia-smi', text: 'No sample for several seconds.', at: state.lastSampleAt }],
        actions: retry,
        error: staleError(state.lastSampleAt),
      };
    case 'live':
      return { ...base, severity: 'ok', state: memory, fact: formatQuantity(gpuFigures.temperatureC, '°C') };
  }
}

/** The kernel reports the loss of a GPU shortly before nvidia-smi does. */
const XID_BEFORE_FAULT_MS = 10 * 60_000;

/** Whether an Xid belongs to the fault that began at `since`; the tolerance covers a host clock that differs. */
export const belongsToFault = (xid: XidEvent, since: number): boolean => Math.abs(since - xid.at) <= XID_BEFORE_FAULT_MS;

const xidEvidence = (gpu: GpuStatus, since: number): readonly Evidence[] =>
  gpu.xids.filter((xid) => belongsToFault(xid, since)).map((xid) => ({ source: 'kernel', text: xid.text, at: xid.at }));

const staleError = (lastSampleAt: number): CodedError => ({
  code: 'gpu-stale',
  layer: 'gpu',
  message: `No GPU data since ${formatClock(lastSampleAt)}.`,
  hint: 'Retrying automatically; if this persists, see the kernel log for driver errors.',
  retryable: true,
});

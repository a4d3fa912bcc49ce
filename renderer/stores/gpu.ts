import { create } from 'zustand';
import type { GpuBatch, GpuStatus } from '../../shared/capabilities/gpu/contract.ts';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { NO_GPU } from '../../shared/nothing-yet.ts';
import { bridge } from '../bridge.ts';
import { SampleRing } from './sample-ring.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 20_000;
/** 20 minutes at one sample a second: the shortest range of the charts, and room to spare. */
const RING_ROWS = 1200;

interface GpuStore {
  readonly status: GpuStatus;
  /** False until the main process answered once. */
  readonly isLoaded: boolean;
  /** The newest row of each GPU by uuid; what came before it stays outside React, in the rings. */
  readonly latest: Readonly<Record<string, Float64Array>>;
}

const useGpuStore = create<GpuStore>(() => ({ status: NO_GPU, isLoaded: false, latest: {} }));
const rings = new Map<string, SampleRing>();

/** What the main process said last about the GPUs of the host shown. */
export function useGpuStatus(): GpuStatus {
  return useGpuStore((store) => store.status);
}

/** Whether the state of the GPUs has been read. */
export function useGpuLoaded(): boolean {
  return useGpuStore((store) => store.isLoaded);
}

/** The newest row of a GPU (GPU_ROW_WIDTH numbers: epoch ms, then GPU_METRICS; NaN = unknown); null when there is none. */
export function useLatestRow(uuid: string | null): Float64Array | null {
  return useGpuStore((store) => (uuid === null ? null : (store.latest[uuid] ?? null)));
}

/** The live rows of a GPU, the last 20 minutes at most; null before the first one. */
export function ringOf(uuid: string): SampleRing | null {
  return rings.get(uuid) ?? null;
}

function lastRow(batch: GpuBatch): Float64Array | null {
  return batch.rows.length < GPU_ROW_WIDTH ? null : batch.rows.slice(batch.rows.length - GPU_ROW_WIDTH);
}

function withLatest(before: GpuStore['latest'], batches: readonly GpuBatch[]): GpuStore['latest'] {
  let after = before;
  for (const batch of batches) {
    const row = lastRow(batch);
    const known = after[batch.gpuUuid];
    if (row === null || (known !== undefined && known[0] === row[0])) continue;
    after = { ...after, [batch.gpuUuid]: row };
  }
  return after;
}

function takeSamples(batches: readonly GpuBatch[]): void {
  const { status } = useGpuStore.getState();
  // A late batch of the host that was shown before must not be drawn as this one's.
  const ours = batches.filter((batch) => status.hostId === null || batch.hostId === status.hostId);
  for (const batch of ours) {
    let ring = rings.get(batch.gpuUuid);
    if (ring === undefined) {
      ring = new SampleRing(RING_ROWS);
      rings.set(batch.gpuUuid, ring);
    }
    ring.append(batch.rows);
  }
  useGpuStore.setState((store) => {
    const latest = withLatest(store.latest, ours);
    return latest === store.latest ? store : { latest };
  });
}

function takeStatus(status: GpuStatus): void {
  const isOtherHost = useGpuStore.getState().status.hostId !== status.hostId;
  if (isOtherHost) rings.clear();
  useGpuStore.setState((store) => ({
    status,
    isLoaded: true,
    // The last known row is told with the status; a row that streamed in since is newer.
    latest: isOtherHost ? withLatest({}, status.latest) : withLatest(store.latest, newerOnly(store.latest, status.latest)),
  }));
}

function newerOnly(known: GpuStore['latest'], batches: readonly GpuBatch[]): readonly GpuBatch[] {
  return batches.filter((batch) => (known[batch.gpuUuid]?.[0] ?? Number.NEGATIVE_INFINITY) < (lastRow(batch)?.[0] ?? 0));
}

async function read(): Promise<void> {
  try {
    takeStatus(await bridge.gpu.status());
  } catch {
    // The next round asks again; a push may come before it.
  }
}

/** Begins with what is `known`, subscribes to the pushes and reconciles slowly; returns what ends it. Call once at start. */
export function startGpuStore(known: GpuStatus | null): () => void {
  if (known !== null) takeStatus(known);
  const stops = [bridge.gpu.onSamples(takeSamples), bridge.gpu.onChanged(takeStatus)];
  void read();
  const timer = setInterval(() => void read(), RECONCILE_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

import { replaceEqualDeep } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { GpuBatch, GpuStatus } from '../../shared/capabilities/gpu/contract.ts';
import { GPU_ROW_WIDTH, type GpuMetric } from '../../shared/gpu-metrics.ts';
import { metricOf } from '../../shared/gpu-row.ts';
import { sumOfMetric } from '../../shared/gpu-summary.ts';
import { INITIAL_GPU_STATUS } from '../../shared/initial-states.ts';
import { bridge, bridgeOf } from '../bridge.ts';
import { useHostId } from './host-context.tsx';
import { createHostStore } from './host-store.ts';
import { type ProcessList, withProcessList } from './process-lists.ts';
import { readWhenShown } from './reconcile.ts';
import { SampleRing } from './sample-ring.ts';

/** 20 minutes at one sample a second: the shortest range of the charts, and room to spare. */
const RING_ROWS = 1200;

interface GpusOfHost {
  readonly status: GpuStatus;
  /** False until the main process answered once. */
  readonly isLoaded: boolean;
  /** The newest row of each GPU by uuid; what came before it stays outside React, in the rings. */
  readonly latest: Readonly<Record<string, Float64Array>>;
  /** Who held VRAM in the last 20 minutes. */
  readonly processLists: readonly ProcessList[];
}

const store = createHostStore<GpusOfHost>({ status: INITIAL_GPU_STATUS, isLoaded: false, latest: {}, processLists: [] });
/** By host and GPU. */
const rings = new Map<string, SampleRing>();
const ringKey = (hostId: string, uuid: string): string => `${hostId} ${uuid}`;

/** The last report about the GPUs of the host. */
export function useGpuStatus(): GpuStatus {
  return store.use(({ status }) => status);
}

/** Whether the state of the GPUs has been read. */
export function useGpuLoaded(): boolean {
  return store.use(({ isLoaded }) => isLoaded);
}

/** The newest row of a GPU (GPU_ROW_WIDTH numbers: epoch ms, then GPU_METRICS; NaN = unknown); null when there is none. */
export function useLatestRow(uuid: string | null): Float64Array | null {
  return store.use(({ latest }) => (uuid === null ? null : (latest[uuid] ?? null)));
}

/** One metric of the newest row of a GPU; NaN = unknown. The component is drawn anew only when the metric changes. */
export function useLatestMetric(uuid: string, metric: GpuMetric): number {
  return store.use(({ latest }) => metricOf(latest[uuid] ?? null, metric));
}

/** A metric summed over the newest rows of these GPUs; NaN = unknown of one of them. */
export function useLatestSum(uuids: readonly string[], metric: GpuMetric): number {
  return store.use(({ latest }) =>
    sumOfMetric(
      uuids.map((uuid) => latest[uuid] ?? null),
      metric,
    ),
  );
}

/** A part of the last report, which the component is drawn anew for; it must keep its identity while nothing changed. */
export function useOfGpuStatus<T>(select: (status: GpuStatus) => T): T {
  return store.use(({ status }) => select(status));
}

/** Who held VRAM in the last 20 minutes, oldest first. */
export function processListsOf(hostId: string): readonly ProcessList[] {
  return store.of(hostId).processLists;
}

/** The live rows of a GPU, the last 20 minutes at most; null before the first one. */
export function ringOf(hostId: string | null, uuid: string): SampleRing | null {
  return hostId === null ? null : (rings.get(ringKey(hostId, uuid)) ?? null);
}

/** {@link ringOf} of the host that the component is about. */
export function useRingOf(): (uuid: string) => SampleRing | null {
  const hostId = useHostId();
  return useCallback((uuid: string) => ringOf(hostId, uuid), [hostId]);
}

function lastRow(batch: GpuBatch): Float64Array | null {
  return batch.rows.length < GPU_ROW_WIDTH ? null : batch.rows.slice(batch.rows.length - GPU_ROW_WIDTH);
}

function withLatest(before: GpusOfHost['latest'], batches: readonly GpuBatch[]): GpusOfHost['latest'] {
  let after = before;
  for (const batch of batches) {
    const row = lastRow(batch);
    const known = after[batch.gpuUuid];
    if (row === null || (known !== undefined && known[0] === row[0])) continue;
    after = { ...after, [batch.gpuUuid]: row };
  }
  return after;
}

function receiveSamples(hostId: string, batches: readonly GpuBatch[]): void {
  for (const { gpuUuid, rows } of batches) {
    const key = ringKey(hostId, gpuUuid);
    const ring = rings.get(key) ?? new SampleRing(RING_ROWS);
    rings.set(key, ring);
    ring.append(rows);
  }
  store.update(hostId, ({ latest: before }) => {
    const latest = withLatest(before, batches);
    return latest === before ? null : { latest };
  });
}

export function receiveGpuStatus(hostId: string, status: GpuStatus): void {
  store.update(hostId, ({ status: before, latest, processLists }) => ({
    // Parts that did not change stay the same objects.
    status: replaceEqualDeep(before, status),
    processLists:
      status.processesAt === null ? processLists : withProcessList(processLists, { atMs: status.processesAt, processes: status.processes }),
    isLoaded: true,
    // The last known row comes with the status; a row that streamed in since is newer.
    latest: withLatest(latest, newerOnly(latest, status.latest)),
  }));
}

function newerOnly(known: GpusOfHost['latest'], batches: readonly GpuBatch[]): readonly GpuBatch[] {
  return batches.filter((batch) => (known[batch.gpuUuid]?.[0] ?? Number.NEGATIVE_INFINITY) < (lastRow(batch)?.[0] ?? 0));
}

bridge.gpu.onSamples(({ hostId, value }) => receiveSamples(hostId, value));
bridge.gpu.onChanged(({ hostId, value }) => receiveGpuStatus(hostId, value));
readWhenShown(async (hostId) => receiveGpuStatus(hostId, await bridgeOf(hostId).gpu.status()));

import type { GpuBatch } from '../../../shared/capabilities/gpu/contract.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { joined } from './sample-batcher.ts';

/** A hidden window keeps its live rows too, but need not wake up for each. */
const HIDDEN_INTERVAL_MS = 15_000;

/**
 * Sends rows to the window as they come while it is shown. While it is hidden they wait up to 15 s, or for the first row after it is shown
 * again. No row is lost, and their order stays.
 */
export function batchesForWindow(o: {
  readonly hostId: string;
  readonly isWindowShown: () => boolean;
  readonly send: (batches: GpuBatch[]) => void;
}): {
  add(batches: readonly GpuBatch[]): void;
  flush(): void;
} {
  /** Blocks of rows by GPU. */
  const waiting = new Map<string, Float64Array[]>();
  let sentAtMs = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    if (waiting.size === 0) return;
    const batches = [...waiting].map(([gpuUuid, blocks]) => ({ hostId: o.hostId, gpuUuid, rows: joined(blocks) }));
    waiting.clear();
    sentAtMs = monotonicMs();
    o.send(batches);
  };
  return {
    add: (batches) => {
      for (const { gpuUuid, rows } of batches) waiting.set(gpuUuid, [...(waiting.get(gpuUuid) ?? []), rows]);
      if (o.isWindowShown() || monotonicMs() - sentAtMs >= HIDDEN_INTERVAL_MS) flush();
    },
    flush,
  };
}

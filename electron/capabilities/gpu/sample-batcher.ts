import type { GpuBatch } from '../../../shared/capabilities/gpu/contract.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';

const BETWEEN_BATCHES_MS = 250;
/** Rows of several GPUs arrive some ms apart; a short wait puts one pass into one batch. */
const PASS_GAP_MS = 30;

/** Collects rows into at most four batches a second; a row after a pause is sent at once. */
export class SampleBatcher {
  private readonly hostId: string;
  private readonly send: (batches: readonly GpuBatch[]) => void;
  private waiting = new Map<string, Float64Array[]>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(hostId: string, send: (batches: readonly GpuBatch[]) => void) {
    this.hostId = hostId;
    this.send = send;
  }

  /** `gpuCount`: the number of rows of a pass. */
  add(uuid: string, row: Float64Array, gpuCount: number): void {
    const rows = this.waiting.get(uuid);
    if (rows === undefined) this.waiting.set(uuid, [row]);
    else rows.push(row);
    const pause = BETWEEN_BATCHES_MS - (monotonicMs() - this.sentAt);
    if (pause <= 0 && this.waiting.size >= gpuCount) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), Math.max(pause, PASS_GAP_MS));
  }

  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.size === 0) return;
    const batches = [...this.waiting].map(([gpuUuid, rows]) => ({ hostId: this.hostId, gpuUuid, rows: joined(rows) }));
    this.waiting = new Map();
    this.sentAt = monotonicMs();
    this.send(batches);
  }
}

/** Blocks of rows one after another in one block. */
export function joined(blocks: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const all = new Float64Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

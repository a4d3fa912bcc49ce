import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GpuBatch } from '../../../shared/capabilities/gpu/contract.ts';
import { GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { batchesForWindow } from './batches-for-window.ts';

const rowAt = (gpuUuid: string, at: number): GpuBatch => ({
  hostId: 'ada2',
  gpuUuid,
  rows: new Float64Array(GPU_ROW_WIDTH).fill(at),
});
const timesOf = ({ rows }: GpuBatch): number[] => [...rows].filter((_, index) => index % GPU_ROW_WIDTH === 0);

describe('readings for the window', () => {
  let isShown = true;
  let sent: GpuBatch[][] = [];
  const begin = () => batchesForWindow({ hostId: 'ada2', isWindowShown: () => isShown, send: (batches) => sent.push(batches) });

  beforeEach(() => {
    vi.useFakeTimers();
    isShown = true;
    sent = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are sent as they come while it is shown', () => {
    const { add } = begin();
    add([rowAt('a', 1), rowAt('b', 1)]);
    add([rowAt('a', 2)]);
    expect(sent.map((batches) => batches.map((batch) => [batch.gpuUuid, ...timesOf(batch)]))).toEqual([
      [
        ['a', 1],
        ['b', 1],
      ],
      [['a', 2]],
    ]);
  });

  it('wait while it is hidden, and all come in order with the first after it is shown', () => {
    const { add } = begin();
    add([rowAt('a', 1)]);
    isShown = false;
    for (let at = 2; at < 9; at += 1) {
      vi.advanceTimersByTime(1000);
      add([rowAt('a', at), rowAt('b', at)]);
    }
    expect(sent).toHaveLength(1);
    isShown = true;
    add([rowAt('a', 9)]);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.map(timesOf)).toEqual([
      [2, 3, 4, 5, 6, 7, 8, 9],
      [2, 3, 4, 5, 6, 7, 8],
    ]);
  });

  it('come in a batch every 15 s while it stays hidden, and at once when they are asked for', () => {
    const { add, flush } = begin();
    isShown = false;
    for (let at = 0; at < 31; at += 1) {
      add([rowAt('a', at)]);
      vi.advanceTimersByTime(1000);
    }
    expect(sent.map((batches) => batches.map((batch) => timesOf(batch).length))).toEqual([[1], [15], [15]]);
    add([rowAt('a', 99)]);
    flush();
    flush();
    expect(sent).toHaveLength(4);
  });
});

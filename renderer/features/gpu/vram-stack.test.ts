import { describe, expect, it } from 'vitest';
import { BUCKET_WIDTH } from '../../../shared/buckets.ts';
import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { withProcessList } from '../../stores/process-lists.ts';
import { heldAt, heldNow, type StoredHolders, stackOf } from './vram-stack.ts';

const GPU = 'GPU-1';
const process = (unit: string | null, memoryUsedMiB: number | null, gpuUuid = GPU): GpuProcess => ({
  gpuUuid,
  pid: 1,
  processName: '/usr/bin/python3',
  memoryUsedMiB,
  user: null,
  command: null,
  unit,
  startedAt: null,
});

function stored(bucketMs: number, columns: Readonly<Record<string, readonly (number | null)[]>>): StoredHolders {
  const count = Object.values(columns)[0]?.length ?? 0;
  return {
    subjects: Object.keys(columns),
    answer: {
      fromMs: 0,
      toMs: count * bucketMs,
      bucketMs,
      columns: Object.values(columns).map((values) => {
        const cells = new Float64Array(count * BUCKET_WIDTH);
        for (const [i, value] of values.entries()) {
          const one = value ?? Number.NaN;
          cells.set([i * bucketMs, one, one, one, value === null ? 0 : 1], i * BUCKET_WIDTH);
        }
        return cells;
      }),
    },
  };
}

const span = { fromMs: 0, toMs: 60_000 };
const base = { gpuUuid: GPU, span, bucketMs: 10_000, nowMs: 60_000, lists: [], stored: null };

describe('VRAM by process over time', () => {
  it('stacks the largest holder first, in the colour of its service, and leaves out who held nothing', () => {
    const stack = stackOf({
      ...base,
      stored: stored(10_000, {
        [`${GPU} unit ollama.service`]: [1024, 1024, null],
        [`${GPU} unit invokeai.service`]: [null, 4096, 4096],
        [`${GPU} program python3`]: [0, 0, 0],
      }),
    });
    expect(stack.series.map(({ label }) => label)).toEqual(['invokeai', 'ollama']);
    expect(stack.series[0]?.color).toBe('var(--ada-service1)');
    expect(stack.points.map(({ at, mean }) => [at, ...mean])).toEqual([
      [5_000, 0, 1],
      [15_000, 4, 1],
      [25_000, 4, 0],
    ]);
  });

  it('goes on with the live lists, each until the next one, but ends when none comes', () => {
    const stack = stackOf({
      ...base,
      nowMs: 90_000,
      span: { fromMs: 0, toMs: 90_000 },
      stored: stored(10_000, { [`${GPU} unit invokeai.service`]: [1024, 1024] }),
      lists: [
        { atMs: 12_000, processes: [process('invokeai.service', 3072), process('invokeai.service', 512, 'GPU-2')] },
        { atMs: 24_000, processes: [process('invokeai.service', 2048)] },
        { atMs: 28_000, processes: [process('invokeai.service', 4096)] },
      ],
    });
    expect(stack.points.map(({ at, mean }) => [at, ...mean])).toEqual([
      [5_000, 1],
      [15_000, 1],
      [25_000, 3],
      [35_000, 4],
      [45_000, 4],
      [55_000, 4],
      [65_000, 4],
    ]);
    expect(heldAt(stack, 26_000)).toEqual([3]);
  });

  it('sums up the smallest holders', () => {
    const many = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, i) => [`${GPU} unit ${name}.service`, [(i + 1) * 1024]]),
    );
    const stack = stackOf({ ...base, stored: stored(10_000, many) });
    expect(stack.series.map(({ label }) => label)).toEqual(['h', 'g', 'f', 'e', 'd', 'c', 'Others']);
    expect(stack.points[0]?.mean).toEqual([8, 7, 6, 5, 4, 3, 3]);
  });

  it('gives what is held now, and nothing where a figure or the list is missing', () => {
    const stack = stackOf({ ...base, lists: [{ atMs: 1_000, processes: [process('a.service', 2048), process('b.service', 1024)] }] });
    const now = (...processes: GpuProcess[]) => heldNow(stack, processes, GPU);
    expect(now(process('a.service', 1024))).toEqual([1, 0]);
    expect(now(process('a.service', 1024), process('b.service', null))).toEqual([1, null]);
    expect(now(process('a.service', 1024), process('a.service', null))).toEqual([null, 0]);
    expect(now(process('b.service', null, 'GPU-2'))).toEqual([0, 0]);
    expect(heldNow(stack, null, GPU)).toEqual([null, null]);
    const many = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, i) => [`${GPU} unit ${name}.service`, [(i + 1) * 1024]]),
    );
    expect(heldNow(stackOf({ ...base, stored: stored(10_000, many) }), [process('a.service', null)], GPU).at(-1)).toBeNull();
  });

  it('knows nothing without lists', () => {
    expect(stackOf(base)).toMatchObject({ series: [], points: [] });
    expect(heldAt(stackOf(base), 5_000)).toBeNull();
  });
});

describe('the live lists', () => {
  it('are taken once each and for twenty minutes; a clock that was set back starts anew', () => {
    const list = (atMs: number) => ({ atMs, processes: [] });
    const two = withProcessList(withProcessList([], list(1_000)), list(2_000));
    expect(two).toHaveLength(2);
    expect(withProcessList(two, list(2_000))).toBe(two);
    expect(withProcessList(two, list(500))).toEqual([list(500)]);
    expect(withProcessList(two, list(1_201_500))).toEqual([list(2_000), list(1_201_500)]);
  });
});

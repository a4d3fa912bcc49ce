import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../shared/contract/gpu.ts';
import { BUCKET_WIDTH } from '../../shared/contract/history.ts';
import { silentLogger } from '../log.ts';
import { type HistoryStore, openHistory } from './store.ts';

const HOUR_MS = 3_600_000;
let folder = '';
let stores: HistoryStore[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-history-'));
  stores = [];
});
afterEach(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(now: () => number): HistoryStore {
  const store = openHistory({ file: join(folder, 'h.sqlite'), keepDays: () => 14, log: silentLogger, now });
  stores.push(store);
  return store;
}

/** One row a second; memoryUsedMiB counts up from `first`. */
function rows(fromMs: number, count: number, first = 0): Float64Array {
  const packed = new Float64Array(count * GPU_ROW_WIDTH).fill(Number.NaN);
  for (let i = 0; i < count; i += 1) {
    packed[i * GPU_ROW_WIDTH] = fromMs + i * 1000;
    packed[i * GPU_ROW_WIDTH + 1] = first + i;
  }
  return packed;
}

const T = 1_790_000_000_000 - (1_790_000_000_000 % 60_000);
const request = { hostId: 'ada2', gpuUuid: 'GPU-1', metrics: ['memoryUsedMiB' as const], buckets: 10 };

describe('history', () => {
  it('answers what is not written yet, and the same after a restart', () => {
    const now = () => T + 100_000;
    const first = open(now);
    first.append('ada2', 'GPU-1', rows(T, 100));
    const before = first.series({ ...request, fromMs: T, toMs: T + 100_000 }).columns[0];
    first.close();
    const after = open(now).series({ ...request, fromMs: T, toMs: T + 100_000 }).columns[0];
    expect(after).toEqual(before);
    expect([...(before ?? []).slice(0, BUCKET_WIDTH)]).toEqual([T, 0, 9, 4.5, 10]);
  });

  it('goes on in the minute that a restart fell into, and keeps a gap a gap', () => {
    const now = () => T + 60_000;
    const first = open(now);
    first.append('ada2', 'GPU-1', rows(T, 10));
    first.close();
    const second = open(now);
    second.append('ada2', 'GPU-1', rows(T + 30_000, 10, 500));
    const cells = second.series({ ...request, fromMs: T, toMs: T + 50_000, buckets: 10 }).columns[0] ?? new Float64Array();
    const counts = [...Array(10).keys()].map((i) => cells[i * BUCKET_WIDTH + 4]);
    expect(counts).toEqual([5, 5, 0, 0, 0, 0, 5, 5, 0, 0]);
    expect(cells[2 * BUCKET_WIDTH + 1]).toBeNaN();
  });

  it('keeps a one-second spike visible over 48 hours', () => {
    const end = T + 48 * HOUR_MS;
    const store = open(() => end);
    for (let hour = 0; hour < 48; hour += 1) store.append('ada2', 'GPU-1', rows(T + hour * HOUR_MS, 3600, 0));
    const spike = rows(T + 20 * HOUR_MS + 500, 1, 45_000);
    store.append('ada2', 'GPU-1', spike);
    const cells = store.series({ ...request, fromMs: T, toMs: end, buckets: 600 }).columns[0] ?? new Float64Array();
    const maxima = [...Array(600).keys()].map((i) => cells[i * BUCKET_WIDTH + 2] ?? 0);
    expect(Math.max(...maxima)).toBe(45_000);
    expect(store.usage().samples).toBeGreaterThan(48 * 3600 - 3601);
  });

  it('remembers JSON with arrays of numbers and unknowns', () => {
    const store = open(() => T);
    const value = { latest: [{ rows: Float64Array.of(1, Number.NaN, 3) }], said: 'x' };
    store.remember('ada2', 'gpu-status', value);
    expect(store.recall('ada2', 'gpu-status')).toEqual(value);
    expect(store.recall('ada2', 'other')).toBeNull();
  });

  it('follows processes: runs begin, end and keep their peak', () => {
    let at = T;
    const store = open(() => at);
    const process = {
      gpuUuid: 'GPU-1',
      pid: 7,
      processName: 'python',
      user: null,
      command: null,
      unit: 'invokeai.service',
      startedAt: T - 5000,
    };
    store.recordProcesses('ada2', [{ ...process, memoryUsedMiB: 100 }], T);
    at += 5000;
    store.recordProcesses('ada2', [{ ...process, memoryUsedMiB: 900 }], at);
    expect(store.processRuns('ada2', 'GPU-1', T - 60_000, T + 60_000)).toEqual([
      { gpuUuid: 'GPU-1', pid: 7, name: 'python', unit: 'invokeai.service', startedAt: T - 5000, endedAt: null, peakMiB: 900 },
    ]);
    at += 5000;
    store.recordProcesses('ada2', [], at);
    expect(store.processRuns('ada2', 'GPU-1', T - 60_000, T + 60_000)[0]?.endedAt).toBe(at);
  });

  it('writes CSV with empty cells for unknown', () => {
    const store = open(() => T + 2000);
    store.append('ada2', 'GPU-1', rows(T, 2, 5));
    const lines = [...store.csv('ada2', 'GPU-1', T, T + 2000)];
    expect(lines[0]).toBe(['time', ...GPU_METRICS].join(','));
    expect(lines[1]).toBe(`${new Date(T).toISOString()},5${','.repeat(GPU_METRICS.length - 1)}`);
    expect(lines).toHaveLength(3);
  });

  it('forgets one host, and drops what is too old', () => {
    const now = T + 20 * 24 * HOUR_MS;
    let at = T;
    const store = open(() => at);
    store.append('ada2', 'GPU-1', rows(T, 60));
    store.append('other', 'GPU-1', rows(T, 60));
    store.flush();
    store.clear('ada2');
    expect(store.usage().samples).toBe(60);
    at = now;
    store.append('other', 'GPU-1', rows(now, 1));
    store.flush();
    expect(store.usage()).toMatchObject({ samples: 1, oldestSampleAt: now });
  });

  it('begins anew beside a damaged file', () => {
    writeFileSync(join(folder, 'h.sqlite'), 'this is not a database, and long enough to be looked at as one'.repeat(100));
    const store = open(() => T + 1000);
    store.append('ada2', 'GPU-1', rows(T, 1));
    expect(store.usage().samples).toBe(1);
  });

  it('loses nothing that was written when it is killed with -9 while writing', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'killed-writer.ts'), join(folder, 'h.sqlite')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const flushed = await new Promise<number>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        const said = Number(chunk.toString().trim().split('\n').at(-1));
        if (said >= 40) resolve(said);
      });
    });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(child.signalCode).toBe('SIGKILL');
    expect(open(() => T).usage().samples).toBeGreaterThanOrEqual(flushed);
  }, 30_000);
});

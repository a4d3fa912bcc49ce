import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUCKET_WIDTH } from '../../../shared/buckets.ts';
import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import type { HistoryEvent, SeriesAnswer } from '../../../shared/capabilities/history/contract.ts';
import { GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { HistoryStore, SeriesId } from './source.ts';
import { openHistory } from './store.ts';

const HOST = 'ada2';
const GPU = 'GPU-1';
const SERIES: SeriesId = { hostId: HOST, kind: 'gpu', subject: GPU };
const HOUR = 3_600_000;
let folder = '';
let clock = 1_800_000_000_000;
let stores: HistoryStore[] = [];
const file = (): string => join(folder, 'history.sqlite');
const open = (): HistoryStore => {
  const store = openHistory({ file: file(), keepDays: () => 14, log: silentLogger, now: () => clock });
  stores.push(store);
  return store;
};
const rows = (fromMs: number, count: number, value: (i: number) => number = (i) => i): Float64Array => {
  const all = new Float64Array(count * GPU_ROW_WIDTH).fill(Number.NaN);
  for (let i = 0; i < count; i += 1) {
    all[i * GPU_ROW_WIDTH] = fromMs + i * 1000;
    all[i * GPU_ROW_WIDTH + 1] = value(i);
  }
  return all;
};
const selection = (fromMs: number, toMs: number) => ({ hostId: HOST, kind: 'gpu' as const, subjects: [GPU], fromMs, toMs });
const request = (store: HistoryStore, fromMs: number, toMs: number, buckets = 1200): SeriesAnswer =>
  store.series({ hostId: HOST, kind: 'gpu', subjects: [GPU], metrics: ['memoryUsedMiB'], fromMs, toMs, buckets });
const total = (answer: SeriesAnswer): number => {
  let sum = 0;
  const column = answer.columns[0] ?? new Float64Array();
  for (let at = 4; at < column.length; at += BUCKET_WIDTH) sum += column[at] ?? 0;
  return sum;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-history-'));
  clock = 1_800_000_000_000;
});
afterEach(() => {
  for (const store of stores) store.close();
  stores = [];
  rmSync(folder, { recursive: true, force: true });
});

describe('the history store', () => {
  it('answers with what is not flushed yet, and with the same after a restart', () => {
    const store = open();
    store.append(SERIES, rows(clock, 100));
    const before = request(store, clock, clock + 100_000, 10);
    expect(total(before)).toBe(100);
    expect([...(before.columns[0] ?? [])].slice(0, 5)).toEqual([clock, 0, 9, 4.5, 10]);
    store.close();
    expect(request(open(), clock, clock + 100_000, 10)).toEqual(before);
  });

  it('answers 48 h by roll-ups: min, max and gaps are kept', () => {
    const from = clock - 48 * HOUR;
    const store = open();
    const gapFrom = from + 10 * HOUR;
    store.append(
      SERIES,
      rows(from, 36_000, (i) => (i === 20_000 ? 40_000 : 100)),
    );
    store.append(
      SERIES,
      rows(gapFrom + HOUR, 37 * 3600, () => 100),
    );
    store.flush();
    const began = performance.now();
    const answer = request(store, from, clock, 1200);
    expect(performance.now() - began).toBeLessThan(2_000);
    const column = answer.columns[0] ?? new Float64Array();
    expect(total(answer)).toBe(36_000 + 37 * 3600);
    const maxima = Array.from({ length: 1200 }, (_, i) => column[i * BUCKET_WIDTH + 2] ?? 0);
    expect(Math.max(...maxima.filter((one) => !Number.isNaN(one)))).toBe(40_000);
    expect(maxima.filter((one) => Number.isNaN(one))).toHaveLength(25);
  });

  it('keeps raw rows 48 h and roll-ups for the days asked', () => {
    const store = open();
    const old = clock - 3 * 24 * HOUR;
    store.append(
      SERIES,
      rows(old, 700, () => 5),
    );
    store.append(
      SERIES,
      rows(clock - 15 * 24 * HOUR, 700, () => 5),
    );
    store.append(
      SERIES,
      rows(clock, 10, () => 5),
    );
    store.flush();
    clock += 2 * HOUR;
    store.append(
      SERIES,
      rows(clock, 1, () => 5),
    );
    store.flush();
    expect([...store.csv(selection(old - HOUR, old + HOUR))]).toHaveLength(1);
    const answer = request(store, old, old + 600_000, 1200);
    expect((answer.columns[0] ?? [])[1]).toBe(5);
    expect(total(request(store, clock - 16 * 24 * HOUR, clock - 14.5 * 24 * HOUR))).toBe(0);
  });

  it('writes CSV with empty cells for the unknown', () => {
    const store = open();
    store.append(
      SERIES,
      rows(clock, 2, () => 12.34),
    );
    expect([...store.csv(selection(clock, clock + 1000))].slice(1)).toEqual([`${new Date(clock).toISOString()},12.34${','.repeat(13)}`]);
  });

  it('clears a host', () => {
    const store = open();
    store.append(SERIES, rows(clock, 5));
    store.close();
    const again = open();
    expect(again.usage()).toMatchObject({ samples: 5, oldestSampleAt: expect.any(Number) });
    again.clear(HOST);
    expect(again.usage().samples).toBe(0);
  });

  it('keeps the runs of processes', () => {
    const store = open();
    const process = (pid: number, memoryUsedMiB: number): GpuProcess => ({
      gpuUuid: GPU,
      pid,
      processName: 'python',
      memoryUsedMiB,
      user: null,
      command: null,
      unit: 'invokeai.service',
      startedAt: null,
    });
    const began = clock;
    store.recordProcesses(HOST, [process(1, 100)], clock);
    clock += 5000;
    store.recordProcesses(HOST, [process(1, 300), process(2, 50)], clock);
    store.flush();
    clock += 5000;
    store.recordProcesses(HOST, [process(2, 60)], clock);
    const runs = store.runs({ hostId: HOST, gpuUuid: GPU, fromMs: began, toMs: clock });
    expect(runs).toMatchObject([
      { pid: 1, startedAt: began, endedAt: clock, peakMiB: 300, unit: 'invokeai.service' },
      { pid: 2, startedAt: began + 5000, endedAt: null, peakMiB: 60 },
    ]);
    store.close();
    clock += 10 * HOUR;
    expect(open().runs({ hostId: HOST, gpuUuid: GPU, fromMs: began, toMs: clock })).toMatchObject([
      { pid: 1 },
      { pid: 2, endedAt: began + 10_000 },
    ]);
  });

  it('stores events once each, over a restart, for the days asked', () => {
    const store = open();
    const xid = (at: number): HistoryEvent => ({ kind: 'xid', subject: '0000:01:00.0', at, state: 'Xid 79', detail: 'fell off the bus' });
    store.recordEvent(HOST, xid(clock - 15 * 24 * HOUR));
    store.recordEvent(HOST, xid(clock));
    const all = { hostId: HOST, fromMs: 0, toMs: clock + 1000 };
    expect(store.events(all)).toHaveLength(2);
    store.close();
    const again = open();
    again.recordEvent(HOST, xid(clock));
    again.recordEvent(HOST, { kind: 'unit', subject: 'invokeai.service', at: clock - 1, state: 'failed', detail: null });
    again.recordEvent('another', xid(clock));
    expect(again.events(all).map(({ kind, at }) => [kind, at])).toEqual([
      ['unit', clock - 1],
      ['xid', clock],
    ]);
    again.flush();
    expect(again.events(all)).toHaveLength(2);
    expect(again.events({ ...all, toMs: clock })).toHaveLength(1);
    again.clear(HOST);
    expect(again.events(all)).toEqual([]);
    expect(again.events({ ...all, hostId: 'another' })).toHaveLength(1);
  });

  it('moves a broken file aside, removes a stale lock, and lives in memory where it cannot write', () => {
    writeFileSync(file(), 'this is no database'.repeat(500));
    mkdirSync(`${file()}.lock`);
    const store = open();
    store.append(SERIES, rows(clock, 3));
    expect(store.usage().samples).toBe(3);
    expect(readdirSync(folder).some((name) => name.includes('.broken-'))).toBe(true);
    const nowhere = openHistory({ file: join(file(), 'below-a-file.sqlite'), keepDays: () => 14, log: silentLogger });
    nowhere.append(SERIES, rows(clock, 3));
    expect(total(request(nowhere, clock, clock + 10_000, 10))).toBe(3);
    nowhere.close();
  });

  it('keeps memory flat over many samples', () => {
    const store = open();
    const from = clock - 12 * HOUR;
    for (let hour = 0; hour < 12; hour += 1)
      store.append(
        SERIES,
        rows(from + hour * HOUR, 3600, () => 7),
      );
    expect(total(request(store, from, clock, 1200))).toBe(43_200);
    expect(store.usage().bytes).toBeLessThan(43_200 * 120);
  });
});

describe('what the store takes on the disk', () => {
  it('includes the write-ahead log, and is given back when a host is cleared', () => {
    const store = open();
    store.append(SERIES, rows(clock - 4 * HOUR, 4 * 3600));
    store.flush();
    const taken = (name: string): number => {
      const found = statSync(name, { throwIfNoEntry: false });
      return found === undefined ? 0 : found.blocks > 0 ? found.blocks * 512 : found.size;
    };
    const { bytes } = store.usage();
    expect(taken(`${file()}-wal`)).toBeGreaterThan(0);
    expect(bytes).toBe(taken(file()) + taken(`${file()}-wal`));
    expect(bytes).toBeGreaterThan(4 * 3600 * 15 * 4);
    store.clear(HOST);
    expect(store.usage().bytes).toBeLessThan(bytes / 4);
  });
});

describe('percentiles of load', () => {
  const load = (fromMs: number, toMs: number, store: HistoryStore): readonly number[][] => {
    const asked = { ...selection(fromMs, toMs), metrics: ['utilizationGpuPercent'], percentiles: ['utilizationGpuPercent'], buckets: 20 };
    const band = store.series(asked).percentiles?.[0] ?? new Float64Array();
    return Array.from({ length: 20 }, (_, i) => [...band.slice(i * 2, i * 2 + 2)]);
  };
  /** Load that is 3 % in every tenth second and 80 % otherwise. */
  const busy = (fromMs: number, count: number): Float64Array => {
    const all = new Float64Array(count * GPU_ROW_WIDTH).fill(Number.NaN);
    for (let i = 0; i < count; i += 1) all.set([fromMs + i * 1000, 1, 1, 1, 1, i % 10 === 0 ? 3 : 80], i * GPU_ROW_WIDTH);
    return all;
  };

  it('are the same from raw rows, from memory and, long after the raw rows are gone, from what is kept', () => {
    const from = clock - (clock % 600_000);
    const store = open();
    store.append(SERIES, busy(from, 3_600));
    const known = Array.from({ length: 20 }, () => [3, 80]);
    expect(load(from, from + HOUR, store)).toEqual(known);
    expect(load(from, from + 200_000, store)).toEqual(known);
    clock = from + 72 * HOUR;
    store.append(SERIES, rows(clock, 1));
    store.close();
    const later = open();
    later.append(SERIES, rows(clock + 1000, 1));
    later.flush();
    expect([...later.rows(SERIES, from, from + HOUR)].flatMap((block) => [...block])).toEqual([]);
    expect(load(from, from + HOUR, later)).toEqual(known);
    // Narrower than what is kept: every bucket has the values of the ten seconds around it.
    expect(load(from, from + 20_000, later)).toEqual(known);
    expect(
      load(from + 24 * HOUR, from + 25 * HOUR, later)
        .flat()
        .every(Number.isNaN),
    ).toBe(true);
  });
});

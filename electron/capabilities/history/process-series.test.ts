import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { valuesOfBuckets } from '../../../shared/buckets.ts';
import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { createProcessSeries } from './process-series.ts';
import type { HistoryStore } from './source.ts';
import { openHistory } from './store.ts';

const HOST = 'ada2';
const GPU = 'GPU-1';
const INVOKEAI = `${GPU} unit invokeai.service`;
const START = 1_800_000_000_000;
const process = (unit: string | null, memoryUsedMiB: number | null, processName = '/usr/bin/python3'): GpuProcess => ({
  gpuUuid: GPU,
  pid: 1,
  processName,
  memoryUsedMiB,
  user: null,
  command: null,
  unit,
  startedAt: null,
});

describe('rows of VRAM per process', () => {
  it('sum up what one unit holds, and end a holder with one row of 0', () => {
    const series = createProcessSeries();
    const rows = (processes: readonly GpuProcess[], atMs: number) =>
      [...series.rowsOf(processes, atMs)].map(([subject, row]) => [subject, ...row]);
    expect(rows([process('invokeai.service', 100), process('invokeai.service', 20), process(null, 5)], 1)).toEqual([
      [INVOKEAI, 1, 120],
      [`${GPU} program python3`, 1, 5],
    ]);
    expect(rows([process(null, 6)], 2)).toEqual([
      [`${GPU} program python3`, 2, 6],
      [INVOKEAI, 2, 0],
    ]);
    expect(rows([process(null, 6)], 3)).toEqual([[`${GPU} program python3`, 3, 6]]);
    expect(rows([process('invokeai.service', null), process('invokeai.service', 20)], 4)[0]).toEqual([INVOKEAI, 4, Number.NaN]);
  });

  it('of a host that names new programs without end are summed up as others', () => {
    const series = createProcessSeries();
    const many = Array.from({ length: 150 }, (_, i) => process(null, 2, `/opt/program-${i}`));
    const rows = series.rowsOf(many, 1);
    expect(rows.size).toBe(101);
    expect([...(rows.get(`${GPU} others`) ?? [])]).toEqual([1, 100]);
    // An hour later there is room for a new one beside those that are still there.
    const present = [process(null, 2, '/opt/program-0'), process('invokeai.service', 3)];
    expect([...series.rowsOf(present, 1_800_000).keys()]).toContain(`${GPU} others`);
    expect([...series.rowsOf(present, 3_600_002).keys()]).toEqual([`${GPU} program program-0`, INVOKEAI, `${GPU} others`]);
    expect([...series.rowsOf(present, 3_600_003).keys()]).toEqual([`${GPU} program program-0`, INVOKEAI]);
  });
});

describe('VRAM per process in the store', () => {
  let folder = '';
  let clock = START;
  let store: HistoryStore;
  const open = (): HistoryStore => openHistory({ file: join(folder, 'h.sqlite'), keepDays: () => 14, log: silentLogger, now: () => clock });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-processes-'));
    clock = START;
    store = open();
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const list = (afterMs: number, processes: readonly GpuProcess[]): void => {
    clock = START + afterMs;
    store.recordProcesses(HOST, processes, clock);
  };
  const values = (fromMs: number, toMs: number, buckets: number, place: 'min' | 'max' | 'mean' = 'mean') =>
    valuesOfBuckets(
      store.series({
        ...{ hostId: HOST, kind: 'process', subjects: [INVOKEAI], metrics: ['memoryUsedMiB'] },
        ...{ fromMs: START + fromMs, toMs: START + toMs, buckets },
      }).columns[0],
      place,
    );

  it('stands until the next list, ends with the process, and is unknown where there was no list', () => {
    list(0, [process('invokeai.service', 100)]);
    list(30_000, [process('invokeai.service', 200)]);
    list(60_000, []);
    list(90_000, []);
    list(300_000, [process('invokeai.service', 300)]);
    list(305_000, [process('invokeai.service', 310)]);
    expect(values(0, 120_000, 12)).toEqual([100, 100, 100, 200, 200, 200, 0, 0, 0, 0, null, null]);
    expect(values(300_000, 320_000, 20).slice(0, 8)).toEqual([300, 300, 300, 300, 300, 310, null, null]);
    expect(values(0, 600_000, 10, 'max')).toEqual([200, 0, null, null, null, 310, null, null, null, null]);
    // Seen from within the time that a row stands.
    expect(values(10_000, 20_000, 10)).toEqual(Array<number>(10).fill(100));
  });

  it('is the same after a restart, and its subjects are those with readings in the stretch', () => {
    list(0, [process('invokeai.service', 100), process(null, 50)]);
    list(1_800_000, [process('invokeai.service', 200)]);
    const subjects = (fromMs: number, toMs: number) =>
      store.subjectsWithin({ hostId: HOST, kind: 'process', fromMs: START + fromMs, toMs: START + toMs });
    const both = [`${GPU} program python3`, INVOKEAI];
    for (const _start of [1, 2]) {
      expect(subjects(0, 60_000)).toEqual(both);
      expect(subjects(1_800_000, 1_860_000).toSorted()).toEqual([`${GPU} program python3`, INVOKEAI].toSorted());
      expect(subjects(3_600_000, 7_200_000)).toEqual([]);
      expect(values(0, 10_000, 10)).toEqual(Array.from({ length: 10 }, () => 100));
      store.close();
      store = open();
    }
    expect([...store.csv({ hostId: HOST, kind: 'process', subjects: both, fromMs: START, toMs: START + 60_000 })]).toEqual([
      'time,subject,memoryUsedMiB',
      `2027-01-15T08:00:00.000Z,${GPU} program python3,50`,
      `2027-01-15T08:00:00.000Z,${INVOKEAI},100`,
    ]);
    store.clear(HOST);
    expect(subjects(0, 7_200_000)).toEqual([]);
    expect(values(0, 10_000, 10)).toEqual(Array.from({ length: 10 }, () => null));
    list(3_600_000, []);
    expect(subjects(0, 7_200_000)).toEqual([]);
  });

  it('answers with no more subjects than one request may ask for', () => {
    list(
      0,
      Array.from({ length: 99 }, (_, i) => process(null, 2, `/opt/program-${i}`)),
    );
    expect(store.subjectsWithin({ hostId: HOST, kind: 'process', fromMs: START, toMs: START + 1 })).toHaveLength(SERIES_LIMITS.subjects);
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUCKET_WIDTH } from '../../../shared/buckets.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { HistoryStore } from './source.ts';
import { openHistory } from './store.ts';

const { Database }: typeof sqlite = createRequire(import.meta.url)('node-sqlite3-wasm');
type Db = InstanceType<typeof sqlite.Database>;

const NOW = 1_800_000_300_000;
const HOUR = 3_600_000;
let folder = '';
const file = (): string => join(folder, 'history.sqlite');
const open = (): HistoryStore => openHistory({ file: file(), keepDays: () => 14, log: silentLogger, now: () => NOW });
const raw = (work: (db: Db) => void): void => {
  const db = new Database(file());
  // The write-ahead log of this library needs a lock that is not shared.
  db.exec('PRAGMA locking_mode = EXCLUSIVE');
  try {
    work(db);
  } finally {
    db.close();
  }
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-schema-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The tables of version 1, as version 1 created them. */
const VERSION_1 = `
  CREATE TABLE gpu (id INTEGER PRIMARY KEY, host TEXT NOT NULL, uuid TEXT NOT NULL, UNIQUE (host, uuid));
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY, gpu INTEGER NOT NULL, kind INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE INDEX chunk_by_time ON chunk (gpu, kind, from_ms, to_ms, samples);
  CREATE TABLE run (
    id INTEGER PRIMARY KEY, host TEXT NOT NULL, gpu_uuid TEXT NOT NULL, pid INTEGER NOT NULL, name TEXT NOT NULL, unit TEXT,
    started_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, ended_ms INTEGER, peak_mib REAL);
  CREATE INDEX run_by_time ON run (host, gpu_uuid, started_ms);
  PRAGMA user_version = 1;
`;
const GPU_COLUMNS = 14;
const bytes = (rows: readonly (readonly number[])[]): Uint8Array => new Uint8Array(Float32Array.from(rows.flat()).buffer);
/** A row of version 1: the time after the first, then VRAM in use in MiB; the other metrics are unknown. */
const gpuRow = (afterMs: number, usedMiB: number): number[] => [afterMs, usedMiB, ...Array<number>(GPU_COLUMNS - 1).fill(Number.NaN)];
const rollup = (afterMs: number, min: number, max: number, sum: number, count: number): number[] => [
  afterMs,
  ...[min, max, sum, count],
  ...Array.from({ length: GPU_COLUMNS - 1 }, () => [Number.NaN, Number.NaN, 0, 0]).flat(),
];

const answer = (store: HistoryStore, fromMs: number, toMs: number, buckets: number, metric = 'memoryUsedMiB'): Float64Array =>
  store.series({ hostId: 'ada2', kind: 'gpu', subjects: ['GPU-1'], metrics: [metric], fromMs, toMs, buckets }).columns[0] ??
  new Float64Array();
const bucketsWithRows = (column: Float64Array): number[][] => {
  const found: number[][] = [];
  for (let at = 0; at < column.length; at += BUCKET_WIDTH)
    if ((column[at + 4] ?? 0) > 0) found.push([...column.slice(at, at + BUCKET_WIDTH)]);
  return found;
};
const csv = (store: HistoryStore): string[] =>
  [...store.csv({ hostId: 'ada2', kind: 'gpu', subjects: ['GPU-1'], fromMs: 0, toMs: NOW + HOUR })].slice(1);

describe('a store of version 1', () => {
  const closedMs = NOW - 2 * HOUR - ((NOW - 2 * HOUR) % 600_000);
  beforeEach(() =>
    raw((db) => {
      db.exec(VERSION_1);
      db.run("INSERT INTO gpu (host, uuid) VALUES ('ada2', 'GPU-1')");
      const insert = 'INSERT INTO chunk (gpu, kind, from_ms, to_ms, samples, data) VALUES (1, ?, ?, ?, ?, ?)';
      db.run(insert, [1, closedMs, closedMs + 1000, 2, bytes([gpuRow(0, 100), gpuRow(1000, 300)])]);
      db.run(insert, [2, closedMs, closedMs, 1, bytes([rollup(0, 100, 300, 400, 2)])]);
      db.run(insert, [2, closedMs - 72 * HOUR, closedMs - 72 * HOUR, 1, bytes([rollup(0, 5, 7, 12, 2)])]);
      db.run(insert, [0, NOW - 2000, NOW - 1000, 2, bytes([gpuRow(0, 50), gpuRow(1000, 60)])]);
      db.run(
        "INSERT INTO run (host, gpu_uuid, pid, name, unit, started_ms, seen_ms, ended_ms, peak_mib) VALUES ('ada2', 'GPU-1', 7, 'python', NULL, ?, ?, ?, 300)",
        [closedMs, closedMs + 1000, closedMs + 1000],
      );
    }),
  );

  it('is read whole: raw rows, roll-ups, the newest rows and the runs; and goes on', () => {
    for (const _start of [1, 2]) {
      const store = open();
      expect(bucketsWithRows(answer(store, closedMs, closedMs + 10_000, 10))).toEqual([
        [closedMs, 100, 100, 100, 1],
        [closedMs + 1000, 300, 300, 300, 1],
      ]);
      expect(bucketsWithRows(answer(store, closedMs - 72 * HOUR, closedMs - 48 * HOUR, 10)).map(([, ...cells]) => cells)).toEqual([
        [5, 7, 6, 2],
      ]);
      expect(bucketsWithRows(answer(store, NOW - 2000, NOW, 10)).map(([, , max]) => max)).toEqual([50, 60]);
      const load = { hostId: 'ada2', kind: 'gpu' as const, subjects: ['GPU-1'], metrics: ['memoryUsedMiB'] };
      const band = store.series({ ...load, percentiles: ['utilizationGpuPercent'], fromMs: NOW - 72 * HOUR, toMs: NOW, buckets: 10 });
      expect([...(band.percentiles?.[0] ?? [])].every(Number.isNaN)).toBe(true);
      expect(store.runs({ hostId: 'ada2', gpuUuid: 'GPU-1', fromMs: 0, toMs: NOW })).toMatchObject([{ pid: 7, peakMiB: 300 }]);
      expect(csv(store)).toHaveLength(4);
      expect(store.usage().samples).toBe(4);
      store.close();
    }
    const store = open();
    const row = new Float64Array(1 + GPU_COLUMNS).fill(Number.NaN);
    row.set([NOW, 70]);
    store.append({ hostId: 'ada2', kind: 'gpu', subject: 'GPU-1' }, row);
    expect(bucketsWithRows(answer(store, NOW - 2000, NOW + 1000, 10)).map(([, , max]) => max)).toEqual([50, 60, 70]);
    store.close();
    expect(readdirSync(folder).filter((name) => name.includes('broken'))).toEqual([]);
    raw((db) => expect(db.get('PRAGMA user_version')?.['user_version']).toBe(2));
  });

  it('is left as it was when it cannot be rewritten, and moved aside only if it is damaged', () => {
    raw((db) => db.exec('CREATE TABLE series (something INTEGER)'));
    const store = open();
    expect(csv(store)).toEqual([]);
    store.close();
    raw((db) => {
      expect(db.get('PRAGMA user_version')?.['user_version']).toBe(1);
      expect(db.get('SELECT count(*) AS rows FROM chunk')?.['rows']).toBe(4);
    });
  });
});

describe('rows stored with another list of metrics', () => {
  it('are read by the names they have in common, and what they lack is unknown', () => {
    open().flush();
    const first = open();
    first.usage();
    first.close();
    raw((db) => {
      db.run("INSERT INTO series (host, kind, subject, metrics) VALUES ('ada2', 'gpu', 'GPU-1', 'temperatureC,gone,memoryUsedMiB')");
      const insert = 'INSERT INTO chunk (series, kind, from_ms, to_ms, samples, data) VALUES (1, ?, ?, ?, 1, ?)';
      db.run(insert, [1, NOW - 2 * HOUR, NOW - 2 * HOUR, bytes([[0, 66, 1, 500]])]);
      db.run(insert, [0, NOW - 1000, NOW - 1000, bytes([[0, 67, 1, 600]])]);
    });
    for (const _start of [1, 2]) {
      const store = open();
      expect(bucketsWithRows(answer(store, NOW - 2 * HOUR, NOW - HOUR, 1200)).map(([, , max]) => max)).toEqual([500]);
      expect(bucketsWithRows(answer(store, NOW - 2 * HOUR, NOW, 1200, 'temperatureC')).map(([, , max]) => max)).toEqual([66, 67]);
      expect(bucketsWithRows(answer(store, NOW - 2 * HOUR, NOW, 1200, 'fanPercent'))).toEqual([]);
      expect(csv(store).map((line) => line.split(',').slice(1))).toEqual([
        ['500', '', '', '', '', '', '66', '', '', '', '', '', '', ''],
        ['600', '', '', '', '', '', '67', '', '', '', '', '', '', ''],
      ]);
      const row = new Float64Array(1 + GPU_COLUMNS).fill(Number.NaN);
      row.set([NOW - HOUR, 1]);
      if (_start === 2) store.append({ hostId: 'ada2', kind: 'gpu', subject: 'GPU-1' }, row);
      store.close();
    }
    const store = open();
    expect(csv(store)).toHaveLength(3);
    store.close();
  });
});

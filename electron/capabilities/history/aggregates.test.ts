import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKET_WIDTH } from '../../../shared/buckets.ts';
import { rowWidth, SERIES_KIND_NAMES, type SeriesKindName, seriesKind } from '../../../shared/series-kinds.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { SeriesId } from './source.ts';
import { openHistory } from './store.ts';

const START_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

interface Row {
  readonly atMs: number;
  readonly values: readonly (number | null)[];
}

/** Small whole numbers, which 32-bit floats hold exactly; null is a metric that was not reported. */
const rowsOf = (kind: SeriesKindName) =>
  fc.array(
    fc.record({
      atMs: fc.integer({ min: START_MS, max: START_MS + 2 * HOUR_MS - 1 }),
      values: fc.array(fc.option(fc.integer({ min: 0, max: 1000 })), {
        minLength: seriesKind(kind).metrics.length,
        maxLength: seriesKind(kind).metrics.length,
      }),
    }),
    { maxLength: 120 },
  );

const packed = (rows: readonly Row[]): Float64Array =>
  Float64Array.from(rows.flatMap(({ atMs, values }) => [atMs, ...values.map((value) => value ?? Number.NaN)]));

/** The rows of a kind whose rows stand for a while, again at the start of each bucket that they reach. */
function held(rows: readonly Row[], holdMs: number, fromMs: number, bucketMs: number): Row[] {
  if (holdMs <= bucketMs) return [...rows];
  return rows.flatMap((row, i) => {
    const endMs = Math.min(row.atMs + holdMs, rows[i + 1]?.atMs ?? Number.POSITIVE_INFINITY);
    const copies = [row];
    for (let ms = fromMs + (Math.floor((row.atMs - fromMs) / bucketMs) + 1) * bucketMs; ms < endMs; ms += bucketMs)
      copies.push({ ...row, atMs: ms });
    return copies;
  });
}

/** Start, min, max, mean and count of each bucket, straight from the rows. */
function reference(rows: readonly Row[], metric: number, fromMs: number, bucketMs: number, buckets: number): number[] {
  return Array.from({ length: buckets }, (_, i) => {
    const startMs = fromMs + i * bucketMs;
    const known = rows
      .filter(({ atMs }) => atMs >= startMs && atMs < startMs + bucketMs)
      .map(({ values }) => values[metric] ?? null)
      .filter((value) => value !== null);
    const sum = known.reduce((total, value) => total + value, 0);
    return known.length === 0
      ? [startMs, Number.NaN, Number.NaN, Number.NaN, 0]
      : [startMs, Math.min(...known), Math.max(...known), sum / known.length, known.length];
  }).flat();
}

/** Nearest rank of the 10th and 90th percentile of each bucket. */
function percentiles(rows: readonly Row[], metric: number, fromMs: number, bucketMs: number, buckets: number): number[] {
  return Array.from({ length: buckets }, (_, i) => {
    const values = rows
      .filter(({ atMs }) => Math.floor((atMs - fromMs) / bucketMs) === i)
      .flatMap(({ values: all }) => (all[metric] === null || (all[metric] ?? 101) > 100 ? [] : [all[metric] ?? 0]))
      .sort((a, b) => a - b);
    return [0.1, 0.9].map((share) => values[Math.ceil(values.length * share) - 1] ?? Number.NaN);
  }).flat();
}

describe('buckets of stored rows', () => {
  it.each(SERIES_KIND_NAMES)(
    'of %s are those of the rows themselves, raw or rolled up, before and after a restart',
    { timeout: 60_000 },
    (kind) => {
      const { metrics, rollupMs, holdMs, percents } = seriesKind(kind);
      const id: SeriesId = { hostId: 'lab', kind, subject: 'one' };
      const plan = fc.record({
        rows: rowsOf(kind),
        // 1 s from raw rows; 6 roll-ups long from roll-ups.
        bucketMs: fc.constantFrom(1_000, 20_000, 6 * rollupMs),
        restarts: fc.boolean(),
        batch: fc.integer({ min: 1, max: 50 }),
      });
      fc.assert(
        fc.property(plan, ({ rows, bucketMs, restarts, batch }) => {
          const folder = mkdtempSync(join(tmpdir(), 'ada-aggregates-'));
          const open = () =>
            openHistory({ file: join(folder, 'h.sqlite'), keepDays: () => 14, log: silentLogger, now: () => START_MS + 2 * HOUR_MS });
          let store = open();
          try {
            const inOrder = [...rows].sort((a, b) => a.atMs - b.atMs);
            for (let at = 0; at < inOrder.length; at += batch) store.append(id, packed(inOrder.slice(at, at + batch)));
            if (restarts) {
              store.close();
              store = open();
            }
            const buckets = Math.min(1200, (2 * HOUR_MS) / bucketMs);
            const toMs = START_MS + buckets * bucketMs;
            const wanted = { ...id, subjects: ['one'], metrics: [...metrics], percentiles: [...percents], fromMs: START_MS, toMs, buckets };
            const { columns, percentiles: bands = [] } = store.series(wanted);
            expect(bands).toHaveLength(percents.length);
            for (const [i, metric] of percents.entries())
              expect([...(bands[i] ?? [])]).toEqual(percentiles(rows, metrics.indexOf(metric), START_MS, bucketMs, buckets));
            const standing = held(inOrder, holdMs, START_MS, bucketMs);
            for (const [metric, column] of columns.entries()) {
              const expected = reference(standing, metric, START_MS, bucketMs, buckets);
              expect(column).toHaveLength(expected.length);
              const isSame = expected.every(
                (value, i) => Object.is(value, column[i]) || Math.abs(value - (column[i] ?? Number.NaN)) < 1e-6,
              );
              if (!isSame) expect([...column]).toEqual(expected);
            }
            const lines = [...store.csv({ ...id, subjects: ['one'], fromMs: START_MS, toMs })].slice(1);
            const stored = inOrder.filter(({ atMs }) => atMs < toMs);
            expect(lines.map((line) => line.split(',').slice(1))).toEqual(
              stored.map(({ values }) => values.map((value) => String(value ?? ''))),
            );
          } finally {
            store.close();
            rmSync(folder, { recursive: true, force: true });
          }
        }),
        { numRuns: 25 },
      );
    },
  );

  it('of counts keep their total where a roll-up is wider than a bucket', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ada-aggregates-'));
    const id: SeriesId = { hostId: 'lab', kind: 'gateway-requests', subject: 'one' };
    const day = 24 * HOUR_MS;
    let clock = START_MS;
    const store = openHistory({ file: join(folder, 'h.sqlite'), keepDays: () => 14, log: silentLogger, now: () => clock });
    try {
      const row = (atMs: number, accepted: number) => Float64Array.from([atMs, accepted, 0, 0, 0, Number.NaN]);
      for (let i = 0; i < 600; i += 2) store.append(id, row(START_MS + i * 1000, i % 60 === 0 ? 3 : 0));
      clock += 3 * day;
      store.append(id, row(clock, 0));
      store.flush();
      const { columns, bucketMs } = store.series({
        ...id,
        subjects: ['one', 'never-written'],
        metrics: ['accepted'],
        fromMs: START_MS,
        toMs: START_MS + 600_000,
        buckets: 60,
      });
      expect(bucketMs).toBeLessThan(seriesKind('gateway-requests').rollupMs);
      const total = (column: Float64Array | undefined): number => {
        let sum = 0;
        for (let at = 0; column !== undefined && at < column.length; at += BUCKET_WIDTH) {
          const count = column[at + 4] ?? 0;
          if (count > 0) sum += (column[at + 3] ?? 0) * count;
        }
        return sum;
      };
      expect([...store.csv({ ...id, subjects: ['one'], fromMs: START_MS, toMs: START_MS + 600_000 })]).toHaveLength(1);
      expect(total(columns[0])).toBeCloseTo(30);
      expect(total(columns[1])).toBe(0);
      expect(columns).toHaveLength(2);
    } finally {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('have as many columns as the kind has metrics', () => {
    for (const kind of SERIES_KIND_NAMES) expect(rowWidth(seriesKind(kind))).toBe(1 + new Set(seriesKind(kind).metrics).size);
  });
});

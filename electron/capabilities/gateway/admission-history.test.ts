import { describe, expect, it } from 'vitest';
import { BUCKET_WIDTH } from '../../../shared/buckets.ts';
import type { AdmissionRow } from '../../../shared/capabilities/gateway/contract.ts';
import { createAdmissionLog } from './admission-history.ts';

const row = (backendClass: string, inflight: number | null, routeKind = 'images'): AdmissionRow => ({
  backendClass,
  routeKind,
  limit: 2,
  available: inflight === null ? null : 2 - inflight,
  inflight,
});

/** Min, max and count of each bucket. */
function brief(column: Float64Array | undefined): number[][] {
  return Array.from({ length: (column?.length ?? 0) / BUCKET_WIDTH }, (_, bucket) => {
    const at = bucket * BUCKET_WIDTH;
    return [column?.[at + 1] ?? -1, column?.[at + 2] ?? -1, column?.[at + 4] ?? -1];
  });
}

describe('slots over time', () => {
  it('keep the least and the most of every bucket, and a gap where nothing was told', () => {
    const log = createAdmissionLog();
    log.add(0, [row('gpu_heavy', 0)]);
    log.add(500, [row('gpu_heavy', 2)]);
    log.add(1_000, [row('gpu_heavy', null)]);
    log.add(2_000, []);
    log.add(3_000, [row('gpu_heavy', 1)]);
    const { rows, bucketMs, columns } = log.read(0, 4_000, 4);
    expect(rows).toEqual([{ backendClass: 'gpu_heavy', routeKind: 'images' }]);
    expect(bucketMs).toBe(1_000);
    expect(brief(columns[0])).toEqual([
      [0, 2, 2],
      [Number.NaN, Number.NaN, 0],
      [Number.NaN, Number.NaN, 0],
      [1, 1, 1],
    ]);
  });

  it('hold a class that came later apart from its time before', () => {
    const log = createAdmissionLog();
    log.add(0, [row('a', 1)]);
    log.add(1_000, [row('a', 1), row('b', 2), row('a', 2, 'chat')]);
    const { rows, columns } = log.read(0, 2_000, 2);
    expect(rows.map(({ backendClass, routeKind }) => `${backendClass}.${routeKind}`)).toEqual(['a.images', 'b.images', 'a.chat']);
    expect(columns.map((column) => brief(column).map(([, , count]) => count))).toEqual([
      [1, 1],
      [0, 1],
      [0, 1],
    ]);
  });

  it('forget the oldest when they are full, and leave nothing of it behind', () => {
    const log = createAdmissionLog(3);
    log.add(0, [row('gone', 2), row('a', 2)]);
    for (const atMs of [1_000, 2_000, 3_000]) log.add(atMs, [row('a', 1)]);
    const { rows, columns } = log.read(0, 4_000, 4);
    const counts = Object.fromEntries(
      rows.map(({ backendClass }, index) => [backendClass, brief(columns[index]).map(([, , count]) => count)]),
    );
    expect(counts).toEqual({ gone: [0, 0, 0, 0], a: [0, 1, 1, 1] });
  });

  it('stay small for a gateway that names a new class every time', () => {
    const log = createAdmissionLog(200);
    for (let at = 0; at < 200; at += 1) log.add(at, [row(`class-${at}`, 1)]);
    expect(log.read(0, 200, 1).rows).toHaveLength(64);
  });

  it('are read by a range that takes its start in and leaves its end out, and may be empty', () => {
    const log = createAdmissionLog();
    expect(log.read(0, 1_000, 2)).toEqual({ rows: [], bucketMs: 500, columns: [] });
    log.add(1_000, [row('a', 1)]);
    log.add(2_000, [row('a', 2)]);
    expect(brief(log.read(1_000, 2_000, 1).columns[0])).toEqual([[1, 1, 1]]);
  });
});

import { addValue, beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import type { AdmissionHistory, AdmissionRow } from '../../../shared/capabilities/gateway/contract.ts';

const KEPT_READINGS = 10_800;
/** A gateway that invents a new class every time must not fill the memory. */
const KEPT_ROWS = 64;

/** Slots in use over the last hours (6 h at one reading in 2 s), in memory. */
export interface AdmissionLog {
  add(atMs: number, rows: readonly AdmissionRow[]): void;
  read(fromMs: number, toMs: number, buckets: number): AdmissionHistory;
  clear(): void;
}

export function createAdmissionLog(capacity = KEPT_READINGS): AdmissionLog {
  const times = new Float64Array(capacity).fill(Number.NaN);
  const columns = new Map<string, { readonly row: AdmissionHistory['rows'][number]; readonly inflight: Float32Array }>();
  let next = 0;
  return {
    add: (atMs, rows) => {
      const at = next % capacity;
      next += 1;
      times[at] = atMs;
      for (const column of columns.values()) column.inflight[at] = Number.NaN;
      for (const { backendClass, routeKind, inflight } of rows) {
        const key = `${backendClass}\n${routeKind}`;
        let column = columns.get(key);
        if (column === undefined) {
          if (columns.size >= KEPT_ROWS) continue;
          column = { row: { backendClass, routeKind }, inflight: new Float32Array(capacity).fill(Number.NaN) };
          columns.set(key, column);
        }
        column.inflight[at] = inflight ?? Number.NaN;
      }
    },
    clear: () => {
      times.fill(Number.NaN);
      columns.clear();
      next = 0;
    },
    read: (fromMs, toMs, buckets) => {
      const fills = [...columns.values()].map((column) => ({ ...column, fill: beginBuckets(fromMs, toMs, buckets) }));
      for (let at = 0; at < Math.min(next, capacity); at += 1) {
        const atMs = times[at] ?? Number.NaN;
        if (!(atMs >= fromMs && atMs < toMs)) continue;
        for (const { inflight, fill } of fills) addValue(fill, atMs, inflight[at] ?? Number.NaN);
      }
      return {
        rows: fills.map(({ row }) => row),
        bucketMs: fills[0]?.fill.bucketMs ?? Math.max(1, toMs - fromMs) / buckets,
        columns: fills.map(({ fill }) => finishBuckets(fill)),
      };
    },
  };
}

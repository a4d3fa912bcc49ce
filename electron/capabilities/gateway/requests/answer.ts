import {
  REQUEST_BUCKET_WIDTH,
  REQUEST_LIMITS,
  type RequestCounts,
  type RequestGroup,
  type RequestsQuery,
} from '../../../../shared/capabilities/gateway/requests.ts';
import { type LatencyDigest, mergeLatency, percentilesOf } from './latency-digest.ts';
import type { Cell, RequestTally } from './request-tally.ts';

export interface Covered {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Sum {
  accepted: number;
  requests: number;
  rejected429: number;
  rejected503: number;
  errors: number;
  lastAt: number;
  /** Of accepted requests: a rejection takes no time, and would make the gateway look fast while it rejects. */
  readonly latency: LatencyDigest;
}

const begin = (): Sum => ({ accepted: 0, requests: 0, rejected429: 0, rejected503: 0, errors: 0, lastAt: 0, latency: new Map() });

function add(sum: Sum, { status, count, lastMs, latency }: Cell): void {
  sum.requests += count;
  sum.lastAt = Math.max(sum.lastAt, lastMs);
  if (status === 429) sum.rejected429 += count;
  else if (status === 503) sum.rejected503 += count;
  else if (status >= 400) sum.errors += count;
  else sum.accepted += count;
  if (status >= 200 && status < 300) mergeLatency(sum.latency, latency);
}

function countsOf({ requests, rejected429, rejected503, errors, latency }: Sum): RequestCounts {
  const [p50Ms = null, p95Ms = null] = percentilesOf(latency, [0.5, 0.95]);
  return { requests, rejected429, rejected503, errors, p50Ms, p95Ms };
}

/** Requests of a range: in buckets, in total and by route, the most first. A bucket that the log does not cover is NaN. */
export function answerRequests(
  tally: RequestTally,
  covered: readonly Covered[],
  { fromMs, toMs, bucketMs, filters }: Pick<RequestsQuery, 'fromMs' | 'toMs' | 'bucketMs' | 'filters'>,
): {
  readonly buckets: Float64Array;
  readonly total: RequestCounts;
  readonly routes: RequestGroup[];
  readonly covered: Covered[];
} {
  const count = Math.min(REQUEST_LIMITS.buckets, Math.max(1, Math.ceil((toMs - fromMs) / bucketMs)));
  const sums = new Map<number, Sum>();
  const total = begin();
  const routes = new Map<string | null, Sum>();
  for (const [minuteMs, cell] of tally.cells(fromMs, toMs, filters)) {
    add(total, cell);
    add(sumOf(sums, Math.floor((minuteMs - fromMs) / bucketMs)), cell);
    add(sumOf(routes, cell.route), cell);
  }
  const inRange = covered
    .map((span) => ({ fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) }))
    .filter((span) => span.toMs > span.fromMs);
  const buckets = new Float64Array(count * REQUEST_BUCKET_WIDTH).fill(Number.NaN);
  for (let at = 0; at < count; at += 1) {
    const startMs = fromMs + at * bucketMs;
    buckets[at * REQUEST_BUCKET_WIDTH] = startMs;
    const sum = sums.get(at);
    if (sum === undefined && !inRange.some((span) => span.fromMs < startMs + bucketMs && span.toMs > startMs)) continue;
    const { rejected429, rejected503, errors, p50Ms, p95Ms } = countsOf(sum ?? begin());
    const cells = [sum?.accepted ?? 0, rejected429, rejected503, errors, p50Ms ?? Number.NaN, p95Ms ?? Number.NaN];
    buckets.set(cells, at * REQUEST_BUCKET_WIDTH + 1);
  }
  return { buckets, total: countsOf(total), routes: groupsOf(routes), covered: inRange };
}

function sumOf<K>(sums: Map<K, Sum>, key: K): Sum {
  const sum = sums.get(key) ?? begin();
  sums.set(key, sum);
  return sum;
}

const groupsOf = (sums: ReadonlyMap<string | null, Sum>): RequestGroup[] =>
  [...sums]
    .map(([name, sum]) => ({ name, lastAt: sum.lastAt, ...countsOf(sum) }))
    .sort((a, b) => b.requests - a.requests || (a.name ?? '').localeCompare(b.name ?? ''))
    .slice(0, REQUEST_LIMITS.rows);

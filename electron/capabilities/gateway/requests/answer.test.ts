import { describe, expect, it } from 'vitest';
import { REQUEST_BUCKET_WIDTH } from '../../../../shared/capabilities/gateway/requests.ts';
import { answerRequests } from './answer.ts';
import type { LoggedRequest } from './request-line.ts';
import { KEEP_MS, MINUTE_MS, RequestTally } from './request-tally.ts';

const T0 = 1_800_000_000_000;
const request = (over: Partial<LoggedRequest>): LoggedRequest => ({
  atMs: T0,
  status: 200,
  elapsedMs: 1000,
  route: '/v1/images/generations',
  backendClass: null,
  ...over,
});
const tallyOf = (...requests: readonly Partial<LoggedRequest>[]): RequestTally => {
  const tally = new RequestTally();
  for (const one of requests) tally.add(request(one));
  return tally;
};
const ALL = [{ fromMs: T0 - 10 * MINUTE_MS, toMs: T0 + 10 * MINUTE_MS }];
const query = { fromMs: T0, toMs: T0 + 5 * MINUTE_MS, bucketMs: MINUTE_MS, filters: [] };
const bucketsOf = (buckets: Float64Array): readonly (readonly number[])[] =>
  Array.from({ length: buckets.length / REQUEST_BUCKET_WIDTH }, (_, i) => [
    ...buckets.subarray(i * REQUEST_BUCKET_WIDTH + 1, (i + 1) * REQUEST_BUCKET_WIDTH),
  ]);

describe('requests of a range', () => {
  const tally = tallyOf(
    {},
    { elapsedMs: 3000 },
    { status: 429, elapsedMs: 2, route: '/v1/models' },
    { status: 503, elapsedMs: 1, atMs: T0 + MINUTE_MS },
    { status: 502, atMs: T0 + MINUTE_MS },
    { atMs: T0 - MINUTE_MS },
    { atMs: T0 + 5 * MINUTE_MS },
  );

  it('are counted by outcome in each bucket; latencies are of accepted requests only', () => {
    const { buckets, total } = answerRequests(tally, ALL, query);
    const rows = bucketsOf(buckets);
    expect(rows[0]?.slice(0, 4)).toEqual([2, 1, 0, 0]);
    expect(rows[0]?.[4]).toBeCloseTo(1000, -2);
    expect(rows[0]?.[5]).toBeCloseTo(3000, -2);
    expect(rows[1]?.slice(0, 4)).toEqual([0, 0, 1, 1]);
    expect(total).toMatchObject({ requests: 5, rejected429: 1, rejected503: 1, errors: 1 });
  });

  it('are zero where the log covers the time, and unknown where it does not', () => {
    const covered = [
      { fromMs: T0, toMs: T0 + 2.5 * MINUTE_MS },
      { fromMs: T0 + 4.2 * MINUTE_MS, toMs: T0 + 5 * MINUTE_MS },
    ];
    const answer = answerRequests(tally, covered, query);
    expect(bucketsOf(answer.buckets).map(([accepted = 0]) => (Number.isNaN(accepted) ? null : accepted))).toEqual([2, 0, 0, null, 0]);
    expect(answer.covered).toEqual(covered);
  });

  it('are grouped by route, and filtered to and out', () => {
    expect(answerRequests(tally, ALL, query).routes.map(({ name, requests }) => [name, requests])).toEqual([
      ['/v1/images/generations', 4],
      ['/v1/models', 1],
    ]);
    const only = answerRequests(tally, ALL, { ...query, filters: [{ field: 'route', value: '/v1/models', isOut: false }] });
    expect(only.total).toMatchObject({ requests: 1, rejected429: 1 });
    const without = answerRequests(tally, ALL, { ...query, filters: [{ field: 'status', value: 503, isOut: true }] });
    expect(without.total).toMatchObject({ requests: 4, rejected503: 0 });
    const both = tallyOf({}, { backendClass: 'ollama' });
    const unnamed = answerRequests(both, ALL, { ...query, filters: [{ field: 'backendClass', value: null, isOut: false }] });
    expect(unnamed.total).toMatchObject({ requests: 1 });
  });

  it('older than the longest range are dropped, and names beyond a bound are counted together', () => {
    const old = tallyOf({ atMs: T0 - KEEP_MS - MINUTE_MS }, {});
    old.prune(T0);
    expect([...old.cells(0, T0 + MINUTE_MS, [])]).toHaveLength(1);
    const many = tallyOf(...Array.from({ length: 1_000 }, (_, i) => ({ route: `/v1/r${i}` })));
    const { routes } = answerRequests(many, ALL, query);
    expect(routes[0]).toMatchObject({ name: 'other', requests: 700 });
  });

  it('have their own names again once the names before them are older than the longest range', () => {
    const tally = tallyOf(...Array.from({ length: 1_000 }, (_, i) => ({ backendClass: `c${i}`, route: `/v1/r${i}` })));
    const laterMs = T0 + KEEP_MS + 2 * MINUTE_MS;
    tally.prune(laterMs);
    tally.add(request({ atMs: laterMs, backendClass: 'new', route: '/v1/new' }));
    expect([...tally.cells(T0, laterMs + MINUTE_MS, [])]).toMatchObject([[laterMs, { backendClass: 'new', route: '/v1/new' }]]);
  });

  it('of more kinds than memory is for cost the oldest minutes, and that is known', () => {
    const flood = new RequestTally();
    for (let minute = 0; minute < 300; minute += 1) {
      for (let route = 0; route < 250; route += 1) flood.add(request({ atMs: T0 + minute * MINUTE_MS, route: `/v1/r${route}` }));
    }
    flood.prune(T0 + 300 * MINUTE_MS);
    expect(flood.droppedUntilMs).toBe(T0 + 60 * MINUTE_MS);
    flood.add(request({}));
    expect([...flood.cells(T0, T0 + 60 * MINUTE_MS, [])]).toEqual([]);
  });
});

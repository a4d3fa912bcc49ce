import { describe, expect, it } from 'vitest';
import { LogPosition } from '../../electron/capabilities/gateway/requests/log-position.ts';
import { RequestTally } from '../../electron/capabilities/gateway/requests/request-tally.ts';
import { readHost } from '../../electron/foundation/host-reader/reader.ts';
import { REQUEST_CHUNK_BYTES } from '../../shared/host-scripts/request-log.ts';
import { HOSTS } from './hosts.ts';
import { until } from './panel.ts';
import { requestLine, SUDO, useHost } from './use-host.ts';

const LOG = '/srv/requests-tail.jsonl';
const HOUR_MS = 3_600_000;

describe.each(HOSTS)('the request log of a gateway on its machine (%s)', (kind) => {
  const { panel } = useHost(kind);

  const write = async (path: string, text: string): Promise<void> => {
    const { exitCode, stderr } = await panel().connection.exec(['tee', path], { ...SUDO, stdin: text });
    expect(exitCode, stderr).toBe(0);
  };
  const ts = Math.floor(Date.now() / 1000);
  const continued = { position: new LogPosition(), tally: new RequestTally() };
  const { position } = continued;
  /** Reads on; how many requests of each route are counted by now. */
  const read = async (path = LOG, { position, tally } = continued) => {
    const request = position.request(path, HOUR_MS);
    const answer = (await readHost(panel().connection, [request], { asRoot: false })).get(request);
    if (answer?.status !== 'ok') return answer?.status;
    await position.take(answer.lines, tally, 0, Date.now());
    const counts: Record<string, number> = {};
    for (const [, { route, count }] of tally.cells(0, Number.MAX_SAFE_INTEGER, [])) counts[route] = (counts[route] ?? 0) + count;
    return counts;
  };

  it('is read once, without polls of the status, old lines and the line that is being written', async () => {
    const begun = '{"duration_ms": 3, "path": "/v1/begun", ';
    const text = [
      requestLine({ ts: ts - 90 }),
      requestLine({ path: '/v1/gateway/status' }),
      'no json\n',
      requestLine({ ts: ts - 90_000 }),
      requestLine({ path: '/v1/a' }),
    ].join('');
    await write(LOG, `${text}${begun}`);
    expect(await read()).toEqual({ '/v1/images/generations': 1, '/v1/a': 1 });
    expect([position.badLines, position.covered.length, position.covered[0]?.fromMs]).toEqual([1, 1, (ts - 90) * 1000]);
    await write(LOG, `${text}${begun}"status": 200, "ts": ${ts}}\n`);
    expect(await read()).toEqual({ '/v1/images/generations': 1, '/v1/a': 1, '/v1/begun': 1 });
    expect(await read()).toEqual({ '/v1/images/generations': 1, '/v1/a': 1, '/v1/begun': 1 });
    expect(position.progress).toBe(1);
  });

  it('goes on over a rotation, and has a gap where the log was truncated', async () => {
    const before = await panel().connection.exec(['cat', LOG], {});
    await write(`${LOG}.1`, `${before.stdout}${requestLine({ path: '/v1/rest' })}`);
    await write(LOG, requestLine({ path: '/v1/new' }));
    expect(await read()).toMatchObject({ '/v1/a': 1, '/v1/rest': 1, '/v1/new': 1 });
    expect(position.covered).toHaveLength(1);
    await write(LOG, requestLine({ path: '/v1/truncated', status: 503 }));
    expect(await read()).toMatchObject({ '/v1/new': 1, '/v1/truncated': 1 });
    expect(position.covered).toHaveLength(2);
  });

  it('may have times in ISO 8601', async () => {
    const path = '/srv/requests-iso.jsonl';
    const iso = new Date(ts * 1000).toISOString();
    await write(path, requestLine({ ts: iso }) + requestLine({ ts: iso, path: '/v1/a' }));
    const own = { position: new LogPosition(), tally: new RequestTally() };
    expect(await read(path, own)).toEqual({ '/v1/images/generations': 1, '/v1/a': 1 });
    expect(own.position.covered[0]?.fromMs).toBe(ts * 1000);
  });

  it('is read to its end where it and the one before the rotation are long', async () => {
    const path = '/srv/requests-long.jsonl';
    const [rotated, written] = [requestLine({ ts, request_id: 'a' }), requestLine({ ts, request_id: 'b' })];
    const lines = Math.ceil((17 * 1024 * 1024) / written.length);
    await write(`${path}.1`, rotated.repeat(lines));
    await write(path, written.repeat(lines));
    const own = { position: new LogPosition(), tally: new RequestTally() };
    let counts: Awaited<ReturnType<typeof read>>;
    do counts = await read(path, own);
    while (own.position.progress < 1);
    // Of the one before, its end is read.
    expect(counts).toEqual({ '/v1/images/generations': lines + Math.floor(REQUEST_CHUNK_BYTES / rotated.length) });
  });

  it('that is not there, or may not be read, is said to be so', async () => {
    expect(await read('/srv/no-such-log.jsonl')).toBe('absent');
    await write('/root/requests.jsonl', requestLine());
    expect(await read('/root/requests.jsonl')).toBe('denied');
  });
});

describe('the requests of the lab’s gateway', () => {
  const { host, panel } = useHost('lab');

  it('are counted from its log, which has the fields of the real one and no client', async () => {
    await until(() => panel().gateway.state().phase.kind === 'live', 'the gateway');
    await panel().gateway.request({
      method: 'POST',
      path: '/v1/tools/noop',
      body: JSON.stringify({ arguments: {} }),
      timeoutMs: 8_000,
      maxBytes: 65_536,
    });
    const nowMs = Date.now();
    const answer = await panel().gateway.requests.query({
      machine: host().profile.id,
      fromMs: nowMs - HOUR_MS,
      toMs: nowMs + 60_000,
      bucketMs: 60_000,
      filters: [{ field: 'route', value: '/v1/tools/noop', isOut: false }],
    });
    if (answer.kind !== 'read') throw new Error(answer.reason);
    expect(answer.path).toBe('/var/lib/gateway/data/requests.jsonl');
    expect(answer.total.requests).toBeGreaterThanOrEqual(1);
    const { stdout } = await panel().connection.exec(['cat', answer.path]);
    const logged = stdout.split('\n').findLast((text) => text.includes('/v1/tools/noop')) ?? '';
    expect(Object.keys(JSON.parse(logged))).toEqual(['duration_ms', 'method', 'path', 'request_id', 'status', 'stream', 'ts']);
    expect(stdout).not.toContain('lab-token');
  });
});

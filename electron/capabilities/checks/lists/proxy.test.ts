import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../foundation/http/client.ts';
import { panelErrorOf } from '../../../testing/errors.ts';
import type { FakeAnswers, FakeWorld } from '../testing/fake-sources.ts';
import { fileLines, find, replyOf } from '../testing/fake-sources.ts';
import { PROXY_CHECKS } from './proxy.ts';
import { readNginxSize, readNginxTime } from './proxy-site.ts';

const NOW = Date.UTC(2026, 10, 27);
const PAGE = { 'content-type': 'text/html' };
const page = (status: number) => replyOf(status, '<html><title>x</title></html>', PAGE);
const nginx = (path: string, answer: Reply | Error): FakeWorld => ({ http: { nginx: { [`GET ${path}`]: answer } } });

const SITE = `server {
  listen 0.0.0.0:7860;
  client_max_body_size 100m;
  location = /v1/images/generations { proxy_read_timeout 5m; proxy_pass http://127.0.0.1:9091; }
  location / { proxy_set_header Upgrade $http_upgrade; proxy_pass http://127.0.0.1:9090; }
}
`;
const AVAILABLE = '/etc/nginx/sites-available/ada-images';
const ENABLED = '/etc/nginx/sites-enabled';
const link = (target: string): readonly string[] => ['777 root root 40 1795000000.000000 symbolic link', target];

/** A host whose nginx has this site, by these links. */
function host(text: string, names: readonly string[] = ['ada-images'], more: FakeAnswers = {}): FakeAnswers {
  return {
    [`list ${ENABLED}`]: names,
    [`list /etc/nginx/sites-available`]: ['ada-images'],
    ...Object.fromEntries(names.map((name) => [`file ${ENABLED}/${name} 262144`, link('../sites-available/ada-images')])),
    [`file ${AVAILABLE} 262144`]: fileLines(text),
    ...more,
  };
}

describe('healthz', () => {
  it.each([
    [replyOf(200, 'ok\n'), 'pass'],
    [replyOf(500, 'no'), 'fail'],
    [page(200), 'unknown'],
    [replyOf(400, 'The plain HTTP request was sent to HTTPS port', PAGE), 'unknown'],
    [panelErrorOf('tunnel-refused', 'host'), 'fail'],
    [panelErrorOf('nginx-broke-off', 'network'), 'fail'],
  ])('case %#: %s', async (answer, verdict) => {
    expect(await find(PROXY_CHECKS, 'healthz', nginx('/healthz', answer))).toMatchObject({ verdict });
  });

  it('leaves a lost SSH connection unknown', async () => {
    await expect(find(PROXY_CHECKS, 'healthz', nginx('/healthz', panelErrorOf('ssh-connection-lost')))).rejects.toThrow();
  });
});

describe('readyz', () => {
  it.each([
    [replyOf(200, { status: 'ok', mode: 'invokeai_queue', invokeai_version: { version: '6.14.0' } }), 'pass', /6\.14\.0/],
    [replyOf(200, { status: 'ok', mode: 'stub' }), 'fail', /stub/],
    [page(502), 'fail', /cannot reach the images shim/],
    [page(504), 'fail', /in time/],
    [replyOf(502, { detail: 'InvokeAI refused' }), 'fail', /backend: InvokeAI refused/],
    [page(200), 'unknown', /not of the images shim/],
    [replyOf(200, 'garbage'), 'unknown', /not of the images shim/],
    [replyOf(200, '[]'), 'unknown', /not of the images shim/],
    [replyOf(404, { detail: 'Not Found' }), 'unknown', /not of the images shim/],
  ])('case %#: %s', async (reply, verdict, summary) => {
    const finding = await find(PROXY_CHECKS, 'readyz', nginx('/readyz', reply));
    expect(finding).toMatchObject({ verdict });
    expect(finding.summary).toMatch(summary);
  });
});

describe('proxy_models', () => {
  it.each([
    [replyOf(200, { data: [{ id: 'sdxl' }] }), 'pass'],
    [replyOf(200, { data: [] }), 'warn'],
    [replyOf(200, { data: 7 }), 'unknown'],
    [replyOf(200, '{'), 'unknown'],
    [page(200), 'fail'],
    [replyOf(404, { detail: 'Not Found' }), 'fail'],
    [page(502), 'unknown'],
    [replyOf(400, 'The plain HTTP request was sent to HTTPS port', PAGE), 'unknown'],
  ])('case %#: %s', async (reply, verdict) => {
    expect(await find(PROXY_CHECKS, 'proxy_models', nginx('/v1/models', reply))).toMatchObject({ verdict });
  });
});

describe('proxy_websocket', () => {
  const PATH = '/ws/socket.io/?EIO=4&transport=websocket';
  it.each([
    [101, 'pass'],
    [400, 'fail'],
    [502, 'unknown'],
  ])('%i: %s', async (status, verdict) => {
    expect(await find(PROXY_CHECKS, 'proxy_websocket', { host: host(SITE), upgrades: { [PATH]: status } })).toMatchObject({ verdict });
  });

  it('is of no use where / leads to no user interface, or behind a password', async () => {
    const without = SITE.replace(/location \/ .*/, 'location / { return 404; }');
    const withPassword = SITE.replace('location / {', 'location / { auth_basic "x";');
    for (const text of [without, withPassword]) {
      expect(await find(PROXY_CHECKS, 'proxy_websocket', { host: host(text) })).toMatchObject({ verdict: 'skipped' });
    }
  });
});

describe('the site of nginx', () => {
  it.each([
    ['proxy_timeouts', 'proxy_read_timeout 5m', 'proxy_read_timeout 5m', 'pass'],
    ['proxy_timeouts', 'proxy_read_timeout 5m', 'proxy_read_timeout 200', 'warn'],
    ['proxy_timeouts', 'proxy_read_timeout 5m;', '', 'fail'],
    ['proxy_timeouts', 'proxy_read_timeout 5m', 'proxy_read_timeout $soon', 'unknown'],
    ['proxy_body_size', '100m', '0', 'pass'],
    ['proxy_body_size', 'client_max_body_size 100m;', '', 'warn'],
    ['proxy_body_size', '100m', '1k', 'fail'],
    ['proxy_body_size', '100m', 'much', 'unknown'],
    ['proxy_sites', '', '', 'pass'],
    ['proxy_sites', '}\n}\n', '}\n', 'fail'],
    ['proxy_certificate', '', '', 'skipped'],
  ])('%s with %s → %s: %s', async (id, before, after, verdict) => {
    expect(await find(PROXY_CHECKS, id, { host: host(SITE.replace(before, after)) })).toMatchObject({ verdict });
  });

  it('inherits from http in the main file', async () => {
    const main = { 'file /etc/nginx/nginx.conf 262144': fileLines('http { proxy_read_timeout 400s; }') };
    const answers = host(SITE.replace('proxy_read_timeout 5m;', ''), undefined, main);
    expect(await find(PROXY_CHECKS, 'proxy_timeouts', { host: answers })).toMatchObject({ verdict: 'pass' });
  });

  it('warns of a site behind two links, and of two files with one name', async () => {
    expect(await find(PROXY_CHECKS, 'proxy_sites', { host: host(SITE, ['ada-images', 'invokeai.conf']) })).toMatchObject({
      verdict: 'warn',
    });
    const other = { 'list /etc/nginx/conf.d': ['mine.conf'], 'file /etc/nginx/conf.d/mine.conf 262144': fileLines(SITE) };
    expect(await find(PROXY_CHECKS, 'proxy_sites', { host: host(SITE, undefined, other) })).toMatchObject({
      verdict: 'warn',
      evidence: [`${ENABLED}/ada-images`, '/etc/nginx/conf.d/mine.conf'],
    });
  });

  it.each(['proxy_timeouts', 'proxy_body_size', 'proxy_sites', 'proxy_websocket', 'proxy_certificate'])(
    '%s is unknown where the files cannot be read',
    async (id) => {
      const denied: FakeAnswers = { ...host(SITE), [`file ${AVAILABLE} 262144`]: 'denied' };
      for (const answers of [denied, {}]) expect(await find(PROXY_CHECKS, id, { host: answers })).toMatchObject({ verdict: 'unknown' });
    },
  );

  it('fails without a site on the port', async () => {
    const answers = host(SITE.replace('7860', '80'));
    expect(await find(PROXY_CHECKS, 'proxy_timeouts', { host: answers })).toMatchObject({ verdict: 'fail' });
  });

  it.each([
    [['notAfter=Jan 20 12:00:00 2028 GMT'], 'pass'],
    [['notAfter=Dec  1 12:00:00 2026 GMT'], 'warn'],
    [['notAfter=Nov  1 12:00:00 2026 GMT'], 'fail'],
    [['notAfter=soon'], 'unknown'],
    ['absent' as const, 'fail'],
    ['denied' as const, 'unknown'],
  ])('certificate %j: %s', async (lines, verdict) => {
    const text = SITE.replace('7860;', '7860 ssl; ssl_certificate /etc/ssl/certs/server.crt;');
    const answers = host(text, undefined, { 'certificate /etc/ssl/certs/server.crt': lines });
    const world = { host: answers, nowMs: NOW };
    expect(await find(PROXY_CHECKS, 'proxy_certificate', world)).toMatchObject({ verdict });
    const reads = PROXY_CHECKS.find(({ id }) => id === 'proxy_certificate')?.reads;
    expect(
      reads?.second?.({ get: (request) => ({ status: 'ok', lines: (answers[request] as readonly string[] | undefined) ?? [] }) }),
    ).toContain('certificate /etc/ssl/certs/server.crt');
  });
});

describe('values of nginx', () => {
  it.each([
    ['300', 300_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1d', 86_400_000],
    ['', null],
    ['5x', null],
    ['-1', null],
  ])('time %s: %s', (text, ms) => {
    expect(readNginxTime(text)).toBe(ms);
  });

  it.each([
    ['100m', 104_857_600],
    ['64K', 65_536],
    ['0', 0],
    ['1t', null],
    ['', null],
  ])('size %s: %s', (text, bytes) => {
    expect(readNginxSize(text)).toBe(bytes);
  });
});

import { expect, it } from 'vitest';
import type { Reply } from '../../../foundation/http/client.ts';
import type { PortOutcome } from '../sources.ts';
import { type FakeAnswers, type FakeWorld, fileLines, find, replyOf } from '../testing/fake-sources.ts';
import { EXPOSURE_CHECKS } from './exposure.ts';

const PORTS: Readonly<Record<string, number>> = {
  exposure_invokeai: 9090,
  exposure_shim: 9091,
  exposure_comfyui: 8188,
  exposure_nginx: 7860,
  exposure_gateway: 8800,
  exposure_observability: 8801,
};
const page = (status: number) => replyOf(status, '<html></html>', { 'content-type': 'text/html' });
const verdictOf = async (
  id: string,
  outcome: PortOutcome,
  direct: Readonly<Record<string, Reply>> = {},
  gateway: FakeWorld['gateway'] = {},
) => (await find(EXPOSURE_CHECKS, id, { ports: { [PORTS[id] ?? 0]: outcome }, direct, gateway })).verdict;

it.each(EXPOSURE_CHECKS.map(({ id }) => id))('%s passes where the port is closed, and is unknown where it cannot be tried', async (id) => {
  expect(await verdictOf(id, { kind: 'refused' })).toBe('pass');
  expect(await verdictOf(id, { kind: 'silent' })).toBe('pass');
  expect(await verdictOf(id, { kind: 'unknown', reason: 'a jump host' })).toBe('unknown');
});

it.each<[string, Readonly<Record<string, Reply>>, string]>([
  ['exposure_invokeai', { '9090 GET /api/v2/models/': replyOf(200, { models: [] }) }, 'fail'],
  ['exposure_invokeai', { '9090 GET /api/v2/models/': replyOf(401, { detail: 'x' }) }, 'warn'],
  ['exposure_invokeai', { '9090 GET /api/v2/models/': page(200) }, 'fail'],
  ['exposure_invokeai', {}, 'warn'],
  ['exposure_shim', { '9091 GET /readyz': replyOf(200, { status: 'ok' }) }, 'fail'],
  ['exposure_shim', { '9091 GET /readyz': replyOf(502, { detail: 'x' }) }, 'fail'],
  ['exposure_shim', { '9091 GET /readyz': replyOf(200, 'garbage') }, 'warn'],
  ['exposure_shim', {}, 'warn'],
  ['exposure_comfyui', { '8188 GET /system_stats': replyOf(200, { system: {} }) }, 'fail'],
  ['exposure_comfyui', { '8188 GET /system_stats': page(200) }, 'warn'],
  ['exposure_nginx', { '7860 GET /v1/models': page(403), '7860 GET /': page(403) }, 'pass'],
  ['exposure_nginx', { '7860 GET /v1/models': replyOf(200, { data: [] }), '7860 GET /': page(404) }, 'pass'],
  ['exposure_nginx', { '7860 GET /v1/models': replyOf(200, { data: [] }), '7860 GET /': page(401) }, 'pass'],
  ['exposure_nginx', { '7860 GET /v1/models': replyOf(200, { data: [] }), '7860 GET /': page(200) }, 'warn'],
  ['exposure_nginx', { '7860 GET /v1/models': replyOf(200, 'x'), '7860 GET /': replyOf(200, 'garbage') }, 'unknown'],
  ['exposure_nginx', { '7860 GET /v1/models': page(502), '7860 GET /': page(502) }, 'unknown'],
  ['exposure_nginx', {}, 'unknown'],
  ['exposure_observability', { '8801 GET /health': replyOf(200, { ok: true }) }, 'warn'],
  ['exposure_observability', {}, 'warn'],
])('%s open, case %#', async (id, direct, verdict) => {
  expect(await verdictOf(id, { kind: 'open' }, direct)).toBe(verdict);
});

it.each<[Reply, string]>([
  [replyOf(401, { detail: 'Missing bearer token' }), 'pass'],
  [replyOf(200, { data: [] }), 'fail'],
  [replyOf(200, 'garbage'), 'unknown'],
  [page(502), 'unknown'],
])('the gateway without a token, case %#', async (reply, verdict) => {
  expect(await verdictOf('exposure_gateway', { kind: 'open' }, {}, { replies: { 'GET /v1/models as none': reply } })).toBe(verdict);
});

it('warns of an open port of a gateway that the panel does not know', async () => {
  expect(await verdictOf('exposure_gateway', { kind: 'open' }, {}, { profile: null })).toBe('warn');
});

it.each<[string, string, string]>([
  ['allow 192.0.2.0/24; deny all;', '', 'pass'],
  ['', 'allow 192.0.2.1; deny all;', 'pass'],
  ['allow 192.0.2.0/24;', '', 'warn'],
  ['allow all; deny all;', '', 'warn'],
  // What a location says itself replaces what the server says.
  ['allow 192.0.2.0/24; deny all;', 'allow all;', 'warn'],
])('nginx with "%s" and "%s" at the interface', async (server, location, verdict) => {
  const site = `server { listen 7860; ${server} location / { ${location} proxy_pass http://127.0.0.1:9090; } }`;
  const host: FakeAnswers = {
    'list /etc/nginx/sites-enabled': ['ada-images'],
    'list /etc/nginx/sites-available': ['ada-images'],
    'file /etc/nginx/sites-enabled/ada-images 262144': [
      '777 root root 40 1795000000.000000 symbolic link',
      '../sites-available/ada-images',
    ],
    'file /etc/nginx/sites-available/ada-images 262144': fileLines(site),
  };
  const direct = { '7860 GET /v1/models': replyOf(200, { data: [] }), '7860 GET /': page(200) };
  const found = await find(EXPOSURE_CHECKS, 'exposure_nginx', { host, ports: { 7860: { kind: 'open' } }, direct });
  expect(found).toMatchObject({ verdict });
});

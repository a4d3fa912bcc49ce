import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../foundation/http/client.ts';
import { panelErrorOf } from '../../../testing/errors.ts';
import { type FakeWorld, find, GATEWAY_PROFILE, replyOf } from '../testing/fake-sources.ts';
import { GATEWAY_CHECKS } from './gateway.ts';
import { GATEWAY_MACHINE_CHECKS } from './gateway-machine.ts';

const NOW = 1_795_000_000_000;
const DAY_MS = 86_400_000;
const page = (status: number) => replyOf(status, '<html><title>x</title></html>', { 'content-type': 'text/html' });
const detail = (status: number, words: unknown) => replyOf(status, { detail: words });

type Row = { readonly healthy: boolean; readonly ready: boolean; readonly last_check: number; readonly error: string | null };
const READY: Row = { healthy: true, ready: true, last_check: NOW / 1000 - 5, error: null };
const status = (health: Readonly<Record<string, Row>> = { gpu_heavy: READY }, limit: number | null = 2) =>
  replyOf(200, {
    admission_control: {
      ...(limit === null ? {} : { 'gpu_heavy.images': { limit, available: limit, inflight: 0 } }),
      'ollama.chat': { limit: 4, available: 4, inflight: 0 },
      'ollama.embeddings': { limit: 4, available: 4, inflight: 0 },
    },
    backend_health: health,
  });

type Replies = NonNullable<NonNullable<FakeWorld['gateway']>['replies']>;
const STATUS = 'GET /v1/gateway/status';
const world = (replies: Replies, more: FakeWorld['gateway'] = {}): FakeWorld => ({
  nowMs: NOW,
  gateway: { replies: { [STATUS]: status(), ...replies }, ...more },
});
const verdictOf = async (id: string, replies: Replies, more: FakeWorld['gateway'] = {}) =>
  (await find(GATEWAY_CHECKS, id, world(replies, more))).verdict;

/** What promises a status only, so that any body is right. */
const STATUS_ONLY = ['health_get', 'health_head', 'memory_export'];

describe('every check of the gateway', () => {
  it.each([...GATEWAY_CHECKS, ...GATEWAY_MACHINE_CHECKS].map(({ id }) => id))('%s is of no use without a gateway', async (id) => {
    const none: FakeWorld = { gateway: { profile: null } };
    expect((await find([...GATEWAY_CHECKS, ...GATEWAY_MACHINE_CHECKS], id, none)).verdict).toBe('skipped');
  });

  it('has ids of their own', () => {
    const ids = GATEWAY_CHECKS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  const ASKING = GATEWAY_CHECKS.map(({ id }) => id).filter(
    (id) => !['pytest', 'a1111', 'ui_image', 'gateway_clock', 'gateway_certificate', ...STATUS_ONLY].includes(id),
  );
  const GARBAGE: readonly [string, Reply][] = [
    ['text', replyOf(200, 'garbage')],
    ['a list', replyOf(200, '[]', { 'content-type': 'application/json' })],
    ['a number', replyOf(200, '7')],
    ['nothing', replyOf(200, '')],
    ['nested garbage', replyOf(200, { data: [7, null], choices: 3, upstreams: [], ok: 'yes', admission_control: 1, backend_health: [] })],
  ];
  it.each(ASKING.flatMap((id) => GARBAGE.map(([name, reply]) => [id, name, reply] as const)))(
    '%s: %s is no pass',
    async (id, _name, reply) => {
      const any = new Proxy({}, { get: () => reply });
      const asked: FakeWorld = { nowMs: NOW, gateway: { replies: any, observer: any } };
      const verdict = await find(GATEWAY_CHECKS, id, asked).then(
        (finding) => finding.verdict,
        () => 'unknown',
      );
      expect(verdict).not.toBe('pass');
    },
  );
});

describe('the status', () => {
  it.each([
    ['gateway_status', status(), 'pass'],
    ['gateway_status', status({}), 'unknown'],
    ['gateway_status', status({ gpu_heavy: { ...READY, last_check: NOW / 1000 - 200 } }), 'warn'],
    ['gateway_status', replyOf(200, { backend_health: {} }), 'fail'],
    ['gateway_status', panelErrorOf('gateway-unreachable', 'network'), 'fail'],
    ['gateway_backend', status(), 'pass'],
    ['gateway_backend', status({ gpu_heavy: { ...READY, ready: false } }), 'fail'],
    ['gateway_backend', status({ gpu_heavy: { ...READY, healthy: false, error: 'refused' } }), 'fail'],
    ['gateway_backend', status({}), 'unknown'],
    ['gateway_backend', status(undefined, null), 'fail'],
    ['token', status(), 'pass'],
    ['token', detail(403, 'Invalid bearer token'), 'fail'],
    ['token', detail(401, 'Missing bearer token'), 'fail'],
  ])('%s, case %#: %s', async (id, reply, verdict) => {
    expect(await verdictOf(id, { [STATUS]: reply })).toBe(verdict);
  });

  it('is not asked with a token that is not there', async () => {
    expect(await verdictOf('token', {}, { hasToken: false })).toBe('fail');
  });
});

describe('refusals', () => {
  it.each([
    ['token_missing', 'none', detail(401, 'Missing bearer token'), 'pass'],
    ['token_missing', 'none', status(), 'fail'],
    ['token_missing', 'none', detail(403, 'Client IP not allowed'), 'unknown'],
    ['token_missing', 'none', page(200), 'unknown'],
    ['token_wrong', 'wrong', detail(403, 'Invalid bearer token'), 'pass'],
    ['token_wrong', 'wrong', detail(401, 'no'), 'pass'],
    ['token_wrong', 'wrong', status(), 'fail'],
    ['token_wrong', 'wrong', replyOf(500, 'x'), 'unknown'],
  ])('%s as %s, case %#: %s', async (id, as, reply, verdict) => {
    expect(await verdictOf(id, { [`${STATUS} as ${as}`]: reply })).toBe(verdict);
  });

  it.each([
    [detail(400, 'prompt must be a non-empty string'), 'pass'],
    [replyOf(500, 'Internal Server Error'), 'fail'],
    [replyOf(200, { data: [] }), 'fail'],
  ])('a request without a prompt, case %#: %s', async (reply, verdict) => {
    expect(await verdictOf('bad_request', { 'POST /v1/images/generations': reply })).toBe(verdict);
  });

  it('leaves a refused token to the check of the token', async () => {
    const refused = {
      'POST /v1/images/generations': detail(403, 'Invalid bearer token'),
      'GET /v1/tools': detail(403, 'Invalid bearer token'),
    };
    await expect(verdictOf('bad_request', refused)).rejects.toMatchObject({ panelError: { code: 'gateway-token-refused' } });
    await expect(verdictOf('tools_list', refused)).rejects.toMatchObject({ panelError: { code: 'gateway-token-refused' } });
  });
});

describe('certificate and clock', () => {
  it.each([
    [NOW + 100 * DAY_MS, 'pass'],
    [NOW + 9 * DAY_MS, 'warn'],
    [NOW - DAY_MS, 'fail'],
    [null, 'skipped'],
    [panelErrorOf('gateway-certificate-unknown', 'gateway'), 'fail'],
  ])('certificate, case %#: %s', async (certificateEndsAt, verdict) => {
    expect(await verdictOf('gateway_certificate', {}, { certificateEndsAt })).toBe(verdict);
  });

  it('leaves an unreachable gateway to the check of the status', async () => {
    const certificateEndsAt = panelErrorOf('gateway-unreachable', 'network');
    await expect(verdictOf('gateway_certificate', {}, { certificateEndsAt })).rejects.toThrow();
  });

  it.each([
    [{ offsetMs: 300, uncertaintyMs: 20 }, 'pass'],
    [{ offsetMs: -2_050, uncertaintyMs: 100 }, 'pass'],
    [{ offsetMs: 5_000, uncertaintyMs: 20 }, 'warn'],
    [{ offsetMs: -180_000, uncertaintyMs: 20 }, 'fail'],
    [{ offsetMs: Number.NaN, uncertaintyMs: 20 }, 'unknown'],
  ])('clock %j: %s', async (clock, verdict) => {
    expect(await verdictOf('gateway_clock', {}, { clock })).toBe(verdict);
  });
});

describe('the observability listener', () => {
  const observed = async (id: string, key: string, reply: Reply | Error) => await verdictOf(id, {}, { observer: { [key]: reply } });
  const upstreams = (isOk: boolean) => replyOf(200, { ok: true, upstreams: { ollama: { ok: isOk, error: 'refused' } } });

  it.each(['health_get', 'health_head', 'metrics', 'health_upstreams', 'backend_required'])(
    '%s is of no use where it is out of reach',
    async (id) => {
      expect(await verdictOf(id, {})).toBe('skipped');
    },
  );

  it.each([
    ['health_get', 'GET /health', replyOf(200, { ok: true }), 'pass'],
    ['health_get', 'GET /health', replyOf(503, {}), 'fail'],
    ['health_get', 'GET /health', panelErrorOf('tunnel-refused', 'host'), 'fail'],
    ['health_head', 'HEAD /health', replyOf(200, ''), 'pass'],
    ['health_head', 'HEAD /health', replyOf(405, ''), 'fail'],
    ['metrics', 'GET /metrics', replyOf(200, '# TYPE a counter\na 1\n'), 'pass'],
    ['metrics', 'GET /metrics', replyOf(404, ''), 'warn'],
    ['metrics', 'GET /metrics', replyOf(200, ' \n'), 'fail'],
    ['metrics', 'GET /metrics', page(200), 'unknown'],
    ['health_upstreams', 'GET /health/upstreams', upstreams(false), 'pass'],
    ['health_upstreams', 'GET /health/upstreams', replyOf(500, ''), 'fail'],
    ['health_upstreams', 'GET /health/upstreams', replyOf(200, 'x'), 'unknown'],
    ['backend_required', 'GET /health/upstreams', upstreams(true), 'pass'],
    ['backend_required', 'GET /health/upstreams', upstreams(false), 'warn'],
    ['backend_required', 'GET /health/upstreams', replyOf(500, ''), 'unknown'],
  ])('%s, %s, case %#: %s', async (id, key, reply, verdict) => {
    expect(await observed(id, key, reply)).toBe(verdict);
  });
});

describe('tools', () => {
  const list = (...names: readonly string[]) => replyOf(200, { data: names.map((name) => ({ name })) });
  const NOOP = 'POST /v1/tools/noop';
  it.each([
    ['tools_list', { 'GET /v1/tools': list('noop') }, 'pass'],
    ['tools_list', { 'GET /v1/tools': detail(404, 'Not Found') }, 'fail'],
    ['tools_list', { 'GET /v1/tools': page(502) }, null],
    ['tools_has_noop', { 'GET /v1/tools': list('noop') }, 'pass'],
    ['tools_has_noop', { 'GET /v1/tools': list('other') }, 'fail'],
    ['tools_has_noop', { 'GET /v1/tools': replyOf(500, '') }, 'unknown'],
    ['tool_exec_noop', { [NOOP]: replyOf(200, { ok: true }) }, 'pass'],
    ['tool_exec_noop', { [NOOP]: replyOf(200, { ok: false }) }, 'fail'],
    ['tool_dispatch_noop', { 'POST /v1/tools': replyOf(200, { ok: true }) }, 'pass'],
    ['tool_dispatch_noop', { 'POST /v1/tools': detail(500, 'x') }, 'fail'],
    [
      'tool_replay',
      { [NOOP]: replyOf(200, { ok: true, replay_id: 'r1' }), 'GET /v1/tools/replay/r1': replyOf(200, { name: 'noop' }) },
      'pass',
    ],
    ['tool_replay', { [NOOP]: replyOf(200, { ok: true, replay_id: 'r1' }), 'GET /v1/tools/replay/r1': detail(404, 'x') }, 'fail'],
    ['tool_replay', { [NOOP]: replyOf(200, { ok: true, replay_id: '../../x y' }) }, 'unknown'],
    ['tool_exec_http_fetch_health', { 'GET /v1/tools': list('noop') }, 'skipped'],
    [
      'tool_exec_http_fetch_health',
      { 'GET /v1/tools': list('http_fetch'), 'POST /v1/tools/http_fetch': replyOf(200, { ok: true, status: 200 }) },
      'pass',
    ],
    [
      'tool_exec_http_fetch_health',
      { 'GET /v1/tools': list('http_fetch'), 'POST /v1/tools/http_fetch': replyOf(200, { ok: true, status: 503 }) },
      'fail',
    ],
    ['tool_exec_system_info', { 'GET /v1/tools': list('system_info'), 'POST /v1/tools/system_info': replyOf(200, { ok: true }) }, 'pass'],
    ['tool_exec_models_refresh', { 'GET /v1/tools': list('noop') }, 'skipped'],
  ])('%s, case %#: %s %s', async (id, replies, verdict) => {
    if (verdict === null) await expect(verdictOf(id, replies)).rejects.toThrow();
    else expect(await verdictOf(id, replies)).toBe(verdict);
  });
});

describe('chat', () => {
  const CHAT = 'POST /v1/chat/completions';
  const sse = (...lines: readonly string[]) =>
    replyOf(200, lines.map((line) => `data: ${line}\n\n`).join(''), { 'content-type': 'text/event-stream' });
  it.each([
    ['models', { 'GET /v1/models': replyOf(200, { data: [{ id: 'fast' }] }) }, 'pass'],
    ['models', { 'GET /v1/models': detail(502, 'x') }, 'fail'],
    ['memory_export', { 'GET /v1/memory/export?limit=1': detail(400, 'memory v2 disabled') }, 'pass'],
    ['memory_export', { 'GET /v1/memory/export?limit=1': detail(400, 'other') }, 'fail'],
    ['embeddings', { 'POST /v1/embeddings': replyOf(200, { data: [{ embedding: [1, 2] }] }) }, 'pass'],
    ['embeddings', { 'POST /v1/embeddings': replyOf(200, { data: [{ embedding: [] }] }) }, 'unknown'],
    ['responses_non_stream', { 'POST /v1/responses': replyOf(200, { object: 'response' }) }, 'pass'],
    ['responses_stream', { 'POST /v1/responses': sse('{}', '[DONE]') }, 'pass'],
    ['chat_non_stream', { [CHAT]: replyOf(200, { choices: [{ message: { content: 'hi' } }] }) }, 'pass'],
    ['chat_non_stream', { [CHAT]: detail(502, 'upstream') }, 'fail'],
    ['chat_stream', { [CHAT]: sse('{}', '[DONE]') }, 'pass'],
    ['chat_stream', { [CHAT]: sse('{}') }, 'fail'],
  ])('%s, case %#: %s %s', async (id, replies, verdict) => {
    expect(await verdictOf(id, replies)).toBe(verdict);
  });

  it('is of no use where no ready backend serves it', async () => {
    const without = replyOf(200, { admission_control: { 'gpu_heavy.images': { limit: 2 } }, backend_health: {} });
    const down = status({ ollama: { ...READY, ready: false } });
    for (const reply of [without, down]) expect(await verdictOf('chat_stream', { [STATUS]: reply })).toBe('skipped');
  });
});

it('looks at the class that images go to', async () => {
  const profile = { ...GATEWAY_PROFILE, imagesClass: 'gpu_fast' };
  expect(await verdictOf('gateway_backend', {}, { profile })).toBe('fail');
});

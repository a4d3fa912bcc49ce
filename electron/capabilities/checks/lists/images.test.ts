import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { OverloadRequest, OverloadRun } from '../../../../shared/capabilities/gateway/contract.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { panelErrorOf } from '../../../testing/errors.ts';
import { type FakeWorld, find, replyOf } from '../testing/fake-sources.ts';
import { IMAGES_CHECKS } from './images.ts';

function png(side: number, hasColors = true): Buffer {
  const data = new Uint8Array(side * side * 3);
  if (hasColors) for (let at = 0; at < data.length; at += 1) data[at] = (at * 7) % 251;
  return Buffer.from(encode({ width: side, height: side, data, channels: 3, depth: 8 }));
}
const base64 = (image: Buffer) => replyOf(200, { data: [{ b64_json: image.toString('base64') }] });
const page = (status: number) => replyOf(status, '<html></html>', { 'content-type': 'text/html' });
const POST = 'POST /v1/images/generations';
const URL_PATH = '/ui/images/1_a.png';
const url = (address: string) => replyOf(200, { data: [{ url: address }] });

describe('an image through nginx', () => {
  it.each<[Reply, string]>([
    [base64(png(512)), 'pass'],
    [base64(png(1)), 'fail'],
    [base64(png(256)), 'fail'],
    [base64(png(512, false)), 'fail'],
    [base64(png(512).subarray(0, 3_000)), 'fail'],
    [base64(Buffer.from('<svg xmlns="x"/>')), 'fail'],
    [replyOf(200, { data: [{}] }), 'fail'],
    [replyOf(200, { data: [] }), 'unknown'],
    [replyOf(200, 'garbage'), 'unknown'],
    [replyOf(502, { detail: 'InvokeAI: out of memory' }), 'fail'],
    [page(502), 'unknown'],
  ])('case %#', async (reply, verdict) => {
    expect((await find(IMAGES_CHECKS, 'openai_images', { http: { nginx: { [POST]: reply } } })).verdict).toBe(verdict);
  });
});

describe('an image through the gateway', () => {
  const verdictOf = async (id: string, made: Reply, fetched?: Reply): Promise<string> => {
    const replies = { [POST]: made, ...(fetched === undefined ? {} : { [`GET ${URL_PATH}`]: fetched }) };
    return (await find(IMAGES_CHECKS, id, { gateway: { replies } })).verdict;
  };
  const image = replyOf(200, png(256), { 'content-type': 'image/png' });

  it.each<[string, Reply, Reply | undefined, string]>([
    ['images', base64(png(256)), undefined, 'pass'],
    ['images', base64(png(1)), undefined, 'fail'],
    ['images', base64(Buffer.from('<svg xmlns="x"/>')), undefined, 'fail'],
    ['images', replyOf(200, '{'), undefined, 'unknown'],
    ['images_b64', base64(png(256)), undefined, 'pass'],
    ['images_b64', url(URL_PATH), undefined, 'fail'],
    ['images_b64', replyOf(502, { detail: 'image backend error: ReadTimeout: ' }), undefined, 'fail'],
    ['images_b64', replyOf(200, '7'), undefined, 'unknown'],
    ['images_url', url(URL_PATH), undefined, 'pass'],
    ['images_url', url('data:image/png;base64,AAAA'), undefined, 'fail'],
    ['images_url', base64(png(256)), undefined, 'fail'],
    ['images_url', replyOf(200, []), undefined, 'unknown'],
    ['images_url_fetch', url(URL_PATH), image, 'pass'],
    ['images_url_fetch', url(`https://ai2:8800${URL_PATH}`), image, 'pass'],
    ['images_url_fetch', url(URL_PATH), replyOf(200, png(1)), 'fail'],
    ['images_url_fetch', url(URL_PATH), replyOf(404, { detail: 'expired' }), 'fail'],
    ['images_url_fetch', url(URL_PATH), replyOf(401, { detail: 'authentication required' }), 'unknown'],
    ['images_url_fetch', url(URL_PATH), replyOf(403, { detail: 'UI disabled' }), 'warn'],
    ['images_url_fetch', url('data:image/png;base64,AAAA'), undefined, 'unknown'],
    ['images_url_fetch', replyOf(200, 'garbage'), undefined, 'unknown'],
  ])('%s, case %#', async (id, made, fetched, verdict) => {
    expect(await verdictOf(id, made, fetched)).toBe(verdict);
  });

  it.each([
    replyOf(429, { detail: { error: 'backend_overloaded', backend_class: 'gpu_heavy' } }),
    replyOf(503, { detail: { error: 'backend_not_ready', backend_class: 'gpu_heavy' } }),
    replyOf(403, { detail: 'Invalid bearer token' }),
  ])('says nothing of images when it is refused, case %#', async (reply) => {
    await expect(verdictOf('images', reply)).rejects.toThrow();
  });
});

describe('the overload', () => {
  const passed = (index: number): OverloadRequest => ({ kind: 'passed', index, elapsedMs: 900 });
  const refused = (index: number, code: string, retryAt?: string): OverloadRequest => ({
    kind: 'refused',
    index,
    elapsedMs: 3,
    error: { ...panelErrorOf(code, 'gateway').panelError, facts: retryAt === undefined ? {} : { retryAt } },
  });
  const run = (...requests: OverloadRequest[]): OverloadRun => ({
    runId: 'overload-1',
    plan: { backendClass: 'gpu_heavy', requests: requests.length, size: '512x512', steps: 20 },
    startedAt: 1,
    limit: 2,
    free: 2,
    cancelled: null,
    requests,
    verdict: { tone: 'good', message: '' },
  });
  const status = (row: unknown) => replyOf(200, { admission_control: { 'gpu_heavy.images': row }, backend_health: {} });
  const FREE = { limit: 2, available: 2, inflight: 0 };
  const rejected = refused(2, 'gateway-overloaded', '1795000005000');

  it.each<[unknown, OverloadRun, string]>([
    [FREE, run(passed(0), passed(1), rejected), 'pass'],
    [FREE, run(passed(0), passed(1), refused(2, 'gateway-overloaded')), 'warn'],
    [FREE, run(passed(0), passed(1), passed(2)), 'fail'],
    [FREE, run(passed(0), refused(1, 'gateway-overloaded', '5'), rejected), 'unknown'],
    [FREE, run(passed(0), passed(1), refused(2, 'gateway-failed')), 'unknown'],
    [FREE, run(passed(0), passed(1), { kind: 'cancelled', index: 2, elapsedMs: 1 }), 'unknown'],
    [{ ...FREE, available: 1 }, run(), 'unknown'],
    [{ ...FREE, limit: 40, available: 40 }, run(), 'unknown'],
    ['garbage', run(), 'unknown'],
  ])('case %#', async (row, overload, verdict) => {
    const world: FakeWorld = { gateway: { replies: { 'GET /v1/gateway/status': status(row) }, overload } };
    expect((await find(IMAGES_CHECKS, 'overload', world)).verdict).toBe(verdict);
  });

  it('is never run twice at once', async () => {
    const overload = panelErrorOf('gateway-overload-running', 'panel');
    const world: FakeWorld = { gateway: { replies: { 'GET /v1/gateway/status': status(FREE) }, overload } };
    await expect(find(IMAGES_CHECKS, 'overload', world)).rejects.toThrow('gateway-overload-running');
  });
});

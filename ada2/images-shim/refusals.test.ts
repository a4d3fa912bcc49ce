import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ShimError } from './errors.ts';
import { readImageRequest } from './image-request.ts';
import { type RunningShim, startShim, until } from './testing/running-shim.ts';
import { type SimulatedInvokeAi, startInvokeAi } from './testing/simulated-invokeai.ts';

interface Refusal {
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string };
  readonly detail: string;
}

describe('a request that is refused', () => {
  let invokeai: SimulatedInvokeAi;
  let shim: RunningShim;
  beforeAll(async () => {
    invokeai = await startInvokeAi({ jobMs: 60_000 });
    shim = await startShim({ INVOKEAI_BASE_URL: invokeai.url, SHIM_MAX_IN_FLIGHT: '2' });
  });
  afterAll(async () => {
    await shim.close();
    await invokeai.close();
  });

  it.each([
    ['no prompt', {}, 'prompt', /not empty/],
    ['a blank prompt', { prompt: '  ' }, 'prompt', /not empty/],
    ['a list', [], 'body', /object/],
    ['no image', { prompt: 'p', n: 0 }, 'n', /1 to 10/],
    ['too many images', { prompt: 'p', n: 11 }, 'n', /1 to 10/],
    ['half an image', { prompt: 'p', n: 1.5 }, 'n', /whole/],
    ['a size in words', { prompt: 'p', size: 'large' }, 'size', /like 1024x1024, got large/],
    ['a size between', { prompt: 'p', size: '513x770' }, 'size', /multiples of 8; the nearest is 512x768/],
    ['a size too large', { prompt: 'p', size: '4096x4096' }, 'size', /At most 4194304 pixels/],
    ['a size too small', { prompt: 'p', size: '8x512' }, 'size', /at least 64/],
    ['a scheduler of others', { prompt: 'p', scheduler: 'euler_ancestral' }, 'scheduler', /euler_a,/],
    ['a form it has not', { prompt: 'p', response_format: 'webp' }, 'response_format', /b64_json or url/],
    ['a negative seed', { prompt: 'p', seed: -2 }, 'seed', /0 to 4294967295/],
    ['a seed too large', { prompt: 'p', seed: 4_294_967_296 }, 'seed', /0 to 4294967295/],
    ['no steps', { prompt: 'p', steps: 0 }, 'steps', /1 to 200/],
    ['guidance in words', { prompt: 'p', guidance_scale: 'high' }, 'guidance_scale', /number/],
    ['a model that is not there', { prompt: 'p', model: 'dall-e-3' }, 'model', /Valid are: Juggernaut XL v9, sd-v1-5/],
  ])('%s', async (_what, body, param, words) => {
    const response = await shim.generate(body);
    expect(response.status).toBe(400);
    const refusal = (await response.json()) as Refusal;
    expect(refusal.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(refusal.error.message).toMatch(words);
    expect(refusal.detail).toBe(refusal.error.message);
    expect(invokeai.enqueued).toEqual([]);
  });

  it('what is no JSON, and what is not there', async () => {
    expect((await shim.generate('{"prompt"')).status).toBe(400);
    expect((await fetch(`${shim.url}/v1/images/generations`)).status).toBe(405);
    expect((await fetch(`${shim.url}/v1/images/edits`, { method: 'POST' })).status).toBe(404);
  });

  it('a body that is too large, which is told before it is all there', async () => {
    const response = await shim.generate({ prompt: 'p'.repeat(3_000_000) });
    expect(response.status).toBe(413);
    expect(((await response.json()) as Refusal).error.code).toBe('body_too_large');
  });

  it('more than may be under way, with the time to wait; what is over makes room', async () => {
    const clients = [new AbortController(), new AbortController()];
    const requested = clients.map((client) => shim.generate({ prompt: 'p' }, { signal: client.signal }).catch(() => null));
    await until(() => invokeai.enqueued.length === 2, 'two jobs');
    const refused = await shim.generate({ prompt: 'p' });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(((await refused.json()) as Refusal).error).toMatchObject({ type: 'rate_limit_error', code: 'too_many_requests' });
    for (const client of clients) client.abort();
    await Promise.all(requested);
    await until(() => invokeai.statusOf(1) === 'canceled' && invokeai.statusOf(2) === 'canceled', 'both cancelled');
    expect((await shim.generate({})).status).toBe(400);
  });

  it('a body that comes in drips makes room when its client gives up', async () => {
    const socket = connect(Number(new URL(shim.url).port), '127.0.0.1');
    socket.write('POST /v1/images/generations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"pro');
    const lines = shim.lines.length;
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.resetAndDestroy();
    await until(() => shim.lines.slice(lines).some((line) => line.startsWith('<5>client-gone')), 'the line');
  });
});

describe('any body at all', () => {
  it('is read or refused with 400, never a fault', () => {
    const field = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.constant(null), fc.boolean(), fc.array(fc.string()), fc.object());
    const names = ['prompt', 'n', 'size', 'model', 'seed', 'steps', 'cfg_scale', 'negative_prompt', 'scheduler', 'response_format'];
    const body = fc.oneof(fc.anything(), fc.record(Object.fromEntries(names.map((name) => [name, field])), { requiredKeys: [] }));
    fc.assert(
      fc.property(body, (value) => {
        try {
          const read = readImageRequest(value);
          expect(read.prompt.trim()).not.toBe('');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ShimError);
          expect(thrown).toMatchObject({ status: 400 });
        }
      }),
    );
  });
});

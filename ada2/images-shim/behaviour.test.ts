import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ShimError } from './errors.ts';
import { targetOf } from './http-guard.ts';
import { type RunningShim, startShim, until } from './testing/running-shim.ts';
import { SDXL, type SimulatedInvokeAi, startInvokeAi } from './testing/simulated-invokeai.ts';

interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

let invokeai: SimulatedInvokeAi;
let shim: RunningShim;
beforeAll(async () => {
  invokeai = await startInvokeAi();
  const presets = { gpu_fast: { model: 'SDXL Turbo' }, gpu_slow: { model: SDXL.name } };
  const settings = { SHIM_MODEL_PRESETS_JSON: JSON.stringify(presets), SHIM_ALLOWED_HOSTS: 'images.example.org', SHIM_MAX_IN_FLIGHT: '2' };
  shim = await startShim({ INVOKEAI_BASE_URL: invokeai.url, ...settings });
});
afterAll(async () => {
  await shim.close();
  await invokeai.close();
});

/** A test that fails leaves no other one a backend that behaves as it did. */
afterEach(
  () => void Object.assign(invokeai.behaviour, { previewUrl: null, failure: null, jobMs: 5, isAway: false, isAwayForImages: false }),
);

const IMAGE = { method: 'POST', path: '/v1/images/generations', body: '{"prompt":"an apple"}' };

function ask(o: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer }): Promise<Reply> {
  const headers = { ...(o.body === undefined ? {} : { 'content-type': 'application/json' }), ...o.headers };
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: new URL(shim.url).port,
      method: o.method ?? 'GET',
      path: o.path ?? '/healthz',
      headers,
    });
    sent.once('error', reject);
    sent.once('response', (reply) => {
      const parts: Buffer[] = [];
      reply.once('error', reject);
      reply.on('data', (part: Buffer) => parts.push(part));
      reply.once('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          reason: reply.statusMessage ?? '',
          headers: reply.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    sent.end(o.body);
  });
}

/** What comes back for these bytes until the connection is closed. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answered = '';
    const socket = connect(Number(new URL(shim.url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => {
      answered += data.toString();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answered));
  });
}

describe('a request from a web page', () => {
  it.each([
    ['a form', 415, { 'content-type': 'text/plain' }],
    ['a form that is sent in parts', 415, { 'content-type': 'multipart/form-data; boundary=x' }],
    ['a body that is compressed', 415, { 'content-encoding': 'gzip' }],
    ['a foreign page', 403, { origin: 'https://evil.example' }],
    ['another port of this computer', 403, { origin: 'http://127.0.0.1:3000' }],
    ['a file', 403, { origin: 'null' }],
    ['a fetch across sites', 403, { 'sec-fetch-site': 'cross-site' }],
    ['a name that a stranger pointed here', 421, { host: 'evil.example', origin: 'http://evil.example' }],
    ['the same without an origin', 421, { host: 'rebind.attacker.test:9091' }],
  ] as const)('%s is refused', async (_what, status, headers) => {
    const before = invokeai.enqueued.length;
    expect((await ask({ ...IMAGE, headers: { ...headers } })).status).toBe(status);
    expect(invokeai.enqueued).toHaveLength(before);
  });

  it.each(['evil.example', 'a.b.evil.example:80', '127.0.0.1.evil.example'])('GETs under %s are refused, too', async (host) => {
    expect((await ask({ path: '/v1/models', headers: { host } })).status).toBe(421);
  });

  it.each([
    ['127.0.0.1:9091', {}],
    ['[::1]:9091', {}],
    ['localhost', {}],
    ['ada2', { origin: 'http://ada2:7860' }],
    ['ada2.lan:7860', { origin: 'http://ada2.lan:7860', 'sec-fetch-site': 'same-origin' }],
    ['images.example.org', {}],
    ['192.168.1.20:7860', {}],
  ] as const)('of its own host is answered: %s', async (host, headers) => {
    const type = 'application/json; charset=utf-8';
    expect((await ask({ ...IMAGE, headers: { host, 'content-type': type, ...headers } })).status).toBe(200);
  });
});

describe('the details of HTTP', () => {
  it('names the methods of a path', async () => {
    const refused = await ask({ method: 'PUT', path: '/v1/models' });
    expect(refused).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
    expect(await ask({ method: 'OPTIONS', path: '/v1/images/generations' })).toMatchObject({
      status: 204,
      headers: { allow: 'POST, OPTIONS' },
    });
  });

  it('takes a slash at the end, and a target in absolute form', async () => {
    expect((await ask({ ...IMAGE, path: '/v1/images/generations/' })).status).toBe(200);
    expect((await ask({ path: `${shim.url}/healthz?x=1` })).status).toBe(200);
    expect(targetOf('http://ada2:7860/v1/models/?raw=1')).toMatchObject({ path: '/v1/models', query: 'raw=1', modelId: null });
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (url) => targetOf(url).path.startsWith('/')));
  });

  it.each([
    ['bytes that are no request', 400, 'hello\r\n\r\n'],
    ['a TLS handshake', 400, '\x16\x03\x01\x02\x00'],
    ['an unknown method', 400, 'FOO /healthz HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['headers without end', 431, `GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['no Host', 400, 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n'],
    ['another expectation', 417, 'GET /healthz HTTP/1.1\r\nhost: x\r\nexpect: banana\r\nconnection: close\r\n\r\n'],
    [
      'parts that cannot be counted',
      400,
      `POST ${IMAGE.path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
    ],
  ])('answers %s with %i, an id and words', async (_what, status, bytes) => {
    const answered = await exchange(bytes);
    expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [a-z_]+: .*\\r\\n`));
    expect(answered).toMatch(/\r\nx-request-id: shim-[0-9a-f]{12}\r\n/);
    expect(JSON.parse(answered.split('\r\n\r\n')[1] ?? '').error.code).toMatch(/^[a-z_]+$/);
  });

  it('knows OPTIONS of the server as a whole', async () => {
    expect(await exchange('OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 204 /);
  });

  it('goes by the host of a target in absolute form, not by the Host header beside it', async () => {
    const strange = 'GET http://evil.example/v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n';
    expect(await exchange(strange)).toMatch(/^HTTP\/1\.1 421 /);
    const own = 'GET http://127.0.0.1/v1/models HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n';
    expect(await exchange(own)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('has an id on every answer', async () => {
    const answers = await Promise.all([
      ask({}),
      ask({ path: '/nowhere' }),
      ask({ path: '/readyz' }),
      ask(IMAGE),
      ask({ ...IMAGE, body: '{' }),
    ]);
    const ids = answers.map(({ headers }) => headers['x-request-id']);
    for (const id of ids) expect(id).toMatch(/^shim-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuses bytes that are no UTF-8, and passes over a byte-order mark', async () => {
    const torn = Buffer.concat([Buffer.from('{"prompt":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(await ask({ ...IMAGE, body: torn })).toMatchObject({ status: 400, body: expect.stringContaining('UTF-8') });
    expect((await ask({ ...IMAGE, body: `\ufeff${IMAGE.body}` })).status).toBe(200);
  });

  it.each([
    ['n', '2', 200],
    ['n', '0x2', 400],
    ['seed', ' ', 400],
    ['seed', '1e3', 400],
    ['steps', ' 12 ', 200],
    ['cfg_scale', 1e308, 400],
    ['cfg_scale', -1, 400],
    ['guidance', 100.5, 400],
  ])('%s = %j: %i', async (name, value, status) => {
    expect((await ask({ ...IMAGE, body: JSON.stringify({ prompt: 'p', [name]: value }) })).status).toBe(status);
  });

  it('carries code and message of a refusal in the reason phrase, in plain ASCII', async () => {
    expect(await ask({ ...IMAGE, body: '{"prompt":"p","size":"513x512"}' })).toMatchObject({
      status: 400,
      reason: expect.stringMatching(/^invalid_value: Width and height must be multiples of 8/),
    });
    const words = new ShimError(502, 'generation_failed', `It’s\r\nbroken: ünïcode 'quoted' ${'x'.repeat(900)}`).reasonPhrase();
    expect(words).toMatch(/^generation_failed: It s broken: n code "quoted" x+$/);
    expect(words.length).toBeLessThanOrEqual(240);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => /^[\x20-\x7e]*$/.test(new ShimError(502, 'c', text).reasonPhrase())));
  });

  it('lets who sends slowly take no place from others', async () => {
    const head = 'POST /v1/images/generations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{';
    const sockets = Array.from({ length: 64 }, () => connect(Number(new URL(shim.url).port), '127.0.0.1'));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    for (const socket of sockets) socket.on('error', () => undefined).write(head);
    expect((await ask(IMAGE)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe('models', () => {
  it('mark a preset whose model is missing', async () => {
    const { data } = JSON.parse((await ask({ path: '/v1/models' })).body);
    const available = Object.fromEntries(
      data
        .filter(({ owned_by }: { owned_by: string }) => owned_by === 'shim')
        .map(({ id, metadata }: { id: string; metadata: { available: unknown } }) => [id, metadata.available]),
    );
    expect(available).toEqual({ gpu_fast: false, gpu_slow: true });
  });

  it('are found one by one', async () => {
    const client = new OpenAI({ baseURL: `${shim.url}/v1`, apiKey: 'unused', maxRetries: 0 });
    expect(await client.models.retrieve(SDXL.name)).toMatchObject({ id: SDXL.name, object: 'model' });
    expect(await client.models.retrieve('gpu_fast')).toMatchObject({ owned_by: 'shim' });
    await expect(client.models.retrieve('dall-e-3')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });
});

describe('what cannot be made', () => {
  it.each([
    ['background', 'transparent'],
    ['output_format', 'webp'],
    ['output_compression', 50],
    ['stream', 'yes'],
  ])('%s = %s is refused by name', async (name, value) => {
    const refused = await ask({ ...IMAGE, body: JSON.stringify({ prompt: 'p', [name]: value }) });
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.body).error.param).toBe(name);
  });

  it.each([
    [{ quality: 'hd', style: 'vivid' }, 'not used: quality, style'],
    [{ moderation: 'low', image_prompt_strength: 0.3 }, 'not used: moderation, image_prompt_strength'],
    [{ partial_images: 2 }, 'not used: partial_images'],
    [{ cfg_scale: 7, guidance_scale: 3 }, 'not used: guidance_scale'],
    [{ negative_prompt: 'fog', negative: 'rain' }, 'not used: negative'],
  ])('%j is noted', async (more, note) => {
    const made = JSON.parse((await ask({ ...IMAGE, body: JSON.stringify({ prompt: 'p', ...more }) })).body);
    expect(made.notes).toBe(note);
  });

  it('is not noted where the names for one thing agree, as the gateway sends them', async () => {
    const same = {
      steps: 12,
      num_inference_steps: '12',
      cfg_scale: 5,
      guidance_scale: 5,
      negative: 'fog',
      negative_prompt: 'fog',
      partial_images: 0,
    };
    const made = JSON.parse((await ask({ ...IMAGE, body: JSON.stringify({ prompt: 'p', ...same }) })).body);
    expect(made.notes).toBeUndefined();
  });

  it.each([
    ['num_inference_steps', 0],
    ['num_inference_steps', '4.5'],
    ['guidance_scale', 101],
  ])('%s = %j is refused by the name that was sent', async (name, value) => {
    const { error } = JSON.parse((await ask({ ...IMAGE, body: JSON.stringify({ prompt: 'p', [name]: value }) })).body);
    expect(error).toMatchObject({ param: name, message: expect.stringMatching(new RegExp(`^${name} must be`)) });
  });
});

describe('a stream', () => {
  it("brings one completed event an image to OpenAI's own client", async () => {
    const client = new OpenAI({ baseURL: `${shim.url}/v1`, apiKey: 'unused', maxRetries: 0 });
    const events = [];
    for await (const event of await client.images.generate({ prompt: 'an apple', n: 2, stream: true })) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(['image_generation.completed', 'image_generation.completed']);
    expect(
      Buffer.from(events[0]?.b64_json ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it("brings InvokeAI's previews as partial images, as many as were asked for", async () => {
    invokeai.behaviour.previewUrl = `data:image/jpeg;base64,${Buffer.from('preview').toString('base64')}`;
    invokeai.behaviour.jobMs = 400;
    const client = new OpenAI({ baseURL: `${shim.url}/v1`, apiKey: 'unused', maxRetries: 0 });
    const events = [];
    for await (const event of await client.images.generate({ prompt: 'an apple', partial_images: 1, stream: true })) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(['image_generation.partial_image', 'image_generation.completed']);
    expect(Buffer.from(events[0]?.b64_json ?? '', 'base64').toString()).toBe('preview');
  });

  it('that fails after a preview tells so in an event of its own', async () => {
    invokeai.behaviour.previewUrl = `data:image/png;base64,${Buffer.from('preview').toString('base64')}`;
    invokeai.behaviour.failure = { error_type: 'OutOfMemoryError', error_message: 'CUDA out of memory' };
    invokeai.behaviour.jobMs = 400;
    const reply = await ask({ ...IMAGE, body: '{"prompt":"p","stream":true,"partial_images":1}' });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatch(/event: image_generation\.partial_image\n.*event: error\ndata: .*gpu_out_of_memory/s);
  });

  it('tells what it did not use, and how many images are missing', async () => {
    const completed = async (body: object): Promise<Readonly<Record<string, unknown>>[]> => {
      const { body: text } = await ask({ ...IMAGE, body: JSON.stringify({ prompt: 'p', stream: true, ...body }) });
      return [...text.matchAll(/event: image_generation\.completed\ndata: (.*)/g)].map(([, data = '']) => JSON.parse(data));
    };
    expect(await completed({ quality: 'hd', response_format: 'url', cfg_scale: 0.5 })).toMatchObject([
      { cfg_scale: 1, notes: 'not used: quality, response_format; guidance 0.5 was raised to 1, the minimum of the backend' },
    ]);
    const before = invokeai.enqueued.length;
    invokeai.behaviour.jobMs = 200;
    const requested = completed({ n: 2 });
    await until(() => invokeai.enqueued.length === before + 2, 'both jobs');
    await fetch(`${invokeai.url}/api/v1/queue/default/i/${before + 2}/cancel`, { method: 'PUT' });
    expect(await requested).toMatchObject([{ image_index: 0, notes: expect.stringMatching(/^1 of 2 images were generated: canceled/) }]);
  });

  it('that fails before its first event keeps its status', async () => {
    invokeai.behaviour.failure = { error_type: 'OutOfMemoryError', error_message: 'CUDA out of memory' };
    const refused = await ask({ ...IMAGE, body: '{"prompt":"p","stream":true}' });
    expect(refused).toMatchObject({ status: 502, reason: expect.stringMatching(/^gpu_out_of_memory: InvokeAI failed/) });
  });
});

describe('a backend that restarts', () => {
  it('is waited for: what was in its queue still comes', async () => {
    invokeai.behaviour.jobMs = 300;
    const before = invokeai.enqueued.length;
    const requested = shim.generate({ prompt: 'p' });
    await until(() => invokeai.enqueued.length > before, 'the job');
    invokeai.behaviour.isAway = true;
    await until(() => invokeai.statusOf(invokeai.enqueued.length) === 'completed', 'the image, made meanwhile');
    invokeai.behaviour.isAway = false;
    expect((await requested).status).toBe(200);
  });

  it('is waited for, too, when an image was made and not fetched yet', async () => {
    invokeai.behaviour.isAwayForImages = true;
    const fetches = () => invokeai.requested.filter((one) => /images\/i\/.*\/full$/.test(one)).length;
    const before = fetches();
    const requested = shim.generate({ prompt: 'p' });
    await until(() => fetches() > before, 'the first fetch');
    invokeai.behaviour.isAwayForImages = false;
    expect((await requested).status).toBe(200);
  });

  it('has a job cancelled that its client left while it was away', async () => {
    invokeai.behaviour.jobMs = 60_000;
    const before = invokeai.enqueued.length;
    const client = new AbortController();
    const requested = shim.generate({ prompt: 'p' }, { signal: client.signal });
    await until(() => invokeai.enqueued.length > before, 'the job');
    invokeai.behaviour.isAway = true;
    client.abort();
    await expect(requested).rejects.toThrow();
    await until(() => shim.lines.some((line) => line.startsWith('<5>client-gone')), 'the shim to notice');
    invokeai.behaviour.isAway = false;
    await until(() => invokeai.statusOf(invokeai.enqueued.length) === 'canceled', 'the cancel, once it is back');
  });

  it('keeps the finished images when a later one fails, and notes it', async () => {
    const before = invokeai.enqueued.length;
    invokeai.behaviour.jobMs = 200;
    const requested = shim.generate({ prompt: 'p', n: 2, seed: 7 });
    await until(() => invokeai.enqueued.length === before + 2, 'both jobs');
    await fetch(`${invokeai.url}/api/v1/queue/default/i/${before + 2}/cancel`, { method: 'PUT' });
    const made = await (await requested).json();
    expect(made.data).toHaveLength(1);
    expect(made.shim.seeds).toEqual([7]);
    expect(made.notes).toMatch(/^1 of 2 images were generated: canceled/);
  });
});

describe('images in the gallery of the backend', () => {
  it('are deleted there when that is wanted', async () => {
    const tidy = await startShim({ INVOKEAI_BASE_URL: invokeai.url, SHIM_DELETE_BACKEND_IMAGES: 'true' });
    const deleted = () => invokeai.requested.filter((one) => one.startsWith('DELETE /api/v1/images/i/'));
    await shim.generate({ prompt: 'p' });
    expect(deleted()).toEqual([]);
    expect((await tidy.generate({ prompt: 'p' })).status).toBe(200);
    await until(() => deleted().length === 1, 'the image to be deleted');
    await tidy.close();
  });
});

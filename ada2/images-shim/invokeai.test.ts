import OpenAI, { BadRequestError } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningShim, startShim, until } from './testing/running-shim.ts';
import { enqueueSchema } from './testing/schema.ts';
import { type Behaviour, SD1, SDXL, type SimulatedInvokeAi, startInvokeAi } from './testing/simulated-invokeai.ts';

interface Answer {
  readonly created: number;
  readonly data: readonly { readonly b64_json?: string; readonly url?: string; readonly seed: number }[];
  readonly seed: number;
  readonly steps: number;
  readonly model: string;
  readonly scheduler: string;
  readonly shim: Readonly<Record<string, unknown>> & { readonly notes: readonly string[]; readonly seeds: readonly number[] };
}
interface Refusal {
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string };
  readonly detail: string;
}

const PRESETS = { gpu_fast: { model: 'SDXL Turbo', steps: 4, cfg_scale: 0 }, gpu_slow: { model: SDXL.name, steps: 22, cfg_scale: 5 } };
const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const open of toClose.splice(0).reverse()) await open.close();
});

async function both(
  o: Partial<Behaviour> & { hasNews?: boolean } = {},
  environment: Record<string, string> = {},
): Promise<{ invokeai: SimulatedInvokeAi; shim: RunningShim }> {
  const invokeai = await startInvokeAi(o);
  toClose.push(invokeai);
  const shim = await startShim({ INVOKEAI_BASE_URL: invokeai.url, SHIM_MODEL_PRESETS_JSON: JSON.stringify(PRESETS), ...environment });
  toClose.push(shim);
  return { invokeai, shim };
}

const answerOf = async (response: Response): Promise<Answer> => {
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};
const refusalOf = async (response: Response): Promise<Refusal> => (await response.json()) as Refusal;
const nodesOf = (body: unknown) =>
  (body as { batch: { graph: { nodes: Record<string, Record<string, unknown>> } } }).batch.graph.nodes as Record<
    string,
    Record<string, unknown>
  >;

/** As the gateway sends it: every name twice. */
const FROM_GATEWAY = {
  ...{ prompt: 'a red apple', n: 1, size: '512x768', response_format: 'b64_json', model: 'gpu_slow', seed: 5, steps: 12 },
  ...{ num_inference_steps: 12, negative_prompt: 'ugly', negative: 'ugly', guidance_scale: 7, cfg_scale: 7, style: 'vivid', quality: 'hd' },
};

describe('images from InvokeAI', () => {
  it('come for what the gateway sends, with what was really used', async () => {
    const { invokeai, shim } = await both();
    const made = await answerOf(await shim.generate(FROM_GATEWAY));
    expect(made).toMatchObject({ seed: 5, steps: 12, model: SDXL.name, scheduler: 'dpmpp_2m_sde_k' });
    expect(made.shim).toMatchObject({
      seeds: [5],
      cfg_scale: 7,
      width: 512,
      height: 768,
      model_key: SDXL.key,
      queue_ms: 1250,
      notes: ['not used: style, quality'],
    });
    expect(made).toMatchObject({ cfg_scale: 7, notes: 'not used: style, quality' });
    expect(
      Buffer.from(made.data[0]?.b64_json ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const [body] = invokeai.enqueued;
    expect(body).toMatchObject({ prepend: false, batch: { runs: 1, destination: 'openai-images' } });
    expect(JSON.stringify(body)).toMatch(/"origin":"openai-images-shim:[0-9a-f]+"/);
    expect(nodesOf(body)['negative']).toMatchObject({ type: 'sdxl_compel_prompt', prompt: 'ugly' });
  });

  it("come through OpenAI's own client, and its refusals are its own kind of error", async () => {
    const { shim } = await both();
    const client = new OpenAI({ baseURL: `${shim.url}/v1`, apiKey: 'unused', maxRetries: 0 });
    const made = await client.images.generate({
      prompt: 'an apple',
      model: SD1.name,
      n: 2,
      size: '512x512',
      quality: 'standard',
      user: 'u',
    });
    expect(made.data).toHaveLength(2);
    expect(made.data?.[0]?.b64_json).toBeTypeOf('string');
    const refused = client.images.generate({ prompt: 'an apple', model: 'dall-e-3' });
    await expect(refused).rejects.toBeInstanceOf(BadRequestError);
    await expect(refused).rejects.toMatchObject({ code: 'model_not_found', param: 'model', message: expect.stringContaining(SD1.name) });
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    expect(names).toEqual(['gpu_fast', 'gpu_slow', SDXL.name, SD1.name]);
  });

  it('are asked for with graphs that InvokeAI takes', async () => {
    const check = enqueueSchema();
    const { invokeai, shim } = await both();
    for (const model of [SDXL.name, SD1.key]) await answerOf(await shim.generate({ ...FROM_GATEWAY, model, cfg_scale: 0.5 }));
    for (const body of invokeai.enqueued) expect(check(body)).toEqual([]);
    const [first] = invokeai.enqueued;
    expect(check({ ...(first as object), batch: {} })).not.toEqual([]);
  });

  it('are the same for the same seed, and n images have n seeds', async () => {
    const { invokeai, shim } = await both();
    const ask = { prompt: 'p', seed: 4_294_967_295, n: 3, steps: 3 };
    const first = await answerOf(await shim.generate(ask));
    const second = await answerOf(await shim.generate(ask));
    expect(first.shim.seeds).toEqual([4_294_967_295, 0, 1]);
    expect(first.data.map((entry) => entry.seed)).toEqual(first.shim.seeds);
    expect(second.data).toEqual(first.data);
    expect(new Set(first.data.map((entry) => entry.b64_json)).size).toBe(3);
    expect(invokeai.enqueued.slice(0, 3).map((body) => nodesOf(body)['noise']?.['seed'])).toEqual(first.shim.seeds);
    const anySeed = await answerOf(await shim.generate({ prompt: 'p' }));
    expect(anySeed.seed).not.toBe((await answerOf(await shim.generate({ prompt: 'p' }))).seed);
  });

  it.each([true, false])('come long before the next planned look (with news of the queue: %s)', async (hasNews) => {
    const { shim } = await both({ jobMs: 40, hasNews }, { SHIM_POLL_INTERVAL_S: '60' });
    const startedAt = Date.now();
    await answerOf(await shim.generate({ prompt: 'p' }));
    expect(Date.now() - startedAt).toBeLessThan(30_000);
  });

  it('are fetched as soon as InvokeAI names them, once, before the job has ended', async () => {
    const { invokeai, shim } = await both({ jobMs: 100, savedBeforeEndMs: 400 });
    const fetched = (): number => invokeai.requested.filter((line) => line.endsWith('/full')).length;
    const answered = shim.generate({ prompt: 'an apple' });
    await until(() => fetched() === 1, 'the image to be fetched');
    expect(invokeai.statusOf(1)).toBe('pending');
    await answerOf(await answered);
    expect(invokeai.statusOf(1)).toBe('completed');
    expect(fetched()).toBe(1);
  });

  it('are fetched again at the end of the job when that fails', async () => {
    const { invokeai, shim } = await both({ jobMs: 100, savedBeforeEndMs: 200, isAwayForImages: true });
    const answered = shim.generate({ prompt: 'an apple' });
    await until(() => invokeai.requested.some((line) => line.endsWith('/full')), 'the image to be asked for');
    invokeai.behaviour.isAwayForImages = false;
    expect((await answerOf(await answered)).data).toHaveLength(1);
  });

  it('are not asked for over and over while there is news', async () => {
    const { invokeai, shim } = await both({ jobMs: 400 });
    await answerOf(await shim.generate({ prompt: 'p' }));
    expect(invokeai.requested.filter((line) => line === 'GET /api/v1/queue/default/i/1').length).toBeLessThanOrEqual(10);
  });

  it('fit the model and the preset where nothing is asked', async () => {
    const { shim } = await both();
    expect((await answerOf(await shim.generate({ prompt: 'p', model: SD1.name }))).shim).toMatchObject({ width: 512, steps: 20 });
    expect((await answerOf(await shim.generate({ prompt: 'p', model: 'GPU_SLOW' }))).shim).toMatchObject({
      width: 1024,
      steps: 22,
      cfg_scale: 5,
    });
    expect((await answerOf(await shim.generate({ prompt: 'p', model: 'auto' }))).model).toBe(SDXL.name);
    expect((await answerOf(await shim.generate({ prompt: 'p', model: SD1.key }))).model).toBe(SD1.name);
  });

  it('are made as the makers of the model advise, where nothing else is said', async () => {
    const turbo = {
      ...SDXL,
      name: 'SDXL Turbo',
      default_settings: { steps: 4, cfg_scale: 1, scheduler: 'euler_a', width: 512, height: 512 },
    };
    const odd = { ...SD1, default_settings: { steps: null, scheduler: 'of another time', width: 513, height: 512 } };
    const { shim } = await both({ models: [turbo, odd] });
    const advised = { steps: 4, cfg_scale: 1, scheduler: 'euler_a', width: 512, height: 512 };
    expect((await answerOf(await shim.generate({ prompt: 'p', model: turbo.name }))).shim).toMatchObject(advised);
    expect((await answerOf(await shim.generate({ prompt: 'p', model: turbo.name, steps: 2 }))).shim).toMatchObject({
      ...advised,
      steps: 2,
    });
    const usual = { steps: 20, scheduler: 'euler', width: 512 };
    expect((await answerOf(await shim.generate({ prompt: 'p', model: odd.name }))).shim).toMatchObject(usual);
  });

  it('say when guidance was raised or the default model is another', async () => {
    const { shim } = await both({}, { INVOKEAI_DEFAULT_MODEL: 'gpu_fast' });
    const raised = await answerOf(await shim.generate({ prompt: 'p', model: SDXL.name, guidance_scale: 0 }));
    expect(raised.shim['cfg_scale']).toBe(1);
    expect(raised.shim.notes.join()).toMatch(/guidance 0 was raised to 1/);
    const other = await answerOf(await shim.generate({ prompt: 'p' }));
    expect(other.shim).toMatchObject({ notes: [`SDXL Turbo is not installed; ${SDXL.name} was used`], steps: 30 });
    expect((await shim.generate({ prompt: 'p', model: 'gpu_fast' })).status).toBe(400);
  });

  it('come as data: URLs where a URL is asked for', async () => {
    const { shim } = await both({ imageBytes: 900_001 });
    const made = await answerOf(await shim.generate({ prompt: 'p', response_format: 'url', n: 2, seed: 1 }));
    const [entry] = made.data;
    expect(entry?.url).toMatch(/^data:image\/png;base64,iVBOR/);
    expect(Buffer.from(entry?.url?.split(',')[1] ?? '', 'base64')).toHaveLength(900_009);
  });

  it('come from a version that does not number what it enqueues', async () => {
    const { shim } = await both({ isOld: true, hasNews: false });
    expect((await answerOf(await shim.generate({ prompt: 'p' }))).data).toHaveLength(1);
  });

  it('leave a line without the prompt', async () => {
    const { shim } = await both();
    await answerOf(await shim.generate({ prompt: 'secret garden' }));
    await until(() => shim.lines.some((line) => line.startsWith('<6>generated')), 'the line');
    expect(shim.lines.join('\n')).toMatch(/<6>generated request="[0-9a-f]{12}" model="Juggernaut XL v9" count=1 width=1024/);
    expect(shim.lines.join('\n')).not.toContain('garden');
  });
});

describe('what goes wrong in InvokeAI', () => {
  it.each([
    [
      'out of memory',
      { failure: { error_type: 'OutOfMemoryError', error_message: 'CUDA out of memory.' } },
      502,
      'gpu_out_of_memory',
      /OutOfMemoryError: CUDA out of memory/,
    ],
    [
      'any failure',
      { failure: { error_type: 'ValueError', error_message: 'bad latents' } },
      502,
      'generation_failed',
      /ValueError: bad latents/,
    ],
    [
      'a refused graph',
      { enqueue: { status: 422, body: { detail: [{ loc: ['body', 'batch'], msg: 'Input should be', type: 'x' }] } } },
      502,
      'backend_refused',
      /422: body.batch Input should be/,
    ],
    ['a login', { enqueue: { status: 401, body: { detail: 'Not authenticated' } } }, 502, 'backend_wants_login', /multiuser/],
    ['its user interface instead of an answer', { enqueue: 'page' as const }, 502, 'backend_not_there', /web page/],
    ['a full queue', { enqueue: { status: 201, body: { enqueued: 0, requested: 1, item_ids: [] } } }, 503, 'queue_full', /full/],
    [
      'no models',
      {
        models: [
          { ...SD1, base: 'flux' },
          { ...SD1, variant: 'inpaint' },
        ],
      },
      503,
      'no_model',
      /Install one/,
    ],
    ['models without files', { missing: [SDXL, SD1] }, 503, 'no_model', /no SD 1\.5 or SDXL/],
  ])('%s', async (_what, behaviour, status, code, words) => {
    const { shim } = await both(behaviour);
    const response = await shim.generate({ prompt: 'p' });
    expect(response.status).toBe(status);
    const refusal = await refusalOf(response);
    expect(refusal.error).toMatchObject({ code, type: 'server_error' });
    expect(refusal.detail).toMatch(words);
    expect(refusal.detail).toBe(refusal.error.message);
  });

  it('down: said with words, and models tell the same in raw', async () => {
    const { invokeai, shim } = await both();
    await invokeai.close();
    expect(await refusalOf(await shim.generate({ prompt: 'p' }))).toMatchObject({ error: { code: 'backend_unreachable' } });
    const models = (await (await fetch(`${shim.url}/v1/models?raw=true`)).json()) as {
      data: readonly unknown[];
      shim: { upstream_error: string };
    };
    expect(models.data).toHaveLength(2);
    expect(models.shim.upstream_error).toMatch(/cannot be reached/);
  });

  it('too slow: 504, and the job is cancelled', async () => {
    const { invokeai, shim } = await both({ jobMs: 60_000 }, { SHIM_TIMEOUT_S: '0.1' });
    const response = await shim.generate({ prompt: 'p' });
    expect(response.status).toBe(504);
    expect((await refusalOf(response)).detail).toMatch(/No image within 0.1 s; the job was pending/);
    await until(() => invokeai.statusOf(1) === 'canceled', 'the job to be cancelled');
  });
});

describe('a client that goes away', () => {
  it('takes all its jobs with it', async () => {
    const { invokeai, shim } = await both({ jobMs: 60_000 });
    const client = new AbortController();
    const requested = shim.generate({ prompt: 'p', n: 3 }, { signal: client.signal });
    await until(() => invokeai.enqueued.length === 3, 'three jobs');
    client.abort();
    await expect(requested).rejects.toThrow();
    await until(() => [1, 2, 3].every((id) => invokeai.statusOf(id) === 'canceled'), 'three cancelled jobs');
    await until(() => shim.lines.some((line) => line.startsWith('<5>client-gone')), 'the line');
  });

  it('also while its job is only just being enqueued', async () => {
    const { invokeai, shim } = await both({ jobMs: 60_000, enqueueDelayMs: 150 });
    const client = new AbortController();
    const requested = shim.generate({ prompt: 'p', n: 3 }, { signal: client.signal });
    await until(() => invokeai.requested.includes('POST /api/v1/queue/default/enqueue_batch'), 'the job to be on its way');
    client.abort();
    await expect(requested).rejects.toThrow();
    await until(() => invokeai.statusOf(1) === 'canceled', 'the cancelled job');
    expect(invokeai.enqueued).toHaveLength(1);
  });
});

describe('a shim that ends', () => {
  it('tells its clients, and InvokeAI', async () => {
    const { invokeai, shim } = await both({ jobMs: 60_000 });
    const requested = shim.generate({ prompt: 'p' });
    await until(() => invokeai.enqueued.length === 1, 'the job');
    const closed = shim.close();
    expect(await refusalOf(await requested)).toMatchObject({ error: { code: 'stopping' } });
    await closed;
    expect(invokeai.statusOf(1)).toBe('canceled');
  });
});

describe('readiness', () => {
  const ready = async (shim: RunningShim) => {
    const response = await fetch(`${shim.url}/readyz`);
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };

  it('is there when an image could be made', async () => {
    const { shim } = await both({}, { SHIM_SAVE_LAST_IMAGE_PATH: '/nowhere/last.png' });
    const { status, body } = await ready(shim);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', mode: 'invokeai_queue', invokeai_version: { version: '6.14.0' }, failing: null });
    expect(body['shim_save_last_image_path']).toBe('/nowhere/last.png');
    expect(body['shim_build']).toBeTypeOf('string');
  });

  it.each([
    ['queue', { isStarted: false }, /paused/],
    ['model', { models: [] }, /No SD 1.5 or SDXL/],
    ['model', { missing: [SDXL, SD1] }, /missing/],
  ])('names the link that fails: %s', async (failing, behaviour, words) => {
    const { shim } = await both(behaviour);
    const { status, body } = await ready(shim);
    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'not_ready', failing, detail: expect.stringMatching(words) });
  });

  it('is there without a GPU, and says that it is slow', async () => {
    const { shim } = await both({ devices: [{ device: 'cpu', name: 'CPU' }] });
    const { status, body } = await ready(shim);
    expect(status).toBe(200);
    expect(JSON.stringify(body['links'])).toContain('on the CPU, slowly');
    const strict = await both({ devices: [{ device: 'cpu', name: 'CPU' }] }, { SHIM_REQUIRE_GPU: 'true' });
    expect(await ready(strict.shim)).toMatchObject({ status: 503, body: { failing: 'gpu' } });
  });

  it('does not ask of an older InvokeAI what it cannot tell', async () => {
    const { shim } = await both({ isOld: true, devices: null });
    expect((await ready(shim)).status).toBe(200);
  });

  it('fails when InvokeAI is down', async () => {
    const { invokeai, shim } = await both();
    await invokeai.close();
    expect(await ready(shim)).toMatchObject({ status: 503, body: { failing: 'backend', invokeai_version: null } });
  });
});

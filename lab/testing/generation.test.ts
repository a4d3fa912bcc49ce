import { decode } from 'fast-png';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../lab.ts';

let lab: Lab;
let base = '';

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  lab.break('images-take-1-s');
  base = `http://127.0.0.1:${lab.portOf(7860)}`;
});
afterAll(() => lab.close());

interface Made {
  readonly seed: number;
  readonly data: readonly { readonly b64_json: string }[];
  readonly shim: { readonly seeds: readonly number[]; readonly notes: readonly string[] };
  readonly error: { readonly param: string; readonly message: string };
  readonly detail: string;
}

const post = async (body: unknown): Promise<{ readonly status: number; readonly body: Made }> => {
  const reply = await fetch(`${base}/v1/images/generations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: (await reply.json()) as Made };
};

async function until<T>(check: () => Promise<T | null> | T | null, what: string): Promise<T> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const seen = await check();
    if (seen !== null) return seen;
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('an image through nginx, the real shim and the simulated InvokeAI', () => {
  it('has the size asked for, and is the same for the same seed and another for another', async () => {
    const sendRequest = { prompt: 'a lighthouse', size: '256x192', steps: 4, seed: 7, model: 'Dreamshaper 8' };
    const [one, same, other] = await Promise.all([post(sendRequest), post(sendRequest), post({ ...sendRequest, seed: 8 })]);
    expect(one).toMatchObject({ status: 200, body: { seed: 7, model: 'Dreamshaper 8', shim: { width: 256, height: 192 } } });
    const image = decode(Buffer.from(one?.body.data[0]?.b64_json ?? '', 'base64'));
    expect([image.width, image.height, image.channels]).toEqual([256, 192, 3]);
    expect(same?.body.data[0]?.b64_json).toBe(one?.body.data[0]?.b64_json);
    expect(other?.body.data[0]?.b64_json).not.toBe(one?.body.data[0]?.b64_json);
  });

  it('makes n images with n seeds', async () => {
    const made = await post({ prompt: 'a fox', size: '64x64', steps: 1, seed: 100, n: 3 });
    expect(made.body.shim.seeds).toEqual([100, 101, 102]);
    expect(new Set(made.body.data.map((entry) => entry.b64_json)).size).toBe(3);
  });

  it('is what OpenAI’s own client understands', async () => {
    const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 0 });
    const made = await client.images.generate({ prompt: 'a teapot', size: '512x512', n: 1, response_format: 'b64_json', user: 'me' });
    expect(decode(Buffer.from(made.data?.[0]?.b64_json ?? '', 'base64')).width).toBe(512);
    const names = (await client.models.list()).data.map((model) => model.id);
    expect(names).toEqual(['gpu_fast', 'gpu_slow', 'Juggernaut XL v9', 'Dreamshaper 8']);
    await expect(client.images.generate({ prompt: 'a teapot', model: 'dall-e-9' })).rejects.toMatchObject({
      status: 400,
      code: 'model_not_found',
      param: 'model',
    });
  });

  it('shows in the journal, and raises VRAM', async () => {
    const before = lab.simulation.gpu.read().memoryUsedMiB;
    const made = post({ prompt: 'a harbour', size: '1024x1024', steps: 30 });
    await until(() => (lab.simulation.gpu.read().memoryUsedMiB > before + 1500 ? true : null), 'VRAM in use');
    await made;
    const lines = lab.simulation.journal.records.slice(-60).map((record) => record.message);
    expect(lines.some((line) => line.includes('Executing queue item'))).toBe(true);
    expect(lines.some((line) => line.startsWith('generated '))).toBe(true);
  });

  it('refuses in words what the backend could not make', async () => {
    const codeOf = async (body: unknown) => {
      const { status, body: said } = await post(body);
      return [status, said.error.param];
    };
    expect(await codeOf({ prompt: ' ' })).toEqual([400, 'prompt']);
    expect(await codeOf({ prompt: 'x', size: '513x512' })).toEqual([400, 'size']);
    expect(await codeOf({ prompt: 'x', size: 'large' })).toEqual([400, 'size']);
    expect(await codeOf({ prompt: 'x', scheduler: 'euler_ancestral' })).toEqual([400, 'scheduler']);
    expect(await codeOf({ prompt: 'x', n: 40 })).toEqual([400, 'n']);
    expect((await post({ prompt: 'x', size: '513x512' })).body.error.message).toContain('512x512');
    const turbo = await post({ prompt: 'x', size: '64x64', steps: 1, guidance_scale: 0, cfg_scale: 0 });
    expect(turbo.body.shim).toMatchObject({ cfg_scale: 1 });
    expect(turbo.body.shim.notes[0]).toContain('raised to 1');
  });

  it('cancels in the backend what nobody waits for any more', async () => {
    const requests = new AbortController();
    const sent = fetch(`${base}/v1/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'nobody', size: '512x512', n: 4 }),
      signal: requests.signal,
    }).catch(() => null);
    const { queue } = lab.simulation.invokeai;
    const item = await until(() => queue.current, 'the job to run');
    requests.abort();
    await sent;
    await until(() => (item.status === 'canceled' && queue.pending().length === 0 ? true : null), 'its jobs to be cancelled');
  });

  it('keeps the words of a backend that ran out of memory', async () => {
    lab.break('out-of-memory');
    const made = await post({ prompt: 'too much' });
    lab.repair('out-of-memory');
    expect(made).toMatchObject({ status: 502, body: { error: { code: 'gpu_out_of_memory' } } });
    expect(made.body.detail).toContain('CUDA out of memory');
  });
});

describe('readiness', () => {
  const ready = async () => {
    const reply = await fetch(`${base}/readyz`);
    return { status: reply.status, type: reply.headers.get('content-type') ?? '', text: await reply.text() };
  };

  it('is there only while an image could be made, and names the link that fails', async () => {
    expect(await ready()).toMatchObject({ status: 200 });
    lab.break('invokeai-down');
    const down = await until(async () => {
      const now = await ready();
      return now.status === 503 ? now : null;
    }, 'the shim to notice');
    expect(JSON.parse(down.text)).toMatchObject({ failing: 'backend' });
    lab.repair('invokeai-down');
    await until(async () => ((await ready()).status === 200 ? true : null), 'readiness');
    lab.simulation.invokeai.queue.isStarted = false;
    expect(JSON.parse((await ready()).text)).toMatchObject({ failing: 'queue' });
    lab.simulation.invokeai.queue.isStarted = true;
    lab.break('gpu-lost');
    expect(JSON.parse((await ready()).text)).toMatchObject({ failing: 'gpu' });
    lab.repair('gpu-lost');
  });

  it('is a page of nginx when the shim is away, while nginx itself is healthy', async () => {
    lab.break('shim-down');
    const away = await until(async () => {
      const now = await ready();
      return now.status === 502 ? now : null;
    }, 'nginx to notice');
    expect(away.type).toContain('text/html');
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    lab.repair('shim-down');
    await until(async () => ((await ready()).status === 200 ? true : null), 'readiness');
  });
});

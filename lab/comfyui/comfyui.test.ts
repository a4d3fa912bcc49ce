import { createServer } from 'node:http';
import { decode } from 'fast-png';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createShim, type Shim } from '../../ada2/images-shim/shim.ts';
import { PATIENCE } from '../../fixtures/patience.ts';
import { comfyuiWorkflow } from '../../shared/image-graphs/comfyui.ts';
import type { ImageGraphRequest } from '../../shared/image-graphs/rules.ts';
import { type Lab, startLab } from '../lab.ts';
import { COMFYUI } from '../systemd/unit-definitions.ts';
import { field, sendRequest, type TriedReply } from '../testing/http.ts';

const CHECKPOINT = 'dreamshaper_8.safetensors';
const wish = {
  prompt: 'a red apple',
  negativePrompt: '',
  width: 512,
  height: 512,
  seed: 7,
  steps: 20,
  guidance: 7,
  scheduler: 'euler',
} as const;
let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  lab.break('images-take-1-s');
  await change('start');
});
afterAll(() => lab.close());
afterEach(() => {
  for (const fault of ['out-of-memory', 'gpu-lost', 'stuck-queue'] as const) lab.repair(fault);
});

async function change(verb: 'start' | 'stop'): Promise<void> {
  const unit = lab.simulation.units.units.get(COMFYUI);
  if (unit === undefined) throw new Error('no unit');
  await new Promise((resolve) => lab.simulation.units[verb](unit, resolve));
  await vi.waitUntil(() => (lab.portOf(8188) !== null) === (verb === 'start'), PATIENCE);
}

const at = (path: string) => `http://127.0.0.1:${lab.portOf(8188)}${path}`;

const get = async (path: string): Promise<unknown> => (await sendRequest(at(path))).body;
const post = (path: string, body: unknown): Promise<TriedReply> => sendRequest(at(path), { body });

/** Queues an image; its id. */
async function queue(more: Partial<ImageGraphRequest> = {}): Promise<string> {
  const { body } = await post('/prompt', { prompt: comfyuiWorkflow({ ...wish, ...more }, CHECKPOINT, 'panel'), client_id: 'me' });
  return String(field(body, 'prompt_id'));
}

async function finished(id: string): Promise<unknown> {
  return vi.waitUntil(async () => field(await get(`/history/${id}`), id), PATIENCE);
}

async function image(entry: unknown): Promise<Buffer> {
  const filename = field(entry, 'outputs', 'save', 'images', 0, 'filename');
  const reply = await fetch(at(`/view?filename=${filename}&subfolder=&type=output`));
  expect(reply.headers.get('content-type')).toBe('image/png');
  return Buffer.from(await reply.arrayBuffer());
}

interface Message {
  readonly type: string;
  readonly data: unknown;
}

/** Messages of the WebSocket, as they come. */
function listen(clientId: string, flags: object | null = null) {
  const messages: Message[] = [];
  const previews: Buffer[] = [];
  const socket = new WebSocket(at(`/ws?clientId=${clientId}`).replace('http:', 'ws:'));
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) previews.push(data);
    else messages.push(JSON.parse(data.toString('utf8')));
  });
  const opened = new Promise<void>((resolve) => {
    socket.once('open', () => {
      if (flags !== null) socket.send(JSON.stringify({ type: 'feature_flags', data: flags }));
      resolve();
    });
  });
  return { messages, previews, opened, close: () => socket.terminate() };
}

describe('the simulated ComfyUI', () => {
  it('tells its version, its card, and what it could load', async () => {
    expect(await get('/system_stats')).toMatchObject({ system: { comfyui_version: '0.3.64' }, devices: [{ type: 'cuda', index: 0 }] });
    expect(await get('/api/models/checkpoints')).toEqual([CHECKPOINT]);
    const info = await get('/object_info/CheckpointLoaderSimple');
    expect(field(info, 'CheckpointLoaderSimple', 'input', 'required', 'ckpt_name', 0)).toEqual([CHECKPOINT]);
    lab.break('gpu-lost');
    expect(await get('/system_stats')).toMatchObject({ devices: [{ type: 'cpu' }] });
  });

  it('knows no path besides its own, and no page of another origin', async () => {
    expect((await fetch(at('/nothing'))).status).toBe(404);
    expect((await fetch(at('/system_stats'), { headers: { origin: 'http://elsewhere' } })).status).toBe(403);
  });

  it('makes an image, tells its submitter how far it is, and everybody how much is queued', async () => {
    const [mine, other] = [listen('me'), listen('other')];
    await Promise.all([mine.opened, other.opened]);
    const id = await queue();
    expect(await get('/prompt')).toEqual({ exec_info: { queue_remaining: 1 } });
    const entry = await finished(id);
    expect(entry).toMatchObject({ status: { status_str: 'success', completed: true } });
    const png = await image(entry);
    expect(decode(png)).toMatchObject({ width: 512, height: 512 });
    const mineTypes = mine.messages.map((message) => message.type);
    expect(mineTypes).toEqual(
      expect.arrayContaining(['status', 'execution_start', 'executing', 'progress', 'executed', 'execution_success']),
    );
    expect(mine.messages.findLast((message) => message.type === 'executing')?.data).toEqual({ node: null, prompt_id: id });
    expect(new Set(other.messages.map((message) => message.type))).toEqual(new Set(['status']));
    mine.close();
    other.close();

    // The same again comes from the node cache, at once and with the same image.
    expect((await image(await finished(await queue()))).equals(png)).toBe(true);
    expect((await image(await finished(await queue({ seed: 8 })))).equals(png)).toBe(false);
  });

  it('reports each node, its steps and previews to the submitter, and the node at work to whoever comes back', async () => {
    const [plain, withFlags] = [listen('plain'), listen('flags', { supports_preview_metadata: true })];
    await Promise.all([plain.opened, withFlags.opened]);
    await vi.waitUntil(() => withFlags.messages.some(({ type }) => type === 'feature_flags'), PATIENCE);
    const send = async (clientId: string, seed: number) =>
      String(
        field(
          (await post('/prompt', { prompt: comfyuiWorkflow({ ...wish, seed }, CHECKPOINT, 'panel'), client_id: clientId })).body,
          'prompt_id',
        ),
      );
    const id = await send('plain', 301);
    await finished(id);
    const nodes = plain.messages.flatMap(({ type, data }) => (type === 'executing' ? [field(data, 'node')] : []));
    expect(nodes).toEqual(['checkpoint', 'positive', 'negative', 'latent', 'sample', 'decode', 'save', null]);
    const states = plain.messages.flatMap(({ type, data }) => (type === 'progress_state' ? [field(data, 'nodes', 'sample')] : []));
    expect(states).toContainEqual(expect.objectContaining({ value: 20, max: 20, state: 'running', prompt_id: id }));
    expect(plain.previews.length).toBeGreaterThan(3);
    expect([plain.previews[0]?.readUInt32BE(0), plain.previews[0]?.readUInt32BE(4)]).toEqual([1, 2]);
    expect(withFlags.previews).toEqual([]);
    const second = await send('flags', 302);
    await finished(second);
    const [preview = Buffer.alloc(8)] = withFlags.previews;
    expect(preview.readUInt32BE(0)).toBe(4);
    const end = 8 + preview.readUInt32BE(4);
    expect(JSON.parse(preview.toString('utf8', 8, end))).toMatchObject({ prompt_id: second, node_id: 'sample', image_type: 'image/png' });
    expect(preview.toString('latin1', end + 1, end + 4)).toBe('PNG');
    for (const one of [plain, withFlags]) one.close();
    const third = await send('back', 303);
    await vi.waitUntil(() => lab.simulation.comfyui.nodeOf('back') !== null, PATIENCE);
    const back = listen('back');
    await vi.waitUntil(() => back.messages.some(({ type }) => type === 'executing'), PATIENCE);
    expect(back.messages.find(({ type }) => type === 'executing')?.data).toEqual({ node: expect.any(String) });
    back.close();
    await finished(third);
  });

  it('refuses a sampler it has not', async () => {
    const workflow = comfyuiWorkflow(wish, CHECKPOINT, 'panel');
    const sample = { class_type: 'KSampler', inputs: { ...Object(field(workflow, 'sample', 'inputs')), sampler_name: 'tcd' } };
    expect(await post('/prompt', { prompt: { ...workflow, sample } })).toMatchObject({
      status: 400,
      body: { node_errors: { sample: { class_type: 'KSampler', errors: [{ extra_info: { input_name: 'sampler_name' } }] } } },
    });
    expect(field(await get('/object_info/KSampler'), 'KSampler', 'input', 'required', 'sampler_name', 0)).toContain('euler');
  });

  it('refuses a checkpoint it has not, and what makes nothing, before it is queued', async () => {
    const wrong = await post('/prompt', { prompt: comfyuiWorkflow(wish, 'sd_xl_base_1.0.safetensors', 'panel') });
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        error: { type: 'prompt_outputs_failed_validation' },
        node_errors: { checkpoint: { errors: [{ type: 'value_not_in_list' }] } },
      },
    });
    expect(await post('/prompt', { prompt: {} })).toMatchObject({ status: 400, body: { error: { type: 'prompt_no_outputs' } } });
    expect(await post('/prompt', {})).toMatchObject({ status: 400, body: { error: { type: 'no_prompt' } } });
  });

  it('interrupts only the job that was meant, and drops what waits', async () => {
    lab.break('stuck-queue');
    const [running = '', waiting = ''] = [await queue({ seed: 101 }), await queue({ seed: 102 })];
    const runningNow = async () => field(await get('/queue'), 'queue_running', 0, 1);
    await expect.poll(runningNow).toBe(running);
    await post('/interrupt', { prompt_id: waiting });
    expect(await runningNow()).toBe(running);
    await post('/queue', { delete: [waiting] });
    expect(await get('/queue')).toMatchObject({ queue_pending: [] });
    await post('/interrupt', {});
    expect(await finished(running)).toMatchObject({ status: { status_str: 'error', completed: false } });
    expect(await get(`/history/${waiting}`)).toEqual({});
  });

  it('says that the card has no room, and holds VRAM until it is told to free it', async () => {
    await finished(await queue({ seed: 31 }));
    const held = () => lab.simulation.gpu.processes().find((process) => process.processName.includes('comfyui'))?.memoryMiB ?? 0;
    await expect.poll(held).toBeGreaterThan(2000);
    await post('/free', {});
    expect(lab.simulation.comfyui.reservedMiB).toBeGreaterThan(1000);
    await post('/free', { unload_models: true, free_memory: true });
    await expect.poll(held).toBeLessThan(600);
    const id = await queue({ seed: 33 });
    await expect.poll(held).toBeGreaterThan(2000);
    await post('/free', { unload_models: true, free_memory: true });
    expect(held()).toBeGreaterThan(2000);
    await finished(id);
    await expect.poll(held).toBeLessThan(600);
    lab.break('out-of-memory');
    const messages = field(await finished(await queue({ seed: 32 })), 'status', 'messages');
    const last = Array.isArray(messages) ? messages.at(-1) : null;
    expect(last).toMatchObject(['execution_error', { exception_type: expect.stringMatching(/OutOfMemoryError$/) }]);
  });

  it('makes images for the real shim', async () => {
    const shim: Shim = createShim({ environment: { SHIM_MODE: 'comfyui' }, backendPort: () => lab.portOf(8188), log: () => undefined });
    const server = createServer((requests, response) => shim.handle(requests, response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const body = { prompt: 'a fox', size: '256x192', steps: 4, seed: 3 };
    const made = await sendRequest(`http://127.0.0.1:${port}/v1/images/generations`, { body });
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    const png = Buffer.from(String(field(made.body, 'data', 0, 'b64_json')), 'base64');
    expect(decode(png)).toMatchObject({ width: 256, height: 192 });
    await shim.close();
    server.close();
  });

  it('loses queue and history with its process', async () => {
    const id = await queue({ seed: 55 });
    await finished(id);
    await change('stop');
    await change('start');
    expect(await get(`/history/${id}`)).toEqual({});
  });
});

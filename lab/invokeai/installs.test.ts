import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../fixtures/patience.ts';
import { type Lab, startLab } from '../lab.ts';
import { INVOKEAI } from '../systemd/unit-definitions.ts';
import { sendRequest as askUrl, field, type TriedReply } from '../testing/http.ts';
import { schemaJudge } from '../testing/invokeai-schema.ts';
import { graphFor } from './painter.ts';

const SD15 = 'stable-diffusion-v1-5/stable-diffusion-v1-5';
const SDXL = 'stabilityai/stable-diffusion-xl-base-1.0';
const judge = schemaJudge();
let lab: Lab;
let socket: Socket;
const events: { readonly name: string; readonly payload: unknown }[] = [];

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  lab.break('images-take-1-s');
  socket = io(`http://127.0.0.1:${lab.portOf(7860)}`, { path: '/ws/socket.io', transports: ['websocket'], reconnectionDelay: 50 });
  socket.onAny((name: string, payload: unknown) => events.push({ name, payload }));
  await vi.waitUntil(() => socket.connected, PATIENCE);
});
afterAll(async () => {
  socket.close();
  await lab.close();
});
afterEach(() => {
  for (const fault of ['downloads-are-fast', 'gated-repo'] as const) lab.repair(fault);
});

async function sendRequest(method: string, path: string, body?: unknown): Promise<TriedReply> {
  const reply = await askUrl(`http://127.0.0.1:${lab.portOf(9090)}${path}`, { method, body });
  if (reply.status < 300 && reply.type.includes('json'))
    expect(judge.reply(method, path.split('?')[0] ?? '', reply.status, reply.body)).toBeNull();
  return reply;
}

const install = (source: string, more = '') =>
  sendRequest('POST', `/api/v2/models/install?source=${encodeURIComponent(source)}${more}`, {});
const job = async (id: unknown) => (await sendRequest('GET', `/api/v2/models/install/${id}`)).body;
const named = (name: string) => events.filter((event) => event.name === name).map((event) => event.payload);

async function until(id: unknown, status: string): Promise<unknown> {
  await expect.poll(async () => field(await job(id), 'status'), PATIENCE).toBe(status);
  return job(id);
}

describe('events', () => {
  it('tell an image step by step to who subscribed, all as their schemas say', async () => {
    socket.emit('subscribe_queue', { queue_id: 'default' });
    const model = lab.simulation.invokeai.installed.all()[0];
    if (model === undefined) throw new Error('no model');
    const batch = { runs: 1, graph: graphFor(model, { prompt: 'a fox', seed: 1 }), destination: 'panel' };
    // The subscription travels beside the request.
    await vi.waitUntil(async () => {
      if (named('batch_enqueued').length > 0) return true;
      await askUrl(`http://127.0.0.1:${lab.portOf(9090)}/api/v1/queue/default/enqueue_batch`, { body: { batch } });
      return false;
    }, PATIENCE);
    await expect.poll(() => named('invocation_complete').length, PATIENCE).toBeGreaterThan(0);
    const progress = named('invocation_progress').filter((payload) => field(payload, 'message') === 'Denoising');
    expect(progress.length).toBeGreaterThan(5);
    expect(String(field(progress[3], 'image', 'dataURL'))).toMatch(/^data:image\/png;base64,/);
    expect(field(progress[3], 'image', 'width')).toBe(128);
    expect(named('queue_item_status_changed').map((payload) => field(payload, 'status'))).toContain('completed');
    for (const { name, payload } of events) expect(judge.event(name, payload)).toBeNull();
  });
});

describe('install jobs', () => {
  it('download file by file, tell about each per cent, and end with a model that is on the disk', async () => {
    const before = lab.simulation.invokeai.disk().freeBytes;
    const begun = await install(SD15, '&access_token=hf_secret');
    expect(begun.status).toBe(201);
    // The trap: what was secret comes back.
    expect(field(begun.body, 'source', 'access_token')).toBe('hf_secret');
    const id = field(begun.body, 'id');
    expect(field((await install(SD15)).body, 'id')).toBe(id);
    await until(id, 'downloading');
    lab.break('downloads-are-fast');
    const done = await until(id, 'completed');
    expect(field(done, 'config_out', 'base')).toBe('sd-1');
    expect(before - lab.simulation.invokeai.disk().freeBytes).toBe(field(done, 'total_bytes'));
    const key = field(done, 'config_out', 'key');
    expect((await sendRequest('GET', `/api/v2/models/i/${key}`)).status).toBe(200);
    await expect.poll(() => named('model_install_complete').length).toBe(1);
    expect(named('model_install_download_progress').length).toBeGreaterThan(0);
    for (const { name, payload } of events) if (name.startsWith('model_install')) expect(judge.event(name, payload)).toBeNull();
    expect((await sendRequest('DELETE', `/api/v2/models/i/${key}`)).status).toBe(204);
    expect(lab.simulation.invokeai.disk().freeBytes).toBe(before);
  });

  it('pause and go on, also over a restart, with ids that begin anew', async () => {
    await sendRequest('DELETE', '/api/v2/models/install');
    const id = field((await install(SDXL)).body, 'id');
    await until(id, 'downloading');
    expect(field((await sendRequest('POST', `/api/v2/models/install/${id}/pause`)).body, 'status')).toBe('paused');
    await sendRequest('POST', `/api/v2/models/install/${id}/resume`);
    await until(id, 'downloading');
    const unit = lab.simulation.units.units.get(INVOKEAI);
    if (unit === undefined) throw new Error('no unit');
    const bytes = Number(field(await job(id), 'bytes'));
    await new Promise((resolve) => lab.simulation.units.restart(unit, resolve));
    await vi.waitUntil(() => lab.portOf(9090) !== null, PATIENCE);
    const jobs = (await sendRequest('GET', '/api/v2/models/install')).body;
    expect(field(jobs, 0, 'id')).toBe(0);
    expect(Number(field(jobs, 0, 'bytes'))).toBeGreaterThanOrEqual(bytes);
    const restored = lab.simulation.journal.records.some((record) => record.message.includes('Restoring incomplete installs'));
    expect(restored).toBe(true);
    const stopped = sendRequest('DELETE', '/api/v2/models/install/0');
    // It is answered once the download has let go, and until then it is still a download.
    await expect.poll(() => lab.simulation.invokeai.installs.get(0)?.cancelLeftMs ?? null, PATIENCE).not.toBeNull();
    expect(field(await job(0), 'status')).toBe('downloading');
    expect((await stopped).status).toBe(201);
    expect(field(await job(0), 'status')).toBe('cancelled');
    expect((await sendRequest('DELETE', '/api/v2/models/install/99')).status).toBe(415);
  });

  it('refuse a gated repository with a bare 500 until somebody logs in', async () => {
    lab.break('gated-repo');
    expect(await install('madebyollin/sdxl-vae-fp16-fix')).toMatchObject({ status: 500, body: 'Internal Server Error' });
    expect((await sendRequest('GET', '/api/v2/models/hf_login')).body).toBe('invalid');
    expect((await sendRequest('POST', '/api/v2/models/hf_login', { token: 'hf_abcd1234' })).body).toBe('valid');
    expect((await install('madebyollin/sdxl-vae-fp16-fix')).status).toBe(201);
    await sendRequest('DELETE', '/api/v2/models/hf_login');
  });

  it('need a body and a source that can be one', async () => {
    expect((await sendRequest('POST', `/api/v2/models/install?source=${SD15}`)).status).toBe(422);
    expect((await install('nobody/nothing')).status).toBe(500);
  });

  it('know 195 starter models in 12 bundles, with long descriptions that may state a size, and what is installed', async () => {
    const { body } = await sendRequest('GET', '/api/v2/models/starter_models');
    const models = field(body, 'starter_models');
    if (!Array.isArray(models)) throw new Error('no list');
    expect(models).toHaveLength(195);
    expect(new Set(models.map((model) => field(model, 'source'))).size).toBe(195);
    expect(models.filter((model) => /~\d+GB/.test(String(field(model, 'description')))).length).toBeGreaterThan(60);
    expect(Math.max(...models.map((model) => String(field(model, 'description')).length))).toBeGreaterThan(120);
    expect(Object.keys(field(body, 'starter_bundles') ?? {})).toHaveLength(12);
    expect(JSON.stringify(field(body, 'starter_bundles', 'sdxl'))).toContain(SDXL);
  });
});

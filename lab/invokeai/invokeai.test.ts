import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../lab.ts';
import { sendRequest as askUrl, field, type TriedReply } from '../testing/http.ts';
import { schemaJudge } from '../testing/invokeai-schema.ts';
import type { Graph } from './graph.ts';
import type { LabModel } from './installed-models.ts';
import { graphFor } from './painter.ts';

const judge = schemaJudge();
let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  lab.break('images-take-1-s');
});
afterAll(() => lab.close());

/** Asks InvokeAI; a reply of JSON has to be as its schema says. */
async function sendRequest(method: string, path: string, body?: unknown): Promise<TriedReply> {
  const reply = await askUrl(`http://127.0.0.1:${lab.portOf(9090)}${path}`, { method, body });
  if (reply.status < 300 && reply.type.includes('json'))
    expect(judge.reply(method, path.split('?')[0] ?? '', reply.status, reply.body)).toBeNull();
  return reply;
}

function model(name: string): LabModel {
  const found = lab.simulation.invokeai.installed.all().find((record) => record.name === name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
}

function enqueue(graph: Graph, more: Readonly<Record<string, unknown>> = {}): Promise<TriedReply> {
  return sendRequest('POST', '/api/v1/queue/default/enqueue_batch', { prepend: false, batch: { runs: 1, graph, ...more } });
}

/** The item, once it is over. */
async function ended(itemId: unknown): Promise<unknown> {
  let item: unknown;
  await expect
    .poll(async () => {
      item = (await sendRequest('GET', `/api/v1/queue/default/i/${itemId}`)).body;
      return field(item, 'status');
    })
    .toMatch(/completed|failed|canceled/);
  return item;
}

async function isIdle(): Promise<void> {
  const status = async () => (await sendRequest('GET', '/api/v1/queue/default/status')).body;
  await expect.poll(status).toMatchObject({ queue: { pending: 0, in_progress: 0 } });
}

async function imageOf(item: unknown): Promise<Buffer> {
  const id = field(item, 'session', 'source_prepared_mapping', 'image', 0);
  const name = field(item, 'session', 'results', String(id), 'image', 'image_name');
  expect((await sendRequest('GET', `/api/v1/images/i/${name}`)).status).toBe(200);
  const response = await fetch(`http://127.0.0.1:${lab.portOf(9090)}/api/v1/images/i/${name}/full`);
  expect(response.headers.get('content-type')).toBe('image/png');
  return Buffer.from(await response.arrayBuffer());
}

describe('the simulated InvokeAI', () => {
  it.each([
    '/api/v1/app/version',
    '/api/v1/app/app_deps',
    '/api/v1/app/runtime_config',
    '/api/v1/app/generation_device_options',
    '/api/v1/app/logging',
    '/api/v1/app/invocation_cache/status',
    '/api/v1/auth/status',
    '/api/v2/models/',
    '/api/v2/models/missing',
    '/api/v2/models/stats',
    '/api/v2/models/sync/orphaned',
    '/api/v2/models/scan_folder?scan_path=/var/lib/invokeai/models',
    '/api/v1/queue/default/status',
    '/api/v1/queue/default/current',
    '/api/v1/queue/default/next',
    '/api/v1/queue/default/item_ids',
    '/api/v1/queue/default/list_all',
    '/api/v1/queue/default/b/nobody/status',
    '/api/v1/queue/default/counts_by_destination?destination=panel',
    '/api/v1/images/',
    '/api/v1/images/names',
    '/api/v1/images/intermediates',
  ])('answers %s as its schema says', async (path) => {
    const reply = await sendRequest('GET', path);
    expect(reply.status).toBe(200);
    expect(reply.type).toContain('application/json');
  });

  it('answers an unknown path with its page and 200, and an unknown POST with 405', async () => {
    for (const path of ['/healthz', '/api/v1/models', '/api/v2/models', '/api/v1/app/versio']) {
      expect(await sendRequest('GET', path)).toMatchObject({ status: 200, type: expect.stringContaining('text/html') });
    }
    expect((await sendRequest('POST', '/api/v1/nothing', {})).status).toBe(405);
  });

  it('takes no more jobs than fit into its queue, and says how many were asked for', async () => {
    const graph = graphFor(model('Juggernaut XL v9'), { prompt: 'a red apple', seed: 7 });
    expect((await sendRequest('PUT', '/api/v1/queue/default/processor/pause')).status).toBe(200);
    const filled = await enqueue(graph, { runs: 10_001 });
    expect(filled.body).toMatchObject({ enqueued: 10_000, requested: 10_001 });
    const refused = await enqueue(graph);
    expect(refused.body).toMatchObject({ enqueued: 0, requested: 1, item_ids: [] });
    expect((await sendRequest('PUT', '/api/v1/queue/default/clear')).status).toBe(200);
    expect((await sendRequest('PUT', '/api/v1/queue/default/processor/resume')).status).toBe(200);
    await isIdle();
  });

  it('refuses a number of a job that is none', async () => {
    expect((await sendRequest('GET', '/api/v1/queue/default/i/first')).status).toBe(422);
    expect((await sendRequest('GET', '/api/v1/queue/default/i/999999')).status).toBe(404);
  });

  it('knows one model whose file is gone', async () => {
    const missing = await sendRequest('GET', '/api/v2/models/missing');
    expect(field(missing.body, 'models', 0, 'name')).toBe('Old Inkpunk');
    expect(field(missing.body, 'models', 'length')).toBe(1);
  });

  it('makes the image that was asked for, the same again for the same wish, another for another seed', async () => {
    const images: Buffer[] = [];
    for (const seed of [7, 7, 8]) {
      const reply = await enqueue(graphFor(model('Juggernaut XL v9'), { prompt: 'a red apple', seed }), { destination: 'panel' });
      expect(reply.status).toBe(201);
      const item = await ended(field(reply.body, 'item_ids', 0));
      expect(field(item, 'status')).toBe('completed');
      expect(field(item, 'created_at')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
      images.push(await imageOf(item));
    }
    const [one, same, other] = images;
    expect(decode(one ?? Buffer.alloc(0))).toMatchObject({ width: 1024, height: 1024 });
    expect(one?.equals(same ?? Buffer.alloc(0))).toBe(true);
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(false);
  });

  it('refuses a graph with a size that cannot be, a guidance below 1 and an unknown scheduler, naming the field', async () => {
    const graph = graphFor(model('Dreamshaper 8'), { prompt: 'x', seed: 1 });
    const broken = structuredClone(graph);
    Object.assign(broken.nodes['noise'] ?? {}, { width: 513 });
    Object.assign(broken.nodes['denoise'] ?? {}, { cfg_scale: 0, scheduler: 'euler_ancestral' });
    const reply = await enqueue(broken);
    expect(reply.status).toBe(422);
    expect(JSON.stringify(reply.body)).toMatch(/multiple of 8.*cfg_scale.*scheduler/);
  });

  it('fails at run time for a model that is not there, and with the words of InvokeAI', async () => {
    const ghost = { ...model('Dreamshaper 8'), key: 'ghost' };
    const reply = await enqueue(graphFor(ghost, { prompt: 'x', seed: 1 }));
    const item = await ended(field(reply.body, 'item_ids', 0));
    expect(item).toMatchObject({ status: 'failed', error_type: 'UnknownModelException', error_message: 'Unknown model: ghost' });
  });

  it('cancels what waits and what runs, and keeps them apart from what is done', async () => {
    await sendRequest('PUT', '/api/v1/queue/default/processor/pause');
    const graph = graphFor(model('Dreamshaper 8'), { prompt: 'x', seed: 1 });
    const batch = await enqueue(graph, { runs: 3, destination: 'panel-cancel' });
    expect(field(batch.body, 'enqueued')).toBe(3);
    const ids = field(batch.body, 'item_ids');
    expect(Array.isArray(ids) && ids[0] > ids[2]).toBe(true);
    const one = await sendRequest('PUT', `/api/v1/queue/default/i/${field(ids, 0)}/cancel`);
    expect(field(one.body, 'status')).toBe('canceled');
    expect((await sendRequest('PUT', '/api/v1/queue/default/cancel_by_destination?destination=panel-cancel')).body).toEqual({
      canceled: 2,
    });
    expect((await sendRequest('GET', '/api/v1/queue/default/status')).body).toMatchObject({
      processor: { is_started: false, is_processing: false },
    });
    await sendRequest('PUT', '/api/v1/queue/default/processor/resume');
    expect((await sendRequest('PUT', '/api/v1/queue/default/retry_items_by_id', [field(ids, 1)])).body).toMatchObject({
      retried_item_ids: [field(ids, 1)],
    });
    await isIdle();
  });

  it('after a restart has canceled what ran, and begins at once with what waited', async () => {
    lab.break('stuck-queue');
    const graph = graphFor(model('Dreamshaper 8'), { prompt: 'x', seed: 2 });
    const ids = field((await enqueue(graph, { runs: 2 })).body, 'item_ids');
    const [waits, runs] = [field(ids, 0), field(ids, 1)];
    await expect.poll(async () => field((await sendRequest('GET', `/api/v1/queue/default/i/${runs}`)).body, 'status')).toBe('in_progress');
    const unit = lab.simulation.units.units.get('invokeai.service');
    if (unit === undefined) throw new Error('no unit');
    let isBack = false;
    lab.simulation.units.restart(unit, () => {
      isBack = true;
    });
    await expect.poll(() => lab.portOf(9090)).toBeNull();
    lab.repair('stuck-queue');
    await expect.poll(() => isBack && lab.portOf(9090)).toBeTruthy();
    expect(await ended(runs)).toMatchObject({ status: 'canceled' });
    expect(field(await ended(runs), 'error_type')).toBeUndefined();
    expect(await ended(waits)).toMatchObject({ status: 'completed' });
  });
});

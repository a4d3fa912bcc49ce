import { Agent } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { answerJson, startTryServer, type TryServer } from '../../../lab/testing/server.ts';
import { BackendQueue } from '../../../shared/capabilities/models/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { INVOKEAI_PEER } from '../backends/invokeai.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import { readPastJobs, readQueue, StallWatch } from './queue.ts';

const QUEUE = '/api/v1/queue/default/';
let server: TryServer;
let client: JsonClient;
afterEach(() => {
  client.close();
  server.close();
});

/** InvokeAI with these answers below its queue; what is not named is not known there. */
async function read(answers: Readonly<Record<string, unknown>>): Promise<BackendQueue> {
  server = await startTryServer(({ path }, response) => answerJson(response, answers[path.slice(QUEUE.length)]));
  client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent() });
  return BackendQueue.parse(await readQueue(client, new AbortController().signal));
}

const status = (counts: Readonly<Record<string, unknown>>, processor: unknown = { is_started: true, is_processing: true }) => ({
  queue: { queue_id: 'default', completed: 9, failed: 1, canceled: 2, ...counts },
  processor,
});
const item = (itemId: number, destination: string | null, origin: string | null = null) => ({
  item_id: itemId,
  status: 'in_progress',
  destination,
  origin,
  started_at: '2026-05-04 14:06:31.120',
  session: { graph: { nodes: { n: { seed: 0 }, p: { prompt: 'a lighthouse' }, q: { prompt: '' } } } },
});

/** The past jobs of an InvokeAI with these answers below its queue. */
async function readPast(answers: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
  server = await startTryServer(({ path }, response) => answerJson(response, answers[path.slice(QUEUE.length)]));
  client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent() });
  return readPastJobs(client, new AbortController().signal);
}

describe('jobs of the past', () => {
  it('the newest ones, where InvokeAI lists them', async () => {
    const answers = { 'item_ids?order_dir=DESC': { item_ids: [9, 8, 'x'], total_count: 2 }, items_by_ids: [item(9, null), 7] };
    expect(await readPast(answers)).toMatchObject([{ item_id: 9 }]);
  });

  it('none before 6.7, and none where there are none', async () => {
    expect(await readPast({})).toEqual([]);
    server.close();
    client.close();
    expect(await readPast({ 'item_ids?order_dir=DESC': { item_ids: [] } })).toEqual([]);
  });
});

describe("InvokeAI's queue", () => {
  it('has its counts, what runs and what comes next, with times that are UTC without a word of it', async () => {
    const queue = await read({
      status: status({ pending: 2, in_progress: 1, waiting: 1 }),
      current: item(7, 'panel-playground'),
      next: item(8, 'canvas'),
    });
    expect(queue).toEqual({
      pending: 2,
      inProgress: 1,
      isStalled: false,
      completed: 9,
      failed: 1,
      canceled: 2,
      isStarted: true,
      current: { itemId: 7, prompt: 'a lighthouse', from: 'this Playground', startedAt: Date.UTC(2026, 4, 4, 14, 6, 31, 120) },
      next: [expect.objectContaining({ itemId: 8, from: 'InvokeAI’s web page' })],
    });
  });

  it('asks for whole jobs only when there are any', async () => {
    await read({ status: status({ pending: 0, in_progress: 0 }) });
    expect(server.requests.map(({ path }) => path)).toEqual([`${QUEUE}status`]);
  });

  it.each([
    ['openai-images', null, 'the images shim'],
    ['somebody', 'else', 'somebody'],
    [null, 'workflows', 'workflows'],
    [null, null, null],
  ])('says of a job for %s from %s that it is from %s', async (destination, origin, from) => {
    const queue = await read({ status: status({ pending: 0, in_progress: 1 }), current: item(1, destination, origin) });
    expect(queue.current?.from).toBe(from);
  });

  it('goes without a job that ended in between, or cannot be read', async () => {
    const queue = await read({ status: status({ pending: 1, in_progress: 1 }), current: null, next: { detail: 'x' } });
    expect(queue).toMatchObject({ pending: 1, inProgress: 1, current: null, next: [] });
  });

  it('leaves unknown what is not told, and still asks', async () => {
    const queue = await read({ status: { queue: { pending: '2', in_progress: -1 } }, current: item(3, null) });
    expect(queue).toMatchObject({ pending: null, inProgress: null, isStarted: null, current: { itemId: 3 } });
  });

  it('takes no number for a job that is none', async () => {
    const queue = await read({ status: status({ pending: 1e300, in_progress: 1 }), current: { ...item(1, null), item_id: 1.5 } });
    expect(queue).toMatchObject({ pending: null, current: null });
  });

  it('cannot be read where there is none', async () => {
    expect(await read({}).then(() => null, toPanelError)).toMatchObject({ code: 'invokeai-refused', layer: 'backend' });
  });
});

describe('a queue whose jobs wait and none runs', () => {
  const waiting = { pending: 2, inProgress: 0, completed: 1, failed: 0, canceled: 0, isStarted: true, current: null, next: [] };
  const current = { itemId: 5, prompt: null, from: null, startedAt: null };

  it('has stalled only when it stays so for seconds', () => {
    const watch = new StallWatch();
    expect([0, 500, 4_999, 5_000].map((atMs) => watch.mark(waiting, atMs).isStalled)).toEqual([false, false, false, true]);
    expect(watch.mark({ ...waiting, current }, 6_000).isStalled).toBe(false);
    expect(watch.mark(waiting, 6_500).isStalled).toBe(false);
  });

  it('has not stalled while a job runs that cannot be read', () => {
    const watch = new StallWatch();
    expect([0, 60_000].map((atMs) => watch.mark({ ...waiting, inProgress: 1 }, atMs).isStalled)).toEqual([false, false]);
  });

  it('has not stalled when it is paused or empty', () => {
    const watch = new StallWatch();
    for (const change of [{ isStarted: false }, { pending: 0 }, { pending: null }])
      expect([0, 60_000].map((atMs) => watch.mark({ ...waiting, ...change }, atMs).isStalled)).toEqual([false, false]);
  });
});

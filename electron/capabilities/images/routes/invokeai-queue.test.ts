import { Agent } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { answerJson, startTryServer, type TryServer } from '../../../../lab/testing/server.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { INVOKEAI_PEER } from '../../backends/invokeai.ts';
import { createJsonClient, type JsonClient } from '../../backends/json-client.ts';
import { generateInQueue } from './invokeai-queue.ts';

const PARAMETERS = {
  ...{ prompt: 'a fox', negativePrompt: '', width: 64, height: 64, steps: 2, guidance: 7, seed: 5 },
  ...{ model: null, scheduler: null, count: 3 },
};
let server: TryServer;
let client: JsonClient;
afterEach(() => {
  client.close();
  server.close();
});

/** InvokeAI whose jobs 1, 2 … have ended so; `onRequest` is called with a job's number before it is reported; its queue takes `room` jobs. */
async function run(
  states: readonly string[],
  signal: AbortSignal,
  onRequest: (itemId: number) => void = () => {},
  room = Number.POSITIVE_INFINITY,
) {
  let nextId = 1;
  server = await startTryServer(({ method, path }, response) => {
    const itemId = Number(/\/i\/(\d+)$/.exec(path)?.[1]);
    if (method === 'POST' && nextId > room) return answerJson(response, { enqueued: 0, requested: 1, item_ids: [] }, 201);
    if (method === 'POST') return answerJson(response, { item_ids: [nextId++] }, 201);
    if (path.includes('model_type=main'))
      return answerJson(response, { models: [{ key: 'k', name: 'Dreamshaper 8', base: 'sd-1', type: 'main', hash: 'h' }] });
    if (path.endsWith('/full')) return void response.writeHead(200, { 'content-type': 'image/png' }).end('image');
    if (Number.isNaN(itemId)) return answerJson(response, { models: [] });
    onRequest(itemId);
    answerJson(response, {
      ...{ item_id: itemId, status: states[itemId - 1], error_type: 'OutOfMemoryError', error_message: 'CUDA out of memory' },
      session: {
        graph: { nodes: { n: { seed: 4 + itemId } } },
        source_prepared_mapping: { image: ['x'] },
        results: { x: { image: { image_name: `${itemId}.png` } } },
      },
    });
  });
  client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent() });
  const open = new Set<string>();
  const batches = { opened: (id: string) => open.add(id), ended: (id: string) => open.delete(id), abandoned: () => {} };
  const queueEvents = () => new Promise<void>(() => {});
  const result = await generateInQueue({ client, parameters: PARAMETERS, signal, queueEvents, onAway: () => {}, batches });
  return { seeds: result.images.map(({ reported }) => reported.seed), notes: result.notes, openCount: open.size };
}
const never = new AbortController().signal;

it('brings back what was finished when the run is cancelled, and leaves the rest open for the cancel', async () => {
  const cancelling = new AbortController();
  // Asked for only after the first image was fetched.
  const made = await run(['completed', 'in_progress', 'pending'], cancelling.signal, (itemId) => {
    if (itemId === 2) cancelling.abort();
  });
  expect(made).toEqual({ seeds: [5], notes: [], openCount: 2 });
});

it('goes on past a job that was cancelled, and says what is missing', async () => {
  expect(await run(['completed', 'canceled', 'completed'], never)).toMatchObject({
    seeds: [5, 7],
    notes: [expect.stringContaining('2 of 3 images were generated. The job was cancelled in InvokeAI')],
    openCount: 0,
  });
});

it('stops at a failure, which would repeat itself, and keeps what was made before', async () => {
  expect(await run(['completed', 'failed', 'pending'], never)).toMatchObject({
    seeds: [5],
    notes: [expect.stringContaining('1 of 3 images were generated. The GPU ran out of memory')],
    openCount: 1,
  });
});

it('says that the queue is full, and not that InvokeAI is too old', async () => {
  const refused = await run(['completed'], never, () => {}, 1).then(
    () => null,
    (thrown: unknown) => toPanelError(thrown),
  );
  expect(refused).toMatchObject({ code: 'queue-full', retryable: true });
  // The job that was taken, and the one that was not, once each.
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
});

it('puts no job after the other into a queue that does not number them', async () => {
  server = await startTryServer(({ method, path }, response) => {
    if (method === 'POST') return answerJson(response, { enqueued: 1, requested: 1 }, 201);
    const models = path.includes('model_type=main') ? [{ key: 'k', name: 'Dreamshaper 8', base: 'sd-1', type: 'main', hash: 'h' }] : [];
    answerJson(response, { models });
  });
  client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent() });
  const abandoned: string[] = [];
  const batches = { opened: () => {}, ended: () => {}, abandoned: (id: string) => abandoned.push(id) };
  const queueEvents = () => new Promise<void>(() => {});
  const made = generateInQueue({ client, parameters: PARAMETERS, signal: never, queueEvents, onAway: () => {}, batches });
  await expect(made).rejects.toMatchObject({ panelError: { code: 'invokeai-too-old' } });
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(abandoned).toHaveLength(1);
});

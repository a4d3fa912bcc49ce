import { Agent } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, startTryServer, type TryServer } from '../../../../lab/testing/server.ts';
import type { GatewayState } from '../../../../shared/capabilities/gateway/contract.ts';
import { RouteState } from '../../../../shared/capabilities/images/contract.ts';
import { INVOKEAI_PEER } from '../../backends/invokeai.ts';
import { createJsonClient, type JsonClient } from '../../backends/json-client.ts';
import { queryHost } from './diagnose.ts';
import { createGatewayRoute } from './gateway-route.ts';
import { followSeeds } from './invokeai-follower.ts';
import { createInvokeAiRoute } from './invokeai-route.ts';
import { type LoggedRefusal, parseRefusal } from './shim-log.ts';
import { createShimRoute } from './shim-route.ts';

const QUEUE = '/api/v1/queue/default/';
const SHIM_PEER = { code: 'shim', layer: 'backend', name: 'The images shim' } as const;
const PAGE = Symbol('page');

/** What the host answers by path; a page for {@link PAGE}, else 404. A pair is a status and a document. */
let answers: Record<string, unknown> = {};
let server: TryServer;
let shim: JsonClient;
let invokeai: JsonClient;

beforeEach(async () => {
  answers = {
    '/readyz': { ready: true },
    '/v1/models': { data: [{ id: 'Dreamshaper 8', metadata: { base: 'sd-1' } }] },
    '/api/v2/models/?model_type=main': {
      models: [
        { key: 'a', name: 'Dreamshaper 8', base: 'sd-1', type: 'main', hash: 'h' },
        { key: 'b', name: 'gone', base: 'sdxl', type: 'main' },
        { key: 'c', name: 'inpainting', base: 'sd-1', type: 'main', variant: 'inpaint' },
        { key: 'd', name: 'flux', base: 'flux', type: 'main' },
      ],
    },
    '/api/v2/models/missing': { models: [{ key: 'b' }] },
    [`${QUEUE}status`]: { queue: { pending: 0 }, processor: { is_started: true } },
    [`${QUEUE}item_ids?order_dir=DESC`]: { item_ids: [] },
  };
  server = await startTryServer(({ path }, response) => {
    const answer = answers[path];
    if (answer === PAGE) return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    if (Array.isArray(answer)) return answerJson(response, answer[1], Number(answer[0]));
    answerJson(response, answer);
  });
  const made = (peer: typeof SHIM_PEER | typeof INVOKEAI_PEER) =>
    createJsonClient({ peer, port: server.port, agent: new Agent({ keepAlive: true }) });
  [shim, invokeai] = [made(SHIM_PEER), made(INVOKEAI_PEER)];
});
afterEach(() => {
  shim.close();
  invokeai.close();
  server.close();
});

const live: GatewayState = {
  hostId: 'ada2',
  profile: { address: 'https://ai2:8800', via: { kind: 'direct' }, observabilityPort: 8801, imagesClass: 'gpu_heavy' },
  trust: { kind: 'system' },
  hasToken: true,
  phase: { kind: 'live' },
  reading: {
    admission: [{ backendClass: 'gpu_heavy', routeKind: 'images', limit: 2, available: 1, inflight: 1 }],
    health: [{ name: 'gpu_heavy', isHealthy: true, isReady: true, checkedAt: 0, error: null, since: null }],
    takenAt: 0,
    elapsedMs: 1,
    clockOffsetMs: null,
  },
};
async function routes(change: Partial<GatewayState> = {}, isOnline = true): Promise<Record<string, RouteState>> {
  const line = { open: () => {}, reopen: () => {}, onEvent: () => () => true, close: () => {} };
  const failures = { diagnose: () => Promise.resolve([]) };
  const common = { shim, failures, jobs: { follow: () => null }, isOnline: () => isOnline, now: () => 0 };
  const gateway = { state: () => ({ ...live, ...change }), request: () => Promise.reject(new Error('not asked')) };
  const all = [
    createGatewayRoute({ ...common, gateway }),
    createShimRoute(common),
    createInvokeAiRoute({ ...common, invokeai, events: line, openBatches: { recall: () => [], remember: () => {} } }),
  ];
  const states = await Promise.all(all.map((route) => route.state()));
  return Object.fromEntries(states.map((state) => [state.route, RouteState.parse(state)]));
}

describe('the routes to an image', () => {
  it('are ready with the models that make images, and the sizes each takes', async () => {
    expect(await routes()).toMatchObject({
      gateway: {
        isReady: true,
        message: 'Gateway responds',
        models: [{ name: 'Dreamshaper 8', base: 'sd-1', isMissing: false }],
        maxPixels: 2_000_000,
      },
      shim: { isReady: true, models: [{ name: 'Dreamshaper 8' }], maxPixels: 4_194_304 },
      backend: { isReady: true, models: [{ name: 'Dreamshaper 8', base: 'sd-1' }] },
    });
  });

  it('mark a preset whose model is not installed, and no other', async () => {
    const preset = (id: string, available: boolean | null) => ({ id, metadata: { model: 'x', available } });
    answers['/v1/models'] = {
      data: [preset('gpu_fast', false), preset('gpu_slow', true), preset('unknown', null), { id: 'Dreamshaper 8' }],
    };
    for (const route of ['gateway', 'shim']) {
      expect((await routes())[route]?.models.map(({ name, isMissing }) => [name, isMissing])).toEqual([
        ['gpu_fast', true],
        ['gpu_slow', false],
        ['unknown', false],
        ['Dreamshaper 8', false],
      ]);
    }
  });

  it('cannot be gone without the host, save the gateway, which is elsewhere', async () => {
    expect(await routes({}, false)).toMatchObject({
      gateway: { isReady: true, models: [] },
      shim: { isReady: false },
      backend: { isReady: false },
    });
    expect(server.requests).toEqual([]);
  });

  it('say why the gateway cannot be asked', async () => {
    const error = { code: 'gateway-slow', layer: 'gateway', message: 'It is slow.', hint: 'Wait.', retryable: true } as const;
    const message = async (change: Partial<GatewayState>) => (await routes(change))['gateway'];
    expect(await message({ profile: null })).toMatchObject({ isReady: false, message: expect.stringContaining('No gateway set up') });
    expect(await message({ phase: { kind: 'failing', error, since: 0, retryAt: null } })).toMatchObject({
      isReady: false,
      message: 'It is slow.',
    });
    expect(await message({ phase: { kind: 'waiting' } })).toMatchObject({ isReady: false });
    const health = [{ name: 'gpu_heavy', isHealthy: true, isReady: false, checkedAt: 0, error: null, since: null }];
    expect(await message({ reading: { admission: null, takenAt: 0, elapsedMs: 1, clockOffsetMs: null, health } })).toMatchObject({
      isReady: false,
      message: 'Backend gpu_heavy is not ready.',
    });
    expect(await message({ reading: null })).toMatchObject({ isReady: true, message: 'Gateway responds' });
    const profile = live.profile === null ? null : { ...live.profile, imagesClass: 'gpu_fast' };
    expect(await message({ profile, reading: { admission: null, takenAt: 0, elapsedMs: 1, clockOffsetMs: null, health } })).toMatchObject({
      isReady: true,
    });
  });

  it('say which link of the shim is broken, and that something else answers in its place', async () => {
    answers['/readyz'] = [503, { ready: false, detail: 'InvokeAI does not answer.' }];
    expect((await routes())['shim']).toMatchObject({
      isReady: false,
      message: 'InvokeAI does not answer.',
      models: [{ name: 'Dreamshaper 8' }],
    });
    answers['/readyz'] = [503, {}];
    expect((await routes())['shim']?.message).toBe('The images shim is not ready (status 503).');
    answers['/readyz'] = PAGE;
    expect((await routes())['shim']).toMatchObject({
      isReady: false,
      message: 'Another program responds at the address of the images shim.',
    });
  });

  it('are not ready in InvokeAI without a model, or when a page answers for it', async () => {
    answers['/api/v2/models/missing'] = { models: [{ key: 'a' }, { key: 'b' }] };
    expect((await routes())['backend']).toMatchObject({
      isReady: false,
      message: 'The files of all 2 SD 1.5 and SDXL models of InvokeAI are missing.',
    });
    answers['/api/v2/models/missing'] = PAGE;
    expect((await routes())['backend']?.models.map(({ name }) => name)).toEqual(['Dreamshaper 8', 'gone']);
    answers['/api/v2/models/?model_type=main'] = PAGE;
    expect((await routes())['backend']).toMatchObject({ isReady: false, message: expect.stringContaining('returned a web page') });
  });
});

describe('what the host says of a failed run', () => {
  const line = { open: () => {}, reopen: () => {}, onEvent: () => () => true, close: () => {} };
  const request = (seeds: readonly number[] = [4711]) => {
    const follower = followSeeds({ client: invokeai, events: line, seeds, steps: 20, onProgress: () => {} });
    return queryHost({ shim, invokeai, jobs: follower.jobs, refusal: async () => logged });
  };
  let logged: LoggedRefusal | null = null;
  afterEach(() => {
    logged = null;
  });
  const item = (itemId: number, seed: number, change: object) => ({
    item_id: itemId,
    status: 'failed',
    session: { graph: { nodes: { n: { seed } } } },
    ...change,
  });

  it('is how our own jobs ended, known by their seeds, though one of the others cannot be read', async () => {
    answers[`${QUEUE}item_ids?order_dir=DESC`] = { item_ids: [9, 8, 7, 6] };
    answers[`${QUEUE}i/9`] = [500, { detail: 'x' }];
    answers[`${QUEUE}i/8`] = item(8, 4711, { error_type: 'OutOfMemoryError', error_message: 'CUDA out of memory' });
    answers[`${QUEUE}i/7`] = item(7, 5, { error_type: 'ValueError', error_message: 'of somebody else' });
    answers[`${QUEUE}i/6`] = item(6, 4712, { status: 'in_progress' });
    expect(await request([4711, 4712])).toEqual([
      'Job 8 in InvokeAI failed: OutOfMemoryError: CUDA out of memory',
      'Job 6 in InvokeAI: in progress.',
      'The images shim is ready now.',
    ]);
  });

  it('is not how the jobs of the run before ended, which had the same seeds, though the numbers of jobs begin anew', async () => {
    const takenBatches = new Set<string>();
    const jobs = async () => {
      const follower = followSeeds({ client: invokeai, events: line, seeds: [4711, 4712], steps: 20, takenBatches, onProgress: () => {} });
      await follower.jobs();
      return (await follower.jobs()).map(({ itemId }) => itemId);
    };
    answers[`${QUEUE}item_ids?order_dir=DESC`] = { item_ids: [6, 5] };
    answers[`${QUEUE}i/5`] = item(5, 4711, { batch_id: 'first' });
    answers[`${QUEUE}i/6`] = item(6, 4712, { batch_id: 'first' });
    expect(await jobs()).toEqual([5, 6]);
    answers[`${QUEUE}item_ids?order_dir=DESC`] = { item_ids: [7, 6, 5] };
    answers[`${QUEUE}i/7`] = item(7, 4712, { batch_id: 'second' });
    expect(await jobs()).toEqual([7]);
    answers[`${QUEUE}item_ids?order_dir=DESC`] = { item_ids: [5] };
    answers[`${QUEUE}i/5`] = item(5, 4711, { batch_id: 'of another database' });
    expect(await jobs()).toEqual([5]);
  });

  it('is what the shim logged of the request', async () => {
    logged = parseRefusal('refused request="ab12" status=400 code="model_not_found" said="There is no model \\"x\\"." elapsed_ms=4');
    expect(await request()).toContain('Log of the images shim: 400 model_not_found: There is no model "x".');
    for (const line of ['generated request="a"', 'refused request="a"', '', 'refused status=1 code="a" said="'])
      expect(parseRefusal(line)).toBeNull();
  });

  it('is which link of the shim is broken, and a queue that is paused or long', async () => {
    answers['/readyz'] = [
      503,
      {
        links: [
          { name: 'gpu', ok: false, said: 'No GPU is seen.' },
          { name: 'backend', ok: true, said: 'fine' },
        ],
      },
    ];
    answers[`${QUEUE}status`] = { queue: { pending: 9 }, processor: { is_started: false } };
    expect(await request()).toEqual(['The images shim: No GPU is seen.', 'InvokeAI’s queue is paused.']);
    answers[`${QUEUE}status`] = { queue: { pending: 9 }, processor: { is_started: true } };
    expect(await request()).toContain('9 jobs are waiting in InvokeAI’s queue.');
  });

  it('never fails itself, whatever answers or does not', async () => {
    answers = { '/readyz': PAGE, [`${QUEUE}status`]: PAGE };
    expect(await request()).toMatchObject([
      expect.stringContaining('another program responds'),
      expect.stringContaining('returned a web page'),
    ]);
    answers['/readyz'] = [502, 'Bad Gateway'];
    expect(await request()).toContain('The images shim is not ready (status 502).');
    server.close();
    expect(await request()).toEqual(['The images shim closed the connection.', 'InvokeAI closed the connection.']);
  });
});

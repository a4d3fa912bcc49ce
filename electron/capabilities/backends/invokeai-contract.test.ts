import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import { type Lab, startLab } from '../../../lab/lab.ts';
import { schemaJudge } from '../../../lab/testing/invokeai-schema.ts';
import { type RecordedRequest, startTryServer, type TryServer } from '../../../lab/testing/server.ts';
import type { ImageParameters } from '../../../shared/capabilities/images/contract.ts';
import { INITIAL_GPU_STATUS } from '../../../shared/initial-states.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { queryHost } from '../images/routes/diagnose.ts';
import { followSeeds } from '../images/routes/invokeai-follower.ts';
import { type BatchesCancelled, createOpenBatches } from '../images/routes/invokeai-open-batches.ts';
import { generateInQueue } from '../images/routes/invokeai-queue.ts';
import { type OpenJobs, trackJobs } from '../images/routes/open-jobs.ts';
import { createLastUsed } from '../models/last-used.ts';
import { createModels } from '../models/models.ts';
import type { Models } from '../models/types.ts';
import { createBackendEndpoint } from './backend-endpoint.ts';
import { INVOKEAI_PEER } from './invokeai.ts';
import { createInvokeAiEvents, type InvokeAiEvents } from './invokeai-events.ts';
import { createInvokeAiLogin, loginInMemory } from './invokeai-login.ts';
import { createJsonClient, type JsonClient } from './json-client.ts';

const ELECTRON = join(import.meta.dirname, '..');
const PARAMETERS: ImageParameters = {
  prompt: 'a lighthouse',
  negativePrompt: 'fog',
  width: 512,
  height: 512,
  steps: 4,
  guidance: 7,
  seed: 4711,
  model: 'Dreamshaper 8',
  scheduler: 'euler_a',
  count: 1,
};

const judge = schemaJudge();
let lab: Lab;
let server: TryServer;
let client: JsonClient;
let line: InvokeAiEvents;
let models: Models;
let openJobs: OpenJobs<BatchesCancelled>;

/** Hands every request on to the simulated InvokeAI, and its answer back. */
async function startBetween(port: number): Promise<TryServer> {
  return startTryServer(({ method, path, contentType, text }, response) => {
    const headers = contentType === null ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    const on = httpRequest({ port, method, path, headers, agent: false }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    on.once('error', () => response.destroy());
    on.end(text);
  });
}

/** A host that has nothing but InvokeAI. */
const transport: Transport = {
  ...createFakeTransport(() => ({ exitCode: 1 })).transport,
  tunnel: async (_hostName, port) => connect(port, '127.0.0.1'),
  httpAgent: () => new Agent({ keepAlive: true }),
};
const gpu: Parameters<typeof createModels>[0]['gpu'] = {
  status: () => ({ ...INITIAL_GPU_STATUS, hostId: 'ada2' }),
  onSamples: (listener) => {
    const timer = setInterval(() => listener([]), 10);
    return () => clearInterval(timer);
  },
};

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  lab.break('images-take-1-s');
  const port = lab.portOf(9090) ?? 0;
  server = await startBetween(port);
  client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent({ keepAlive: true }) });
  line = createInvokeAiEvents(createBackendEndpoint({ peer: INVOKEAI_PEER, address: () => null, usualPort: port, transport }));
  openJobs = createOpenBatches({ client, events: line, left: [], save: () => {} });
  const login = createInvokeAiLogin({ client, place: () => 'here', store: loginInMemory() });
  models = createModels({
    hostId: 'ada2',
    transport,
    login,
    events: line,
    gpu,
    lastUsed: createLastUsed({ recall: () => null, remember: () => {} }),
    newestImages: () => [],
    isWindowShown: () => true,
    log: silentLogger,
    now: Date.now,
  });
  await vi.waitUntil(() => models.state().phase.kind === 'live', PATIENCE);
  await useModels();
  await useQueue();
  await useImages();
  await models.logIn({ email: 'nobody@lab.example', password: 'not this one', isPasswordSaved: false }).catch(() => undefined);
});
afterAll(async () => {
  models.stop();
  openJobs.stop();
  line.close();
  client.close();
  server.close();
  await lab.close();
});

const job = () => models.state().jobs.find(({ state }) => state !== 'cancelled');

/** Everything the Models page can ask for. */
async function useModels(): Promise<void> {
  await models.starters();
  await models.cache();
  await models.freeVram();
  await models.hfLogin();
  await models.setHfToken('hf_0123456789');
  await models.setHfToken(null);
  const source = 'stabilityai/stable-diffusion-xl-base-1.0:fp16';
  await models.install({ source, isInPlace: false, token: 'hf_0123456789', neededBytes: null });
  await vi.waitUntil(() => job()?.state === 'downloading', PATIENCE);
  for (const verb of ['pause', 'resume', 'start-over', 'cancel'] as const)
    await models.actOnJob(job()?.jobId ?? -1, verb).catch(() => undefined);
  await models.prune();
  await models.refresh();
  const [first] = models.state().models ?? [];
  await models.remove(models.state().models?.find(({ isMissing }) => isMissing)?.key ?? first?.key ?? '');
}

/** A job that runs and one that waits, and what can be done about them. */
async function useQueue(): Promise<void> {
  // Nothing gets done meanwhile, so that there is time to look.
  lab.break('stuck-queue');
  const busy = new AbortController();
  const running = [1, 2].map((seed) => generate({ seed }, busy.signal).catch(() => undefined));
  await vi.waitUntil(async () => {
    await models.refresh();
    return models.state().queue?.current !== null && (models.state().queue?.pending ?? 0) > 0;
  }, PATIENCE);
  for (const verb of ['pause', 'resume', 'cancel-waiting', 'cancel-current', 'clear'] as const) await models.actOnQueue(verb);
  busy.abort();
  await Promise.all(running);
  lab.repair('stuck-queue');
}

/** An image by each kind of model, watched; one that is given up; and the questions after a failed run. */
async function useImages(): Promise<void> {
  const follower = followSeeds({ client, events: line, seeds: [4711], steps: 20, onProgress: () => {} });
  await generate({}, new AbortController().signal);
  expect(await follower.jobs()).toHaveLength(1);
  follower.stop();
  await generate({ model: 'Juggernaut XL v9', scheduler: null, guidance: 1 }, new AbortController().signal);
  const given = new AbortController();
  const isBegun = () => server.requests.filter(({ path }) => path.endsWith('enqueue_batch')).length;
  const before = isBegun();
  const batchIds: string[] = [];
  const run = generate({ count: 2, seed: 4_294_967_295 }, given.signal, batchIds).catch(() => undefined);
  await vi.waitUntil(() => isBegun() > before + 1, PATIENCE);
  const watcher = followSeeds({ client, events: line, seeds: [4_294_967_295], steps: 20, onProgress: () => {} });
  await watcher.cancel(() => {});
  watcher.stop();
  given.abort();
  await run;
  await openJobs.cancel(batchIds, () => {});
  // A follower that saw none of its jobs begin looks among the newest.
  const late = followSeeds({ client, events: line, seeds: [4711], steps: 20, onProgress: () => {} });
  await queryHost({ shim: client, invokeai: client, jobs: late.jobs, refusal: async () => null });
  late.stop();
}

function generate(change: Partial<ImageParameters>, signal: AbortSignal, batchIds: string[] = []) {
  return generateInQueue({
    client,
    parameters: { ...PARAMETERS, ...change },
    signal,
    queueEvents: () => new Promise(() => {}),
    onAway: () => {},
    batches: trackJobs(openJobs, batchIds),
  });
}

/** Those of the images shim, which is asked for in the same breath. */
const isOfShim = ({ path }: RecordedRequest): boolean => path === '/readyz';

describe("every request of the panel, by InvokeAI's own description", () => {
  it('has a path, a method, queries and a body that InvokeAI takes', () => {
    const wrong = server.requests
      .filter((requested) => !isOfShim(requested))
      .flatMap(({ method, path, text }) => {
        const problem = judge.request(method, path, text === '' ? undefined : JSON.parse(text));
        return problem === null ? [] : [`${method} ${path}: ${problem}`];
      });
    expect([...new Set(wrong)]).toEqual([]);
  });

  it('was made here: no path of the source is left out', () => {
    const folders = ['models', 'images', 'backends'].map((name) => join(ELECTRON, name));
    const files = folders
      .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const written = files.flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const whole = [...text.matchAll(/['`](\/api\/v\d[^'`]+)['`]/g)].map(([, path = '']) => path);
      const below = [...text.matchAll(/queuePath\(['`]([^'`]+)['`]\)/g)].map(([, path = '']) => `/api/v1/queue/default/${path}`);
      return [...whole, ...below].filter((path) => path !== '/api/v1/queue/default');
    });
    expect(written.length).toBeGreaterThan(15);
    const pattern = (path: string) =>
      new RegExp(
        `^${path
          .split(/\$\{[^}]*\}/)
          .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))
          .join('.+')}(\\?|$)`,
      );
    expect(written.filter((path) => !server.requests.some((requested) => pattern(path).test(requested.path)))).toEqual([]);
  });

  it('says a token only where InvokeAI takes one', () => {
    const withToken = server.requests.filter(({ path, text }) => `${path}${text}`.includes('hf_0123456789'));
    expect(withToken.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'POST /api/v2/models/hf_login',
      'POST /api/v2/models/install',
      // Started over, with the token that the first was given.
      'POST /api/v2/models/install',
    ]);
  });
});

import { Agent } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { decode } from 'fast-png';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../../../fixtures/patience.ts';
import { type Lab, startLab } from '../../../../lab/lab.ts';
import { COMFYUI } from '../../../../lab/systemd/unit-definitions.ts';
import { sendRequest } from '../../../../lab/testing/http.ts';
import type { ImageParameters, RemoteWork } from '../../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { comfyuiWorkflow } from '../../../../shared/image-graphs/comfyui.ts';
import { COMFYUI_PEER } from '../../backends/backend-endpoint.ts';
import { createJsonClient, type JsonClient } from '../../backends/json-client.ts';
import { createComfyUiRoute } from './comfyui-route.ts';
import type { Generation, Progress, Route } from './route.ts';

const CHECKPOINT = 'dreamshaper_8.safetensors';
const PARAMETERS: ImageParameters = {
  ...{ prompt: 'a fox', negativePrompt: 'text', width: 256, height: 192, steps: 10, guidance: 6, seed: 5 },
  ...{ model: null, scheduler: null, count: 1 },
};

/** A link to the lab's ComfyUI that can be cut. */
async function openLink(to: () => number) {
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(to(), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    repair: () => {
      isCut = false;
    },
    close: () => server.close(),
  };
}

let lab: Lab;
let link: Awaited<ReturnType<typeof openLink>>;
let agent: Agent;
let client: JsonClient;
let route: Route;
let remembered: readonly string[] = [];

beforeAll(async () => {
  lab = await startLab();
  quiet();
  await change('start');
  link = await openLink(port);
  agent = new Agent({ keepAlive: true });
  client = createJsonClient({ peer: COMFYUI_PEER, port: link.port, agent });
  route = open();
});
afterEach(async () => {
  link.repair();
  lab.repair();
  quiet();
  lab.simulation.comfyui.dequeue(null);
  lab.simulation.comfyui.interrupt(null);
});
afterAll(async () => {
  route.stop();
  client.close();
  link.close();
  await lab.close();
});

const quiet = (): void => {
  lab.break('nobody-else');
  lab.break('images-take-1-s');
};
const port = (): number => lab.portOf(8188) ?? 0;
const open = (left: readonly string[] = []): Route =>
  createComfyUiRoute({
    client,
    endpoint: { address: () => ({ hostName: '127.0.0.1', port: link.port, agent }), onChange: () => () => {} },
    openJobs: {
      recall: () => left,
      remember: (promptIds) => {
        remembered = promptIds;
      },
    },
    isOnline: () => true,
    hostTime: (atMs) => atMs,
    now: Date.now,
  });

async function change(verb: 'start' | 'stop'): Promise<void> {
  const unit = lab.simulation.units.units.get(COMFYUI);
  if (unit === undefined) throw new Error('no unit');
  await new Promise((resolve) => lab.simulation.units[verb](unit, resolve));
  await vi.waitUntil(() => (lab.portOf(8188) !== null) === (verb === 'start'), PATIENCE);
}

interface Begun extends Generation {
  readonly progress: readonly Progress[];
  cancel(): void;
}
function begin(change: Partial<ImageParameters> = {}): Begun {
  const progress: Progress[] = [];
  const cancelling = new AbortController();
  const generation = route.generate({
    parameters: { ...PARAMETERS, ...change },
    startedAt: Date.now(),
    cancelled: cancelling.signal,
    closed: new AbortController().signal,
    onProgress: (next) => progress.push(next),
  });
  generation.result.catch(() => undefined);
  return { ...generation, progress, cancel: () => cancelling.abort() };
}
const errorOf = (begun: Begun) =>
  begun.result.then(
    () => null,
    (thrown: unknown) => toPanelError(thrown),
  );
const comfyui = () => lab.simulation.comfyui;
const running = () => vi.waitUntil(() => comfyui().running, PATIENCE);
/** A job of somebody else. */
function other(seed: number): string {
  const wish = { ...PARAMETERS, seed, scheduler: 'euler' };
  const job = comfyui().submit({
    prompt: comfyuiWorkflow(wish, CHECKPOINT, 'other'),
    ...{ clientId: null, promptId: null, isFront: false, extraData: {} },
  });
  if ('error' in job) throw new Error(job.error.message);
  return job.id;
}

describe('ComfyUI directly', () => {
  it('is ready with its checkpoints, and the schedulers it has too', async () => {
    const state = await route.state();
    expect(state).toMatchObject({ route: 'comfyui', isReady: true, models: [{ name: CHECKPOINT, base: 'sd-1', isMissing: false }] });
    expect(state.schedulers).toEqual(expect.arrayContaining(['euler', 'dpmpp_2m_sde_k']));
    expect(state.schedulers).not.toContain('tcd');
  });

  it('makes an image a seed, with progress, previews, where the time went, and what was really run', async () => {
    const begun = begin({ count: 2, scheduler: 'dpmpp_2m_k', seed: 4_294_967_295, steps: 20 });
    const { images, modelUsed, timing, notes, requestId } = await begun.result;
    expect(images.map(({ reported }) => reported)).toEqual([
      { seed: 4_294_967_295, steps: 20, guidance: 6, scheduler: 'dpmpp_2m_k' },
      { seed: 0, steps: 20, guidance: 6, scheduler: 'dpmpp_2m_k' },
    ]);
    for (const { data } of images) expect(decode(data)).toMatchObject({ width: 256, height: 192 });
    expect(images[1]?.data.equals(images[0]?.data ?? Buffer.alloc(0))).toBe(false);
    expect({ modelUsed, notes }).toEqual({ modelUsed: CHECKPOINT, notes: [] });
    expect(requestId?.split(', ')).toHaveLength(2);
    expect(timing.generateMs).toBeGreaterThan(1_500);
    expect(timing.waitMs).toBeLessThan(1_000);
    const { progress } = begun;
    expect(progress.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^Denoising image 2 of 2, \d+ %$/));
    expect(progress.filter(({ preview }) => preview !== null).length).toBeGreaterThan(5);
    const shares = progress.map(({ share }) => share).filter((share) => share !== null);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(Math.max(...shares)).toBeGreaterThan(0.9);
    expect(remembered).toEqual([]);
  });

  it('says that an identical image came from the cache', async () => {
    await begin({ seed: 77 }).result;
    expect((await begin({ seed: 77 }).result).notes).toEqual([expect.stringContaining('in its cache')]);
  });

  it('says how many jobs are ahead', async () => {
    lab.break('stuck-queue');
    const [first] = [other(1), other(2)];
    const begun = begin({ seed: 6 });
    await vi.waitUntil(() => begun.progress.some(({ ahead }) => ahead === 2), PATIENCE);
    await vi.waitUntil(() => comfyui().running?.id === first, PATIENCE);
    comfyui().interrupt(first);
    await vi.waitUntil(() => begun.progress.some(({ ahead }) => ahead === 1), PATIENCE);
    lab.repair('stuck-queue');
    await begun.result;
  });

  it('cancels its own jobs, running and waiting, and reports what the queue and the history show', async () => {
    lab.break('stuck-queue');
    const begun = begin({ count: 3, seed: 7 });
    await vi.waitUntil(() => comfyui().remaining === 3, PATIENCE);
    await running();
    const foreign = other(8);
    begun.cancel();
    expect((await errorOf(begun))?.code).toBeDefined();
    const reports: RemoteWork[] = [];
    await begun.endRemoteWork((work) => reports.push(work));
    expect(reports.at(-1)).toEqual({ state: 'ended', message: 'ComfyUI interrupted 1 job, removed 2 jobs from its queue.' });
    expect([comfyui().running?.id, ...comfyui().pending.map(({ id }) => id)].filter(Boolean)).toEqual([foreign]);
    expect(remembered).toEqual([]);
  });

  it('keeps what was finished before Cancel', async () => {
    const begun = begin({ count: 3, seed: 17 });
    await vi.waitUntil(() => comfyui().remaining === 1, PATIENCE);
    await vi.waitUntil(() => begun.progress.some(({ message }) => message.includes('image 3 of 3')), PATIENCE);
    begun.cancel();
    expect((await begun.result).images.length).toBeGreaterThan(0);
    await begun.endRemoteWork(() => {});
    expect(comfyui().remaining).toBe(0);
  });

  it('says that jobs may go on while ComfyUI cannot be reached, and cancels them when it can', async () => {
    lab.break('stuck-queue');
    const begun = begin({ seed: 9 });
    await running();
    link.cut();
    begun.cancel();
    await errorOf(begun);
    const reports: RemoteWork[] = [];
    await begun.endRemoteWork((work) => reports.push(work));
    expect(reports.at(-1)).toMatchObject({ state: 'unknown', message: expect.stringContaining('may continue') });
    expect(remembered).toHaveLength(1);
    link.repair();
    await vi.waitUntil(() => reports.at(-1)?.state === 'ended', PATIENCE);
    expect(comfyui().running).toBeNull();
  });

  it('finds the result in the history when the connection was lost in the middle', async () => {
    const begun = begin({ seed: 10 });
    const { id } = await running();
    link.cut();
    await vi.waitUntil(() => comfyui().history.has(id), PATIENCE);
    await vi.waitUntil(() => begun.progress.some(({ message }) => message.startsWith('Waiting for ComfyUI')), PATIENCE);
    link.repair();
    const { images, timing } = await begun.result;
    expect(images).toHaveLength(1);
    expect(timing.generateMs).toBeGreaterThan(800);
  });

  it('interrupts jobs that an earlier panel left', async () => {
    lab.break('stuck-queue');
    const left = other(11);
    await running();
    const later = open([left]);
    await vi.waitUntil(() => comfyui().history.has(left), PATIENCE);
    await vi.waitUntil(() => remembered.length === 0, PATIENCE);
    later.stop();
  });

  it('names what went wrong', async () => {
    lab.break('out-of-memory');
    expect(await errorOf(begin({ seed: 12 }))).toMatchObject({
      code: 'gpu-out-of-memory',
      layer: 'gpu',
      detail: expect.stringContaining('KSampler'),
    });
    lab.repair('out-of-memory');
    expect(await errorOf(begin({ model: 'gone.safetensors' }))).toMatchObject({ code: 'model-not-installed', layer: 'backend' });
    expect(await errorOf(begin({ scheduler: 'tcd' }))).toMatchObject({ code: 'scheduler-not-available', retryable: false });
    lab.break('stuck-queue');
    const interrupted = begin({ seed: 13 });
    await running();
    comfyui().interrupt(null);
    expect(await errorOf(interrupted)).toMatchObject({ code: 'generation-cancelled' });
    const removed = begin({ seed: 14 });
    const { id } = await running();
    await vi.waitUntil(() => removed.progress.length > 0, PATIENCE);
    comfyui().interrupt(id);
    comfyui().forget([id]);
    expect(await errorOf(removed)).toMatchObject({ code: 'generation-lost' });
  });

  it('is a command for a terminal that ComfyUI takes', async () => {
    await route.state();
    const [line = '', ...more] = route.curl({ ...PARAMETERS, prompt: "it's a fox", count: 2 })?.split('\n') ?? [];
    expect(more).toHaveLength(1);
    const [, url = '', body = ''] = /^curl -sS (\S+) -H 'content-type: application\/json' -d '(.*)'$/.exec(line) ?? [];
    const reply = await sendRequest(url, { body: JSON.parse(body.replaceAll("'\\''", "'")) });
    expect(reply).toMatchObject({ status: 200, body: { node_errors: {} } });
  });
});

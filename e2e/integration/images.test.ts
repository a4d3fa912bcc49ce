import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readRecord } from '../../electron/capabilities/gallery/image-record.ts';
import { readText } from '../../electron/capabilities/gallery/png.ts';
import { type ImageParameters, type ImageRun, ROUTE_IDS, type RouteId, type Sweep } from '../../shared/capabilities/images/contract.ts';
import type { BackendAddress } from '../../shared/capabilities/settings/contract.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

const CHECKPOINT = 'dreamshaper_8.safetensors';
const modelFor = (route: RouteId): string => (route === 'comfyui' ? CHECKPOINT : 'Dreamshaper 8');

const PARAMETERS: ImageParameters = {
  prompt: 'a lighthouse on a rock',
  negativePrompt: 'people',
  width: 256,
  height: 192,
  steps: 6,
  guidance: 7,
  seed: 4711,
  model: 'Dreamshaper 8',
  scheduler: null,
  count: 1,
};

const hasEnded = ({ phase }: ImageRun): boolean => phase.kind !== 'waiting' && phase.kind !== 'running';

describe('images from the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;

  const quiet = (): void => {
    host.lab?.break('nobody-else');
    host.lab?.break('images-take-1-s');
  };

  beforeAll(async () => {
    host = await openHost('lab');
    quiet();
    panel = openPanel(host);
    await online(panel);
    await host.change('comfyui.service', 'start');
    await until(() => panel.gateway.state().phase.kind === 'live', 'the gateway');
    await host.lab?.gateway.sweep();
    await panel.gateway.refresh();
  });
  // A test that fails leaves nothing broken to those after it.
  afterEach(() => {
    host.lab?.repair();
    quiet();
    reachInvokeAiAt(null);
    host.lab?.simulation.invokeai.queue.cancelMany(() => true);
    host.lab?.simulation.comfyui.dequeue(null);
    host.lab?.simulation.comfyui.interrupt(null);
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  const finished = (runId: string): Promise<ImageRun> =>
    until(() => {
      const run = panel.images.runs().at(-1);
      if (run?.runId !== runId || !hasEnded(run)) return null;
      // How the time is split is asked for after the image is there.
      return run.phase.kind === 'done' && run.phase.timing.generateMs === null ? null : run;
    }, 'the run to end');
  const make = (route: RouteId, change: Partial<ImageParameters> = {}) =>
    finished(panel.images.start(route, { ...PARAMETERS, ...change }).runId);
  const done = async (route: RouteId, change: Partial<ImageParameters> = {}) => {
    const { phase } = await make(route, change);
    if (phase.kind !== 'done') throw new Error(`${route}: ${JSON.stringify(phase)}`);
    return phase;
  };
  const reachInvokeAiAt = (address: BackendAddress | null): void => {
    panel.settings.update({ backends: { [host.profile.id]: { invokeai: address, comfyui: null } } });
  };
  const pixels = (pictureId: string) => decode(readFileSync(panel.gallery.fileOf(pictureId) ?? ''));

  it('all routes are ready and name the models that make images', async () => {
    await until(async () => (await panel.images.routes()).every(({ isReady }) => isReady), 'the routes');
    const routes = await panel.images.routes();
    expect(routes.map(({ route }) => route)).toEqual(['gateway', 'shim', 'backend', 'comfyui']);
    expect(routes[3]?.models.map((model) => model.name)).toEqual([CHECKPOINT]);
    expect(routes[2]?.models.map((model) => model.name)).toEqual(['Juggernaut XL v9', 'Dreamshaper 8']);
  });

  it.each(ROUTE_IDS)('%s: an image of the size asked for, its parameters in it, and where the time went', async (route) => {
    const model = modelFor(route);
    const phase = await done(route, { model });
    const [image] = phase.images;
    if (image === undefined) throw new Error('no image');
    expect(image).toMatchObject({ width: 256, height: 192, route, modelUsed: model, parameters: { seed: 4711 } });
    expect(image.reported).toEqual({ seed: 4711, steps: 6, guidance: 7, scheduler: expect.stringMatching(/^[a-z]/) });
    const decoded = pixels(image.pictureId);
    expect([decoded.width, decoded.height]).toEqual([256, 192]);
    const file = readFileSync(panel.gallery.fileOf(image.pictureId) ?? '');
    expect(readRecord(file)).toEqual(image);
    expect(readText(file, 'parameters')).toContain('Seed: 4711');
    expect(phase.timing.generateMs).toBeGreaterThan(800);
    expect(phase.timing.totalMs).toBeGreaterThanOrEqual(phase.timing.generateMs ?? 0);
  });

  it('the same seed makes the same image by every route to InvokeAI, another seed another', async () => {
    const made = [await done('gateway'), await done('shim'), await done('backend'), await done('shim', { seed: 4712 })];
    const [one, two, three, four] = made.map((phase) => Buffer.from(pixels(phase.images[0]?.pictureId ?? '').data).toString('base64'));
    expect(two).toBe(one);
    expect(three).toBe(one);
    expect(four).not.toBe(one);
  });

  it('previews and the place in the queue come also through the gateway', async () => {
    const seen: ImageRun['phase'][] = [];
    const stop = panel.images.onChange((run) => seen.push(run.phase));
    await done('gateway', { steps: 20, seed: 99 });
    stop();
    const previews = seen.filter((phase) => phase.kind === 'running' && phase.preview !== null);
    expect(previews.length).toBeGreaterThan(2);
  });

  it.each(['backend', 'comfyui'] as const)('%s: VRAM rises over a run', async (route) => {
    await until(() => host.lab?.simulation.invokeai.queue.current === null, 'nothing to run');
    // Several images: one of a second may lie between two readings.
    const model = route === 'backend' ? 'Juggernaut XL v9' : CHECKPOINT;
    // Its checkpoint is loaded still.
    if (route === 'comfyui') await panel.comfyui.free();
    const phase = await done(route, { model, width: 1024, height: 1024, seed: 5, count: 3 });
    expect(phase.vram?.peakMiB).toBeGreaterThan((phase.vram?.beforeMiB ?? 0) + 500);
  });

  it.each(['shim', 'backend'] as const)('%s: a cancelled run is cancelled in the backend too', async (route) => {
    const queue = host.lab?.simulation.invokeai.queue;
    const { runId } = panel.images.start(route, { ...PARAMETERS, count: 4, seed: 31 });
    const item = await until(() => queue?.current, 'the job to run');
    panel.images.cancel([runId]);
    expect((await finished(runId)).phase.kind).toBe('cancelled');
    await until(() => item.status === 'canceled' && queue?.pending().length === 0, 'the jobs to be cancelled');
  });

  it('gateway: a cancelled run is cancelled in InvokeAI, which is what is reported, and its slot with the request', async () => {
    const queue = host.lab?.simulation.invokeai.queue;
    const { runId } = panel.images.start('gateway', { ...PARAMETERS, count: 2, seed: 32 });
    const item = await until(() => queue?.current, 'the job to run');
    panel.images.cancel([runId]);
    const { phase } = await until(() => {
      const run = panel.images.runs().at(-1);
      return run?.phase.kind === 'cancelled' && run.phase.remote.state === 'ended' ? run : null;
    }, 'the gateway to end the request');
    expect(phase).toMatchObject({ saved: 0, remote: { message: expect.stringContaining(`InvokeAI cancelled job ${item.itemId}.`) } });
    expect(phase).toMatchObject({ remote: { message: expect.stringContaining('The gateway ended the request') } });
    expect([item.status, queue?.pending().length]).toEqual(['canceled', 0]);
    await panel.gateway.refresh();
    const row = panel.gateway.state().reading?.admission?.find(({ backendClass }) => backendClass === 'gpu_heavy');
    expect(row).toMatchObject({ inflight: 0 });
  });

  it('gateway: a job that InvokeAI cannot be asked about goes on, and so is said; another’s job with the seed is left alone', async () => {
    host.lab?.break('stuck-queue');
    const { queue } = host.lab?.simulation.invokeai ?? {};
    const { runId } = panel.images.start('gateway', { ...PARAMETERS, seed: 33 });
    const item = await until(() => queue?.current, 'the job to run');
    const other = queue?.enqueue({ graph: item.graph, runs: 1, origin: 'canvas', destination: 'gallery' }, false).items[0];
    // The panel alone loses InvokeAI; the shim and the gateway keep it.
    reachInvokeAiAt({ url: 'http://127.0.0.1:9', isThroughSsh: true });
    panel.images.cancel([runId]);
    const cancelled = () => {
      const run = panel.images.runs().at(-1);
      return run?.runId === runId && run.phase.kind === 'cancelled' ? run.phase : null;
    };
    expect((await until(cancelled, 'the cancel')).remote.state).not.toBe('ended');
    await until(() => cancelled()?.remote.message.includes('its slot stays in use until then'), 'what is known of it');
    await panel.gateway.refresh();
    const inUse = () => panel.gateway.state().reading?.admission?.find(({ backendClass }) => backendClass === 'gpu_heavy')?.inflight;
    expect(inUse()).toBe(1);
    reachInvokeAiAt(null);
    host.lab?.repair('stuck-queue');
    const phase = await until(() => (cancelled()?.remote.state === 'ended' ? cancelled() : null), 'the gateway to end the request');
    expect(phase.remote.message).toMatch(/The gateway (finished|ended) the request/);
    await until(() => other?.status === 'completed', 'the job of somebody else');
  });

  it('backend: what was finished before Cancel is in the gallery', async () => {
    const queue = host.lab?.simulation.invokeai.queue;
    const { runId } = panel.images.start('backend', { ...PARAMETERS, count: 3, seed: 40 });
    const first = await until(() => queue?.current, 'the first job to run');
    const next = await until(() => (queue?.current === first ? null : queue?.current), 'the second job to run');
    await until(() => panel.images.runs().at(-1)?.phase.kind === 'running', 'the run');
    panel.images.cancel([runId]);
    const { phase } = await until(() => {
      const run = panel.images.runs().at(-1);
      return run?.phase.kind === 'cancelled' && run.phase.remote.state === 'ended' ? run : null;
    }, 'InvokeAI to answer the cancel');
    expect(phase).toMatchObject({ remote: { message: expect.stringMatching(/^InvokeAI cancelled [12] jobs?\.$/) } });
    expect([next.status, queue?.pending().length]).toEqual(['canceled', 0]);
  });

  it('backend: a restart of InvokeAI in the middle takes one image with it, and the run goes on with the others', async () => {
    const { queue } = host.lab?.simulation.invokeai ?? {};
    const { runId } = panel.images.start('backend', { ...PARAMETERS, count: 3, seed: 50 });
    const first = await until(() => queue?.current, 'the first job to run');
    const second = await until(() => (queue?.current === first ? null : queue?.current), 'the second job to run');
    const units = host.lab?.simulation.units;
    const unit = units?.units.get('invokeai.service');
    if (unit !== undefined) units?.restart(unit, () => undefined);
    const { phase } = await finished(runId);
    if (phase.kind !== 'done') throw new Error(JSON.stringify(phase));
    expect(second.status).toBe('canceled');
    expect(phase.images.map((image) => image.reported.seed)).toEqual([50, 52]);
    expect(phase.notes.join()).toContain('2 of 3 images were generated. The job was cancelled in InvokeAI');
    expect(queue?.pending()).toEqual([]);
    // What the gateway saw of the restart must not outlive it.
    await host.lab?.gateway.sweep();
  });

  it('backend: a lost connection in the middle loses nothing', async () => {
    const { queue } = host.lab?.simulation.invokeai ?? {};
    const { runId } = panel.images.start('backend', { ...PARAMETERS, count: 2, seed: 60 });
    await until(() => queue?.current, 'the first job to run');
    host.lab?.break('sshd-killed');
    const { phase } = await finished(runId);
    if (phase.kind !== 'done') throw new Error(JSON.stringify(phase));
    expect(phase.images.map((image) => image.reported.seed)).toEqual([60, 61]);
    await online(panel);
  });

  it('backend: a queue that somebody cleared is named', async () => {
    const { queue } = host.lab?.simulation.invokeai ?? {};
    host.lab?.break('stuck-queue');
    const { runId } = panel.images.start('backend', { ...PARAMETERS, seed: 70 });
    await until(() => queue?.current, 'the job to run');
    await online(panel);
    await panel.models.actOnQueue('clear');
    host.lab?.repair('stuck-queue');
    expect((await finished(runId)).phase).toMatchObject({ kind: 'failed', error: { code: 'queue-cleared' } });
  });

  it('comfyui: progress with previews and the place in the queue', async () => {
    const seen: ImageRun['phase'][] = [];
    const stop = panel.images.onChange((run) => seen.push(run.phase));
    await done('comfyui', { model: CHECKPOINT, steps: 20, seed: 99 });
    stop();
    const running = seen.filter((phase) => phase.kind === 'running');
    expect(running.filter(({ preview }) => preview !== null).length).toBeGreaterThan(2);
    expect(running.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^Denoising, \d+ %$/));
  });

  it('comfyui: a cancelled run is interrupted and removed there, which is what is reported', async () => {
    const comfyui = host.lab?.simulation.comfyui;
    host.lab?.break('stuck-queue');
    const { runId } = panel.images.start('comfyui', { ...PARAMETERS, model: CHECKPOINT, count: 3, seed: 131 });
    await until(() => comfyui?.running !== null && comfyui?.remaining === 3, 'the jobs');
    panel.images.cancel([runId]);
    const { phase } = await until(() => {
      const run = panel.images.runs().at(-1);
      return run?.phase.kind === 'cancelled' && run.phase.remote.state === 'ended' ? run : null;
    }, 'ComfyUI to end the jobs');
    expect(phase).toMatchObject({ saved: 0, remote: { message: 'ComfyUI interrupted 1 job, removed 2 jobs from its queue.' } });
    expect(comfyui?.remaining).toBe(0);
  });

  it('comfyui: a lost connection in the middle loses nothing', async () => {
    const comfyui = host.lab?.simulation.comfyui;
    const { runId } = panel.images.start('comfyui', { ...PARAMETERS, model: CHECKPOINT, count: 2, seed: 160 });
    await until(() => comfyui?.running, 'the first job to run');
    host.lab?.break('sshd-killed');
    const { phase } = await finished(runId);
    if (phase.kind !== 'done') throw new Error(JSON.stringify(phase));
    expect(phase.images.map((image) => image.reported.seed)).toEqual([160, 161]);
    await online(panel);
  });

  it('comfyui: a restart in the middle loses the job, and so is said', async () => {
    const { runId } = panel.images.start('comfyui', { ...PARAMETERS, model: CHECKPOINT, seed: 170 });
    await until(() => host.lab?.simulation.comfyui.running, 'the job to run');
    await host.change('comfyui.service', 'stop');
    await host.change('comfyui.service', 'start');
    expect((await finished(runId)).phase).toMatchObject({ kind: 'failed', error: { code: 'generation-lost', layer: 'backend' } });
  });

  it('comfyui: out of memory is named', async () => {
    host.lab?.break('out-of-memory');
    const { phase } = await make('comfyui', { model: CHECKPOINT, seed: 180 });
    expect(phase).toMatchObject({ kind: 'failed', error: { code: 'gpu-out-of-memory', layer: 'gpu' } });
  });

  it('when the gateway says only 502, the host says why', async () => {
    host.lab?.break('out-of-memory');
    const { phase } = await make('gateway', { seed: 777 });
    host.lab?.repair('out-of-memory');
    expect(phase).toMatchObject({ kind: 'failed', error: { code: 'gateway-backend-failed', layer: 'backend' } });
    const { message } = phase.kind === 'failed' ? phase.error : { message: '' };
    expect(message).toContain('CUDA out of memory');
    const found = phase.kind === 'failed' ? phase.found.join('\n') : '';
    expect(found).toContain('CUDA out of memory');
    expect(found).toMatch(/Log of the images shim: 502 gpu_out_of_memory: .*CUDA out of memory/);
  });

  it('a model that the shim does not know is named, and the request is not worth repeating', async () => {
    const { phase } = await make('gateway', { model: 'No such model' });
    expect(phase).toMatchObject({
      kind: 'failed',
      error: { code: 'gateway-backend-failed', retryable: false, message: expect.stringContaining('No such model') },
    });
  });

  it('a gateway that is not ready is named, and the host is queried for the cause', async () => {
    host.lab?.break('gateway-not-ready');
    await until(() => panel.gateway.state().reading?.health?.find(({ name }) => name === 'gpu_heavy')?.isReady === false, 'not ready');
    const { phase } = await make('gateway');
    host.lab?.repair('gateway-not-ready');
    expect(phase).toMatchObject({ kind: 'failed', error: { code: 'gateway-backend-not-ready' } });
    expect(phase.kind === 'failed' ? phase.found : []).toContain('The images shim is ready now.');
    await until(() => panel.gateway.state().reading?.health?.find(({ name }) => name === 'gpu_heavy')?.isReady === true, 'ready again');
  });

  it('a run that the gateway refuses with 429 waits for the time it names, and is sent again', async () => {
    host.lab?.break('gateway-overloaded');
    const { runId } = panel.images.start('gateway', PARAMETERS);
    const phase = () => panel.images.runs().at(-1)?.phase;
    await until(() => phase()?.kind === 'waiting', 'the refusal');
    expect(phase()).toMatchObject({ cause: 'refused', message: expect.stringContaining('slots'), retryAt: expect.any(Number) });
    host.lab?.repair('gateway-overloaded');
    expect((await finished(runId)).phase.kind).toBe('done');
  });

  it('runs queue up: the gateway gets as many at once as it has slots, a waiting one can be moved, cancelled and removed', async () => {
    const start = (seed: number) => panel.images.start('gateway', { ...PARAMETERS, steps: 20, seed }).runId;
    const phaseOf = (runId: string) => panel.images.runs().find((run) => run.runId === runId)?.phase;
    await panel.gateway.refresh();
    const [first, second, third, fourth, fifth] = [501, 502, 503, 504, 505].map(start);
    if (first === undefined || second === undefined || third === undefined || fourth === undefined || fifth === undefined)
      throw new Error();
    await until(() => phaseOf(second)?.kind === 'running', 'the second slot');
    expect(phaseOf(third)).toMatchObject({ kind: 'waiting', ahead: 2 });
    panel.images.move(fifth, third);
    expect(phaseOf(fifth)).toMatchObject({ kind: 'waiting', ahead: 2 });
    panel.images.cancel([fourth]);
    expect(phaseOf(fourth)).toMatchObject({ kind: 'cancelled', remote: { state: 'ended', message: 'It was not sent.' } });
    const removalId = panel.images.remove([fifth]);
    expect(phaseOf(fifth)).toBeUndefined();
    await until(() => phaseOf(third)?.kind === 'done', 'the third');
    expect([phaseOf(first)?.kind, phaseOf(second)?.kind]).toEqual(['done', 'done']);
    panel.images.restore(removalId);
    await until(() => phaseOf(fifth)?.kind === 'done', 'the run that was brought back');
    panel.images.retry(fourth);
    await until(() => phaseOf(fourth)?.kind === 'done', 'the run that was sent again');
    // A second run of the kind knows how long the first took.
    expect(panel.images.estimateMs({ ...PARAMETERS, steps: 20 })).toBeGreaterThan(800);
  });

  it('a sweep is one group of runs that differ in its two parameters alone', async () => {
    const sweep: Sweep = { x: { parameter: 'steps', values: ['4', '6'] }, y: { parameter: 'words', values: ['rock', 'hill'] } };
    panel.images.startForm('backend', { ...PARAMETERS, seed: 900 }, sweep);
    const groupId = panel.images.queue().order.groups.at(-1)?.groupId;
    const cells = () => panel.images.runs().filter(({ group }) => group !== null && group.groupId === groupId);
    await until(() => cells().every(({ phase }) => phase.kind === 'done'), 'the cells');
    expect(cells().map(({ parameters: { prompt, steps, seed } }) => [prompt, steps, seed])).toEqual([
      ['a lighthouse on a rock', 4, 900],
      ['a lighthouse on a rock', 6, 900],
      ['a lighthouse on a hill', 4, 900],
      ['a lighthouse on a hill', 6, 900],
    ]);
    expect(panel.images.queue().order.groups.at(-1)).toMatchObject({ groupId, runIds: cells().map(({ runId }) => runId) });
  });

  it('curl has everything but the token', async () => {
    const run = await make('gateway', { prompt: "it's a 'quoted' prompt" });
    expect(run.curl).toContain('$GATEWAY_TOKEN');
    expect(run.curl).not.toContain('lab-token');
    expect(run.curl).toContain("it'\\''s a");
  });

  it('the gallery finds, removes, and is made anew from the images', async () => {
    const { total } = await panel.gallery.find({}, 0, 100);
    expect(total).toBeGreaterThan(5);
    expect((await panel.gallery.find({ search: 'quoted' }, 0, 10)).total).toBe(1);
    const [first] = (await panel.gallery.find({}, 0, 1)).images;
    await panel.gallery.remove([first?.pictureId ?? '']);
    expect((await panel.gallery.find({}, 0, 100)).total).toBe(total - 1);
  });
});

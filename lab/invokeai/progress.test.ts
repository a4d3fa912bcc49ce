import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../fixtures/patience.ts';
import { invokeaiGraph } from '../../shared/image-graphs/invokeai.ts';
import { type Lab, startLab } from '../lab.ts';
import { Graph } from './graph.ts';
import type { LabModel } from './installed-models.ts';
import { graphFor } from './painter.ts';
import type { QueueItem } from './queue-item.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  lab.break('images-take-1-s');
});
afterAll(() => lab.close());

function model(): LabModel {
  const found = lab.simulation.invokeai.installed.all().find(({ name }) => name === 'Dreamshaper 8');
  if (found === undefined) throw new Error('no such model');
  return found;
}

interface Reported {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Every event of one job, until it has ended. */
async function run(graph: Graph): Promise<{ readonly item: QueueItem; readonly reported: readonly Reported[] }> {
  const { invokeai } = lab.simulation;
  const reported: Reported[] = [];
  const stop = invokeai.onEvent(({ event, payload }) => reported.push({ event, payload: payload() }));
  const [item] = invokeai.queue.enqueue({ graph, runs: 1 }, false).items;
  if (item === undefined) throw new Error('not enqueued');
  await vi.waitUntil(() => item.status === 'completed', PATIENCE);
  stop();
  return { item, reported };
}

const messages = (reported: readonly Reported[]) =>
  reported.flatMap(({ event, payload }) =>
    event === 'invocation_progress' ? [{ message: payload['message'], share: payload['percentage'] }] : [],
  );
const usualGraph = (seed: number): Graph => graphFor(model(), { prompt: 'a fox', seed });

describe('a job of the simulated InvokeAI', () => {
  it('sends the messages of the real one, those without a percentage too, and a load of each part of the model', async () => {
    const { reported } = await run(usualGraph(1));
    const all = messages(reported);
    const without = all.filter(({ share }) => share === null).map(({ message }) => message);
    expect(without).toEqual([
      'Loading model Dreamshaper 8 (tokenizer)',
      'Loading model Dreamshaper 8 (text_encoder)',
      'Building conditioning',
      'Loading model Dreamshaper 8 (scheduler)',
      'Loading model Dreamshaper 8 (vae)',
      'Running VAE decoder',
      'Saving image',
    ]);
    expect(all.filter(({ message }) => message === 'Denoising').length).toBeGreaterThan(0);
    expect(reported.filter(({ event }) => event === 'model_load_complete').length).toBeGreaterThan(2);
  });

  it('takes the latents of a repeated request from the invocation cache, unless its nodes say not to', async () => {
    const isDenoised = ({ reported }: Awaited<ReturnType<typeof run>>) => messages(reported).some(({ message }) => message === 'Denoising');
    expect(isDenoised(await run(usualGraph(2)))).toBe(true);
    const repeated = await run(usualGraph(2));
    expect(isDenoised(repeated)).toBe(false);
    expect((repeated.item.completedMs ?? 0) - (repeated.item.startedMs ?? 0)).toBeLessThan(900);
    const { key, hash, name } = model();
    const request = { prompt: 'a fox', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7, scheduler: 'euler', seed: 3 };
    const own = Graph.parse(invokeaiGraph(request, { key, hash, name, base: 'sd-1', type: 'main' }));
    for (const _again of [1, 2]) expect(isDenoised(await run(own))).toBe(true);
  });

  it('is canceled when InvokeAI starts again, and what waits runs at once', async () => {
    const { invokeai, units } = lab.simulation;
    lab.break('stuck-queue');
    const [first, second] = [4, 5].map((seed) => invokeai.queue.enqueue({ graph: usualGraph(seed), runs: 1 }, false).items[0]);
    await vi.waitUntil(() => first?.status === 'in_progress', PATIENCE);
    const unit = units.units.get('invokeai.service');
    if (unit === undefined) throw new Error('no unit');
    units.stop(unit, () => undefined);
    await vi.waitUntil(() => unit.activeState === 'inactive', PATIENCE);
    expect([first?.status, second?.status]).toEqual(['in_progress', 'pending']);
    lab.repair('stuck-queue');
    units.start(unit, () => undefined);
    await vi.waitUntil(() => second?.status === 'completed', PATIENCE);
    expect(first?.status).toBe('canceled');
    expect(first?.completedMs ?? 0).toBeGreaterThan(first?.startedMs ?? 0);
  });
});

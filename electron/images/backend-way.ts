import { setTimeout as pause } from 'node:timers/promises';
import type { ImageParameters } from '../../shared/contract/images.ts';
import { PanelException } from '../../shared/errors.ts';
import { enqueueBody, invokeaiGraph, type ModelIdentifier, pictureNameOf } from '../../shared/image-graphs/invokeai.ts';
import { DEFAULTS, seedOf } from '../../shared/image-graphs/rules.ts';
import { queuePath, readImageModels, readQueueItem } from '../backends/invokeai.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { isRecord } from '../backends/values.ts';
import type { Made } from './made.ts';

/** Jobs of the panel are found by it in InvokeAI's own queue. */
export const DESTINATION = 'panel-playground';
const POLL_MS = 250;
const PICTURE_BYTES = 64 * 1024 * 1024;

/**
 * Straight into InvokeAI's queue. When the signal aborts, the jobs are cancelled there. Throws what the client throws,
 * model-not-installed, generation-failed (with InvokeAI's words), generation-cancelled.
 */
export async function generateInQueue(o: {
  readonly client: JsonClient;
  readonly parameters: ImageParameters;
  readonly signal: AbortSignal;
  /** Resolves at the next news about the queue; asked again and again. */
  readonly news: () => Promise<void>;
}): Promise<Made> {
  const { client, parameters, signal } = o;
  const startedAt = performance.now();
  const { models } = await readImageModels(client, { signal });
  const model = modelOf(parameters.model, models);
  const connectMs = performance.now() - startedAt;
  const scheduler = parameters.scheduler ?? DEFAULTS[model.base].scheduler;
  const first = parameters.seed ?? 0;
  const seeds = [...Array(parameters.count).keys()].map((index) => seedOf(first, index));
  const open = new Set<number>();
  try {
    const ids: number[] = [];
    for (const seed of seeds) {
      const { prompt, negativePrompt, width, height, steps, guidance } = parameters;
      const graph = invokeaiGraph({ prompt, negativePrompt, width, height, steps, guidance, scheduler, seed }, model);
      const reply = await client.json({
        method: 'POST',
        path: queuePath('enqueue_batch'),
        body: enqueueBody(graph, { origin: 'panel', destination: DESTINATION }),
        timeoutMs: 30_000,
        signal,
      });
      const found: unknown = isRecord(reply) ? reply['item_ids'] : null;
      const [itemId]: readonly unknown[] = Array.isArray(found) ? found : [];
      if (typeof itemId !== 'number') throw tooOld();
      open.add(itemId);
      ids.push(itemId);
    }
    const pictures: Buffer[] = [];
    let waitMs = 0;
    let generateMs = 0;
    let transferMs = 0;
    for (const itemId of ids) {
      const { document, item } = await ended(client, itemId, o.news, signal);
      open.delete(itemId);
      if (item.status === 'canceled') throw cancelled();
      if (item.status !== 'completed') throw failed(item.error);
      if (waitMs === 0) waitMs = Math.max(0, (item.startedAt ?? 0) - (item.createdAt ?? 0));
      generateMs += Math.max(0, (item.completedAt ?? 0) - (item.startedAt ?? 0));
      const name = pictureNameOf(document);
      if (name === null) throw failed({ type: 'no picture', message: 'the job ended without one' });
      const fetchedFrom = performance.now();
      const reply = await client.ask({
        path: `/api/v1/images/i/${encodeURIComponent(name)}/full`,
        timeoutMs: 60_000,
        maxBytes: PICTURE_BYTES,
        signal,
      });
      transferMs += performance.now() - fetchedFrom;
      pictures.push(reply.bytes);
    }
    const answerMs = Math.max(0, performance.now() - startedAt - connectMs - waitMs - generateMs - transferMs);
    return {
      pictures,
      modelUsed: model.name,
      seeds,
      scheduler,
      notes: [],
      requestId: ids.map((id) => `item ${id}`).join(', '),
      headers: [],
      timing: { connectMs, waitMs, generateMs, answerMs, transferMs },
    };
  } finally {
    for (const itemId of open) client.ask({ method: 'PUT', path: queuePath(`i/${itemId}/cancel`) }).catch(() => undefined);
  }
}

async function ended(client: JsonClient, itemId: number, news: () => Promise<void>, signal: AbortSignal) {
  for (;;) {
    const document = await client.json({ path: queuePath(`i/${itemId}`), signal });
    const item = readQueueItem(document);
    if (item === null) throw failed({ type: 'unknown', message: 'the job is no longer in the queue' });
    if (item.status === 'completed' || item.status === 'failed' || item.status === 'canceled') return { document, item };
    // Its listener goes with it, 250 ms later at most.
    await Promise.race([news(), pause(POLL_MS, undefined, { signal }).catch(() => undefined)]);
    signal.throwIfAborted();
  }
}

function modelOf(wanted: string | null, models: readonly ModelIdentifier[]): ModelIdentifier {
  const found =
    wanted === null ? (models.find((model) => model.base === 'sdxl') ?? models[0]) : models.find((model) => model.name === wanted);
  if (found !== undefined) return found;
  throw new PanelException({
    code: 'model-not-installed',
    layer: 'backend',
    message: wanted === null ? 'InvokeAI has no model that makes pictures.' : `InvokeAI has no model named ${wanted}.`,
    hint: 'Install one on the Models page, or pick another.',
    retryable: false,
  });
}

function failed(error: { readonly type: string; readonly message: string } | null): PanelException {
  const isMemory = error !== null && (/OutOfMemory/i.test(error.type) || /out of memory/i.test(error.message));
  return new PanelException({
    code: isMemory ? 'gpu-out-of-memory' : 'generation-failed',
    layer: isMemory ? 'gpu' : 'backend',
    message: isMemory
      ? 'The GPU ran out of memory while it made the picture.'
      : `InvokeAI failed: ${error?.message ?? 'it gave no reason'}`,
    hint: isMemory
      ? 'Free VRAM on the Models page, stop what else holds it (the GPU page shows who), or ask for a smaller picture.'
      : 'Its log around this moment says more.',
    retryable: true,
    ...(error === null ? {} : { detail: `${error.type}: ${error.message}` }),
  });
}

const cancelled = (): PanelException =>
  new PanelException({
    code: 'generation-cancelled',
    layer: 'backend',
    message: 'Somebody cancelled the job in InvokeAI.',
    hint: 'Run it again.',
    retryable: true,
  });

const tooOld = (): PanelException =>
  new PanelException({
    code: 'invokeai-too-old',
    layer: 'backend',
    message: 'This InvokeAI does not say which job it made of a request.',
    hint: 'Version 5.1 or newer does; until then use the images shim.',
    retryable: false,
  });

import { randomUUID } from 'node:crypto';
import type { ImageParameters } from '../../../../shared/capabilities/images/contract.ts';
import type { ErrorCode } from '../../../../shared/error-codes.ts';
import { PanelException, toPanelError } from '../../../../shared/errors.ts';
import { enqueueBody, imageNameOf, invokeaiGraph, type ModelIdentifier } from '../../../../shared/image-graphs/invokeai.ts';
import { DEFAULTS, seedOf } from '../../../../shared/image-graphs/rules.ts';
import { monotonicMs } from '../../../../shared/monotonic.ts';
import { isRecord } from '../../../../shared/record.ts';
import { queuePath, readImageModels } from '../../backends/invokeai.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import {
  generationCancelledError,
  generationFailedError,
  invokeAiTooOldError,
  modelNotInstalledError,
  queueClearedError,
  queueFullError,
} from '../errors.ts';
import { factsOfQueueItem, type GeneratedImage, type GenerationResult } from '../generation-result.ts';
import type { JobNotes } from './open-jobs.ts';
import { type Patience, retryWhileAway, waitForJob } from './queue-wait.ts';

/** Ends of one job that say nothing of the others. */
const ENDED_ALONE: ReadonlySet<string> = new Set<ErrorCode>(['generation-cancelled', 'queue-cleared']);

/** Jobs of the panel are found by it in InvokeAI's own queue. */
export const DESTINATION = 'panel-playground';
const IMAGE_BYTES = 64 * 1024 * 1024;

/**
 * Enqueues the images in InvokeAI, and waits on while InvokeAI cannot be reached. Finished images are returned even when the
 * rest failed, with a note; the aborting caller cancels the open batches of `batches`. Throws what the client throws, model-not-installed,
 * generation-failed (with InvokeAI's words), generation-cancelled, queue-cleared, queue-full.
 */
export async function generateInQueue(
  o: Patience & { readonly client: JsonClient; readonly parameters: ImageParameters; readonly batches: JobNotes },
): Promise<GenerationResult> {
  const { client, signal, batches } = o;
  const startedMs = monotonicMs();
  const { models } = await readImageModels(client, { signal });
  const model = modelOf(o, models);
  const connectMs = monotonicMs() - startedMs;
  const jobs = await enqueueAll(o, model);
  const images: GeneratedImage[] = [];
  const failures: PanelException[] = [];
  let waitMs: number | null = null;
  let generateMs = 0;
  let transferMs = 0;
  const finish = async ({ itemId, batchId }: Job): Promise<void> => {
    const ended = await waitForJob(client, itemId, o);
    batches.ended(batchId);
    if (ended === null) throw queueClearedError();
    const { document, item } = ended;
    if (item.status === 'canceled') throw generationCancelledError(client.peer);
    const name = item.status === 'completed' ? imageNameOf(document) : null;
    if (item.status !== 'completed') throw generationFailedError(client.peer, item.error);
    if (name === null) throw generationFailedError(client.peer, { type: 'no image', message: 'the job ended without an image' });
    waitMs ??= Math.max(0, (item.startedAt ?? 0) - (item.createdAt ?? 0));
    generateMs += Math.max(0, (item.completedAt ?? 0) - (item.startedAt ?? 0));
    const fetchedFrom = monotonicMs();
    const path = `/api/v1/images/i/${encodeURIComponent(name)}/full`;
    const reply = await retryWhileAway(() => client.request({ path, timeoutMs: 60_000, maxBytes: IMAGE_BYTES, signal }), o);
    transferMs += monotonicMs() - fetchedFrom;
    images.push({ data: reply.bytes, reported: factsOfQueueItem(document) });
  };
  for (const job of jobs) {
    try {
      await finish(job);
    } catch (thrown) {
      // A job that was cancelled, or ended by a restart, does not affect the others; a failure would only repeat itself.
      const isAlone = thrown instanceof PanelException && ENDED_ALONE.has(thrown.panelError.code);
      failures.push(thrown instanceof PanelException ? thrown : new PanelException(toPanelError(thrown)));
      if (!isAlone || signal.aborted) break;
    }
  }
  const [failure] = failures;
  if (images.length === 0 && failure !== undefined) throw failure;
  const answerMs = Math.max(0, monotonicMs() - startedMs - connectMs - (waitMs ?? 0) - generateMs - transferMs);
  return {
    images,
    modelUsed: model.name,
    notes: failure === undefined || signal.aborted ? [] : [`${images.length} of ${jobs.length} images were generated. ${failure.message}`],
    requestId: jobs.map(({ itemId }) => `item ${itemId}`).join(', '),
    headers: [],
    timing: { connectMs, waitMs: waitMs ?? 0, generateMs, answerMs, transferMs },
  };
}

interface Job {
  readonly itemId: number;
  readonly batchId: string;
}

async function enqueueAll(o: Parameters<typeof generateInQueue>[0], model: ModelIdentifier): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const index of Array(o.parameters.count).keys()) jobs.push(await retryWhileAway(() => enqueue(o, model, index), o));
  return jobs;
}

/** Enqueues one image as a separate batch. */
async function enqueue(
  { client, parameters, signal, batches }: Parameters<typeof generateInQueue>[0],
  model: ModelIdentifier,
  index: number,
): Promise<Job> {
  const { prompt, negativePrompt, width, height, steps, guidance } = parameters;
  const scheduler = parameters.scheduler ?? DEFAULTS[model.base].scheduler;
  const seed = seedOf(parameters.seed ?? 0, index);
  const graph = invokeaiGraph({ prompt, negativePrompt, width, height, steps, guidance, scheduler, seed }, model);
  const batchId = randomUUID();
  const body = enqueueBody(graph, { origin: 'panel', destination: DESTINATION, batchId });
  batches.opened(batchId);
  const reply = await client
    .json({ method: 'POST', path: queuePath('enqueue_batch'), body, timeoutMs: 30_000, signal })
    .catch((thrown: unknown) => {
      batches.abandoned(batchId);
      throw thrown;
    });
  const found: unknown = isRecord(reply) ? reply['item_ids'] : null;
  const [itemId]: readonly unknown[] = Array.isArray(found) ? found : [];
  if (typeof itemId === 'number') return { itemId, batchId };
  if (isRecord(reply) && reply['enqueued'] === 0) {
    batches.ended(batchId);
    throw queueFullError();
  }
  batches.abandoned(batchId);
  throw invokeAiTooOldError();
}

function modelOf({ client, parameters }: Parameters<typeof generateInQueue>[0], models: readonly ModelIdentifier[]): ModelIdentifier {
  const wanted = parameters.model;
  const found =
    wanted === null ? (models.find((model) => model.base === 'sdxl') ?? models[0]) : models.find((model) => model.name === wanted);
  if (found === undefined) throw modelNotInstalledError(client.peer, wanted);
  return found;
}

import { randomBytes } from 'node:crypto';
import { enqueueBody, imageNameOf, invokeaiGraph } from '../../shared/image-graphs/invokeai.ts';
import type { ImageGraphRequest } from '../../shared/image-graphs/rules.ts';
import { isRecord } from '../../shared/record.ts';
import { type Backend, inOrder, type UsableModel } from './backend.ts';
import { type BackendHttp, type BackendReply, type CancelSignal, NEVER_CANCELLED } from './backend-http.ts';
import type { ShimConfig } from './config.ts';
import { ClientDisconnected, ShimError } from './errors.ts';
import { itemOfBatch } from './invokeai-batch.ts';
import { itemEnded, type QueueItem, queueMsOf } from './invokeai-item.ts';
import { entriesOf, usableModel } from './invokeai-models.ts';
import { invokeAiReadiness } from './invokeai-readiness.ts';
import { PendingCancels } from './pending-cancels.ts';
import { QueueEvents } from './queue-events.ts';
import { retryWhileAway } from './retry-while-away.ts';

const SHORT_MS = 4_000;
const ENQUEUE_MS = 30_000;
const IMAGE_TIMEOUT_MS = 60_000;
/** Models change with an install, not between two images. */
const MODELS_CACHE_MS = 5_000;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** An image that was requested before its queue item ended. */
interface EarlyImage {
  readonly name: string;
  readonly reply: Promise<BackendReply>;
}

/** The image of a reply; null when the reply holds none. */
const pngOf = (reply: BackendReply | null): Buffer | null =>
  reply !== null && reply.status === 200 && reply.body.subarray(0, 4).equals(PNG) ? reply.body : null;

/** InvokeAI 4.2 to 6.14 by its own HTTP API. */
export function createInvokeAi(config: ShimConfig, http: BackendHttp, now: () => number): Backend {
  const events = new QueueEvents(http, config.queueId);
  const cancels = new PendingCancels();
  const queue = `/api/v1/queue/${encodeURIComponent(config.queueId)}`;
  let kept: { readonly models: readonly UsableModel[]; readonly at: number } | null = null;

  const models = async (signal: CancelSignal): Promise<readonly UsableModel[]> => {
    if (kept !== null && now() - kept.at < MODELS_CACHE_MS) return kept.models;
    const [listed, missing] = await Promise.all([
      http.json({ path: '/api/v2/models/?model_type=main', timeoutMs: SHORT_MS, signal }),
      // Since 6.12; before, it is unknown.
      http.json({ path: '/api/v2/models/missing', timeoutMs: SHORT_MS, signal }).catch((thrown: unknown) => {
        if (thrown instanceof ClientDisconnected) throw thrown;
        return null;
      }),
    ]);
    const gone = new Set(entriesOf(missing).map((entry) => entry['key']));
    kept = { models: entriesOf(listed).flatMap((entry) => (gone.has(entry['key']) ? [] : usableModel(entry))), at: now() };
    return kept.models;
  };

  // Without a waiter: a failed cancel only leaves an unused image.
  const put = (path: string, body?: unknown): void =>
    cancels.add(() => http.ask({ method: 'PUT', path, body, timeoutMs: SHORT_MS, signal: NEVER_CANCELLED }));

  const enqueue = async (image: ImageGraphRequest, model: UsableModel, requestId: string): Promise<number> => {
    const { key, hash, name, base } = model;
    const batchId = `${requestId}-${randomBytes(6).toString('hex')}`;
    const body = enqueueBody(invokeaiGraph(image, { key, hash, name, base, type: 'main' }), {
      origin: `openai-images-shim:${requestId}`,
      destination: 'openai-images',
      batchId,
    });
    let reply: unknown;
    try {
      // Not cancelled with the client's request: a job whose number is not known yet could not be cancelled.
      reply = await http.json({ method: 'POST', path: `${queue}/enqueue_batch`, body, timeoutMs: ENQUEUE_MS, signal: NEVER_CANCELLED });
    } catch (thrown) {
      // The job may have been enqueued all the same, without a waiter.
      put(`${queue}/cancel_by_batch_ids`, { batch_ids: [batchId] });
      throw thrown;
    }
    const ids: unknown = isRecord(reply) ? reply['item_ids'] : null;
    const [itemId]: readonly unknown[] = Array.isArray(ids) ? ids : [];
    if (typeof itemId === 'number') return itemId;
    if (isRecord(reply) && reply['enqueued'] === 0)
      throw new ShimError(503, 'queue_full', 'The InvokeAI queue is full.', { retryAfterS: 10 });
    const found = await itemOfBatch(http, { queue, batchId, signal: NEVER_CANCELLED }).catch(() => null);
    if (found !== null) return found;
    put(`${queue}/cancel_by_batch_ids`, { batch_ids: [batchId] });
    throw new ShimError(502, 'backend_garbled', 'InvokeAI did not report the new queue item.');
  };

  const pathOf = (name: string): string => `/api/v1/images/i/${encodeURIComponent(name)}`;
  const requestImage = (name: string, signal: CancelSignal): Promise<BackendReply> =>
    http.ask({ path: `${pathOf(name)}/full`, timeoutMs: IMAGE_TIMEOUT_MS, signal });

  const handOut = (name: string, png: Buffer): Buffer => {
    const path = pathOf(name);
    if (config.isDeletedAfterwards) cancels.add(() => http.ask({ method: 'DELETE', path, timeoutMs: SHORT_MS, signal: NEVER_CANCELLED }));
    return png;
  };

  /** `early`: requested when the backend reported its name, before the item ended. */
  const fetchImage = async (item: QueueItem, early: EarlyImage | null, signal: CancelSignal, until: number): Promise<Buffer> => {
    if (item['status'] !== 'completed') throw generationError(item);
    const name = imageNameOf(item);
    if (name === null) throw new ShimError(502, 'no_picture', 'InvokeAI finished the job without an image.');
    const inTime = early?.name === name ? pngOf(await early.reply.catch(() => null)) : null;
    if (inTime !== null) return handOut(name, inTime);
    const reply = await retryWhileAway(() => requestImage(name, signal), { until, now, signal });
    const png = pngOf(reply);
    if (png !== null) return handOut(name, png);
    throw new ShimError(502, 'no_picture', `InvokeAI did not return its image (status ${reply.status}, ${reply.type}).`);
  };

  return {
    models,
    readiness: () => invokeAiReadiness(http, queue, models, config.isGpuRequired),
    generate: async (images, model, { requestId, signal, onPreview }) => {
      const { pollMs, timeoutMs } = config;
      const until = now() + timeoutMs * images.length;
      const open = new Set<number>();
      try {
        const items: number[] = [];
        for (const image of images) {
          if (signal.isCancelled) throw new ClientDisconnected();
          const itemId = await enqueue(image, model, requestId);
          open.add(itemId);
          items.push(itemId);
        }
        return await inOrder(items, async (itemId, index) => {
          const stopPreviews = onPreview === undefined ? () => undefined : events.onPreview(itemId, (preview) => onPreview(index, preview));
          let early: EarlyImage | null = null;
          const stopImage = events.onImage(itemId, (name) => {
            const reply = requestImage(name, signal);
            // The waiter gets the failure.
            reply.catch(() => undefined);
            early = { name, reply };
          });
          try {
            const path = `${queue}/i/${itemId}`;
            const item = await itemEnded({ http, events, itemId, path, pollMs, timeoutMs, until, now, signal });
            open.delete(itemId);
            return { png: await fetchImage(item, early, signal, until), queueMs: queueMsOf(item) };
          } finally {
            stopPreviews();
            stopImage();
          }
        });
      } finally {
        for (const itemId of open) put(`${queue}/i/${itemId}/cancel`);
      }
    },
    close: async () => {
      events.close();
      await cancels.settled();
      http.close();
    },
  };
}

function generationError(item: QueueItem): ShimError {
  if (item['status'] === 'canceled') return new ShimError(502, 'canceled', 'The job was cancelled in InvokeAI.');
  const type = typeof item['error_type'] === 'string' ? item['error_type'] : 'Error';
  const message = typeof item['error_message'] === 'string' ? item['error_message'] : 'InvokeAI gave no reason';
  const isMemory = /OutOfMemory/i.test(type) || /out of memory/i.test(message);
  return new ShimError(502, isMemory ? 'gpu_out_of_memory' : 'generation_failed', `InvokeAI failed: ${type}: ${message.slice(0, 600)}`);
}

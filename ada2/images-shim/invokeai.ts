import { enqueueBody, invokeaiGraph, pictureNameOf } from '../../shared/image-graphs/invokeai.ts';
import { isImageBase, type PictureRequest } from '../../shared/image-graphs/rules.ts';
import type { Backend, Link, Readiness, UsableModel } from './backend.ts';
import { type BackendHttp, isRecord, type Leash, NEVER_GONE } from './backend-http.ts';
import type { ShimConfig } from './config.ts';
import { ClientGone, ShimError } from './errors.ts';
import { QueueEvents } from './queue-events.ts';

const SHORT_MS = 4_000;
const ENQUEUE_MS = 30_000;
const PICTURE_MS = 60_000;
/** Models change when somebody installs one, not between two pictures. */
const MODELS_KEPT_MS = 5_000;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** InvokeAI 4.2 to 6.14 by its own HTTP API. */
export function createInvokeAi(config: ShimConfig, http: BackendHttp, now: () => number): Backend {
  const events = new QueueEvents(http, config.queueId);
  const queue = `/api/v1/queue/${encodeURIComponent(config.queueId)}`;
  let kept: { readonly models: readonly UsableModel[]; readonly at: number } | null = null;

  const models = async (leash: Leash): Promise<readonly UsableModel[]> => {
    if (kept !== null && now() - kept.at < MODELS_KEPT_MS) return kept.models;
    const [listed, missing] = await Promise.all([
      http.json({ path: '/api/v2/models/?model_type=main', timeoutMs: SHORT_MS, leash }),
      // Since 6.12; before, nobody can tell.
      http.json({ path: '/api/v2/models/missing', timeoutMs: SHORT_MS, leash }).catch((thrown: unknown) => {
        if (thrown instanceof ClientGone) throw thrown;
        return null;
      }),
    ]);
    const gone = new Set(entriesOf(missing).map((entry) => entry['key']));
    kept = { models: entriesOf(listed).flatMap((entry) => (gone.has(entry['key']) ? [] : usable(entry))), at: now() };
    return kept.models;
  };

  const cancel = (itemId: number): void => {
    // Nobody waits for it: a failure to cancel leaves a picture made for nothing.
    http.ask({ method: 'PUT', path: `${queue}/i/${itemId}/cancel`, timeoutMs: SHORT_MS, leash: NEVER_GONE }).catch(() => undefined);
  };

  const enqueue = async (picture: PictureRequest, model: UsableModel, requestId: string, leash: Leash): Promise<number> => {
    const { key, hash, name, base } = model;
    const body = enqueueBody(invokeaiGraph(picture, { key, hash, name, base, type: 'main' }), {
      origin: `openai-images-shim:${requestId}`,
      destination: 'openai-images',
    });
    const reply = await http.json({ method: 'POST', path: `${queue}/enqueue_batch`, body, timeoutMs: ENQUEUE_MS, leash });
    const ids: unknown = isRecord(reply) ? reply['item_ids'] : null;
    const [itemId]: readonly unknown[] = Array.isArray(ids) ? ids : [];
    if (typeof itemId === 'number') return itemId;
    // Before 5.1 the reply has no ids; a full queue enqueues nothing.
    if (isRecord(reply) && reply['enqueued'] === 0)
      throw new ShimError(503, 'queue_full', 'The queue of InvokeAI is full.', { retryAfterS: 10 });
    throw new ShimError(502, 'backend_too_old', 'InvokeAI did not say which queue item it made; 5.1 or newer is needed.');
  };

  /** Resolves with the finished item. */
  const finished = (itemId: number, until: number, leash: Leash): Promise<Readonly<Record<string, unknown>>> =>
    new Promise((resolve, reject) => {
      let isAsking = false;
      let isNews = false;
      let timer: NodeJS.Timeout | undefined;
      const end = (): void => {
        clearTimeout(timer);
        stopEvents();
        letGo();
      };
      const look = async (): Promise<void> => {
        if (isAsking) {
          isNews = true;
          return;
        }
        clearTimeout(timer);
        isAsking = true;
        isNews = false;
        try {
          const item = await http.json({ path: `${queue}/i/${itemId}`, timeoutMs: ENQUEUE_MS, leash });
          isAsking = false;
          if (!isRecord(item)) throw new ShimError(502, 'backend_garbled', 'InvokeAI told nothing of its queue item');
          const { status } = item;
          if (status === 'completed' || status === 'failed' || status === 'canceled') {
            end();
            return resolve(item);
          }
          if (now() >= until)
            throw new ShimError(504, 'timed_out', `No picture within ${config.timeoutMs / 1000} s; the job was ${String(status)}.`);
          if (isNews) return void look();
          timer = setTimeout(() => void look(), Math.min(config.pollMs, Math.max(1, until - now())));
        } catch (thrown) {
          end();
          reject(thrown);
        }
      };
      const stopEvents = events.onItem(itemId, () => void look());
      const letGo = leash.onGone(() => {
        end();
        reject(new ClientGone());
      });
      void look();
    });

  const fetchPicture = async (item: Readonly<Record<string, unknown>>, leash: Leash): Promise<Buffer> => {
    if (item['status'] !== 'completed') throw notMade(item);
    const name = pictureNameOf(item);
    if (name === null) throw new ShimError(502, 'no_picture', 'InvokeAI finished the job, but names no picture.');
    const reply = await http.ask({ path: `/api/v1/images/i/${encodeURIComponent(name)}/full`, timeoutMs: PICTURE_MS, leash });
    if (reply.status === 200 && reply.body.subarray(0, 4).equals(PNG)) return reply.body;
    throw new ShimError(502, 'no_picture', `InvokeAI did not hand out its picture (status ${reply.status}, ${reply.type}).`);
  };

  return {
    models,
    readiness: (leash) => readiness(http, queue, models, leash),
    generate: async (pictures, model, { requestId, leash }) => {
      const until = now() + config.timeoutMs * pictures.length;
      const open = new Set<number>();
      try {
        const items: number[] = [];
        for (const picture of pictures) {
          const itemId = await enqueue(picture, model, requestId, leash);
          open.add(itemId);
          items.push(itemId);
        }
        const made: Buffer[] = [];
        for (const itemId of items) {
          const item = await finished(itemId, until, leash);
          open.delete(itemId);
          made.push(await fetchPicture(item, leash));
        }
        return made;
      } finally {
        for (const itemId of open) cancel(itemId);
      }
    },
    close: () => {
      events.close();
      http.close();
    },
  };
}

function entriesOf(reply: unknown): readonly Readonly<Record<string, unknown>>[] {
  const models = isRecord(reply) ? reply['models'] : null;
  return Array.isArray(models) ? models.filter(isRecord) : [];
}

function usable(entry: Readonly<Record<string, unknown>>): readonly UsableModel[] {
  const { key, hash, name, base, type, variant } = entry;
  if (typeof key !== 'string' || typeof name !== 'string' || !isImageBase(base) || type !== 'main') return [];
  // Inpainting and depth models need a picture to begin with.
  if (typeof variant === 'string' && variant !== 'normal') return [];
  return [{ key, name, base, hash: typeof hash === 'string' ? hash : '' }];
}

function notMade(item: Readonly<Record<string, unknown>>): ShimError {
  if (item['status'] === 'canceled') return new ShimError(502, 'canceled', 'The job was cancelled in InvokeAI.');
  const type = typeof item['error_type'] === 'string' ? item['error_type'] : 'Error';
  const message = typeof item['error_message'] === 'string' ? item['error_message'] : 'InvokeAI gave no reason';
  const isMemory = /OutOfMemory/i.test(type) || /out of memory/i.test(message);
  return new ShimError(502, isMemory ? 'gpu_out_of_memory' : 'generation_failed', `InvokeAI failed: ${type}: ${message.slice(0, 600)}`);
}

async function readiness(
  http: BackendHttp,
  queue: string,
  models: (leash: Leash) => Promise<readonly UsableModel[]>,
  leash: Leash,
): Promise<Readiness> {
  const get = (path: string) => http.json({ path, timeoutMs: SHORT_MS, leash });
  let version: unknown;
  try {
    version = await get('/api/v1/app/version');
    if (!isRecord(version) || typeof version['version'] !== 'string') throw new Error('it does not tell its version');
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return { links: [{ name: 'backend', isOk: false, said }], version: null };
  }
  const links: Link[] = [{ name: 'backend', isOk: true, said: `InvokeAI ${version['version']}` }];
  const [status, devices, found] = await Promise.all([
    get(`${queue}/status`).catch(() => null),
    get('/api/v1/app/generation_device_options').catch(() => null),
    models(leash).catch(() => null),
  ]);
  const processor = isRecord(status) ? status['processor'] : null;
  if (isRecord(processor) && processor['is_started'] === false)
    links.push({ name: 'queue', isOk: false, said: 'The queue of InvokeAI is paused.' });
  if (found === null || found.length === 0) {
    const said = found === null ? 'InvokeAI does not tell its models.' : 'No SD 1.5 or SDXL model is installed, or its files are missing.';
    links.push({ name: 'model', isOk: false, said });
  } else links.push({ name: 'model', isOk: true, said: `${found.length} usable` });
  // Told since 6.14; an older one cannot be asked.
  if (Array.isArray(devices) && devices.length > 0) {
    const isSeen = devices.some((device: unknown) => isRecord(device) && device['device'] !== 'cpu');
    links.push({ name: 'gpu', isOk: isSeen, said: isSeen ? 'seen by InvokeAI' : 'InvokeAI sees no GPU, only the CPU.' });
  }
  return { links, version };
}

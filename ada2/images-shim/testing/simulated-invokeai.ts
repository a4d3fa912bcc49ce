import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import { answer, answerPage, bodyOf, listening, serve } from './http-server.ts';

const MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export const SDXL = { key: 'k-xl', hash: 'blake3:xl', name: 'Juggernaut XL v9', base: 'sdxl', type: 'main', variant: 'normal' };
export const SD1 = { key: 'k-sd', hash: 'blake3:sd', name: 'sd-v1-5', base: 'sd-1', type: 'main', variant: 'normal' };

/** What a test may change while it runs. */
export interface Behaviour {
  models: readonly object[];
  missing: readonly object[];
  devices: readonly object[] | null;
  isStarted: boolean;
  jobMs: number;
  imageBytes: number;
  /** Instead of an image. */
  failure: Readonly<Record<string, unknown>> | null;
  /** Instead of enqueuing: status and body; `page` is the user interface with 200. */
  enqueue: { readonly status: number; readonly body: unknown } | 'page' | null;
  enqueueDelayMs: number;
  /** As while it restarts: every connection breaks; its queue stays. */
  isAway: boolean;
  /** As when it goes away just before an image is fetched. */
  isAwayForImages: boolean;
  /** Between the image being saved and the end of its job. */
  savedBeforeEndMs: number;
  /** Sent as a preview while a job runs. */
  previewUrl: string | null;
  /** As before 5.1: the reply has no numbers, and there is a list instead. */
  isOld: boolean;
}

interface Item {
  readonly id: number;
  readonly batchId: string;
  readonly graph: unknown;
  status: string;
  timer: NodeJS.Timeout | undefined;
  preview?: NodeJS.Timeout;
}

export interface SimulatedInvokeAi {
  readonly url: string;
  readonly port: number;
  readonly behaviour: Behaviour;
  readonly enqueued: unknown[];
  /** `METHOD path`, as they came. */
  readonly requested: string[];
  statusOf(id: number): string | undefined;
  close(): Promise<void>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** InvokeAI's HTTP and Socket.IO as far as the shim goes. Jobs run side by side; an image depends on its graph only. */
export async function startInvokeAi(
  o: Partial<Behaviour> & { readonly hasNews?: boolean; readonly port?: number } = {},
): Promise<SimulatedInvokeAi> {
  const { hasNews = true, port: wanted = 0, ...given } = o;
  const behaviour: Behaviour = {
    ...{ models: [SDXL, SD1], missing: [], devices: [{ device: 'cuda:0', name: 'NVIDIA RTX 6000 Ada Generation' }] },
    ...{
      isStarted: true,
      jobMs: 5,
      imageBytes: 2_000,
      failure: null,
      enqueue: null,
      enqueueDelayMs: 0,
      isOld: false,
      isAway: false,
      isAwayForImages: false,
      savedBeforeEndMs: 0,
      previewUrl: null,
    },
    ...given,
  };
  const items: Item[] = [];
  const enqueued: unknown[] = [];
  const requested: string[] = [];
  let news: SocketServer | null = null;

  const change = (item: Item, status: string): void => {
    clearTimeout(item.timer);
    item.status = status;
    news?.to('default').emit('queue_item_status_changed', { queue_id: 'default', item_id: item.id, status });
  };
  const completeOf = (item: Item): unknown => ({
    ...{ queue_id: 'default', item_id: item.id, batch_id: item.batchId, invocation_source_id: 'image' },
    result: { type: 'image_output', image: { image_name: `${item.id}.png` }, width: 8, height: 8 },
  });
  const enqueue = async (body: unknown, response: ServerResponse): Promise<void> => {
    if (behaviour.enqueueDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, behaviour.enqueueDelayMs));
    if (behaviour.enqueue === 'page') return answerPage(response);
    if (behaviour.enqueue !== null) return answer(response, behaviour.enqueue.status, behaviour.enqueue.body);
    enqueued.push(body);
    const batch = isRecord(body) && isRecord(body['batch']) ? body['batch'] : {};
    const item: Item = {
      id: items.length + 1,
      batchId: String(batch['batch_id']),
      graph: batch['graph'],
      status: 'pending',
      timer: undefined,
    };
    items.push(item);
    if (behaviour.previewUrl !== null) {
      const image = { dataURL: behaviour.previewUrl, width: 8, height: 8 };
      item.preview = setTimeout(
        () => news?.to('default').emit('invocation_progress', { queue_id: 'default', item_id: item.id, image }),
        behaviour.jobMs / 2,
      );
    }
    item.timer = setTimeout(() => {
      if (behaviour.failure !== null) return change(item, 'failed');
      news?.to('default').emit('invocation_complete', completeOf(item));
      if (behaviour.savedBeforeEndMs === 0) return change(item, 'completed');
      item.timer = setTimeout(() => change(item, 'completed'), behaviour.savedBeforeEndMs);
    }, behaviour.jobMs);
    const reply = { queue_id: 'default', enqueued: 1, requested: 1, batch: { batch_id: item.batchId }, priority: 0 };
    answer(response, 201, behaviour.isOld ? reply : { ...reply, item_ids: [item.id] });
  };
  const itemOf = (item: Item): unknown => ({
    item_id: item.id,
    status: item.status,
    batch_id: item.batchId,
    created_at: '2026-11-22 10:00:00.000',
    started_at: '2026-11-22 10:00:01.250',
    ...(item.status === 'failed' ? behaviour.failure : {}),
    session: {
      source_prepared_mapping: item.status === 'completed' ? { image: [`x${item.id}`] } : {},
      results: { [`x${item.id}`]: { type: 'image_output', image: { image_name: `${item.id}.png` }, width: 8, height: 8 } },
    },
  });
  const pngOfItem = (id: number): Buffer => {
    const hash = createHash('sha256')
      .update(JSON.stringify(items[id - 1]?.graph))
      .digest();
    return Buffer.concat([MAGIC, Buffer.alloc(behaviour.imageBytes, hash)]);
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (behaviour.isAway) return void request.socket.destroy();
    requested.push(`${request.method} ${path}`);
    if (behaviour.isAwayForImages && path.endsWith('/full')) return void request.socket.destroy();
    const queue = '/api/v1/queue/default';
    if (path === '/api/v1/app/version') return answer(response, 200, { version: behaviour.isOld ? '4.2.9' : '6.14.0' });
    if (path === '/api/v1/app/generation_device_options')
      return behaviour.devices === null ? answerPage(response) : answer(response, 200, behaviour.devices);
    if (path === '/api/v2/models/') return answer(response, 200, { models: behaviour.models });
    if (path === '/api/v2/models/missing') return answer(response, 200, { models: behaviour.missing });
    if (path === `${queue}/status`)
      return answer(response, 200, { queue: { pending: 0 }, processor: { is_started: behaviour.isStarted, is_processing: false } });
    if (path === `${queue}/enqueue_batch`) return enqueue(await bodyOf(request), response);
    if (path === `${queue}/cancel_by_batch_ids`) {
      const body = await bodyOf(request);
      const ids = isRecord(body) && Array.isArray(body['batch_ids']) ? body['batch_ids'] : [];
      for (const item of items) if (ids.includes(item.batchId)) change(item, 'canceled');
      return answer(response, 200, { canceled: ids.length });
    }
    if (path === `${queue}/list` && behaviour.isOld)
      return answer(response, 200, { items: items.map(itemOf), has_more: false, limit: 500 });
    const found = /\/i\/(\d+)(\/cancel)?$/.exec(path);
    const item = found === null ? undefined : items[Number(found[1]) - 1];
    if (item !== undefined) {
      if (found?.[2] !== undefined) change(item, 'canceled');
      return answer(response, 200, itemOf(item));
    }
    if (request.method === 'DELETE' && path.startsWith('/api/v1/images/i/')) return answer(response, 200, { deleted_images: [] });
    const image = /^\/api\/v1\/images\/i\/(\d+)\.png\/full$/.exec(path);
    if (image === null) return answerPage(response);
    response.writeHead(200, { 'content-type': 'image/png' });
    response.end(pngOfItem(Number(image[1])));
  };
  const server = serve(route);
  if (hasNews) {
    news = new SocketServer(server, { path: '/ws/socket.io', serveClient: false });
    news.on('connection', (socket) => socket.on('subscribe_queue', ({ queue_id }: { queue_id: string }) => void socket.join(queue_id)));
  }
  const { port, close } = await listening(server, wanted);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    behaviour,
    enqueued,
    requested,
    statusOf: (id) => items[id - 1]?.status,
    close: async () => {
      for (const item of items) {
        clearTimeout(item.timer);
        clearTimeout(item.preview);
      }
      news?.disconnectSockets(true);
      await close();
    },
  };
}

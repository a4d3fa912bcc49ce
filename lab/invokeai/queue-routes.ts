import { SCHEDULERS } from '../../shared/image-graphs/rules.ts';
import type { LabAnswer } from '../http.ts';
import { type Asked, detail, ok } from './answers.ts';
import { itemDocument } from './documents.ts';
import type { InvokeAi } from './invokeai.ts';
import { type Graph, refusalsOf } from './plan.ts';
import type { JobQueue, QueueItem } from './queue.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** `/api/v1/queue/default/…`. */
export function queueRoutes(asked: Asked, invokeai: InvokeAi): LabAnswer | null {
  const [, rest] = /^\/api\/v1\/queue\/default\/(.+)$/.exec(asked.path) ?? [];
  if (rest === undefined) return null;
  return asked.method === 'GET' ? read(rest, asked, invokeai.queue) : change(asked.method, rest, asked, invokeai.queue);
}

function read(rest: string, { query }: Asked, queue: JobQueue): LabAnswer | null {
  if (rest === 'status') {
    const { current } = queue;
    return ok({
      queue: {
        queue_id: 'default',
        item_id: current?.itemId ?? null,
        batch_id: current?.batchId ?? null,
        session_id: current?.sessionId ?? null,
        ...queue.counts(),
        user_pending: null,
        user_in_progress: null,
      },
      processor: processorOf(queue),
    });
  }
  if (rest === 'current') return ok(queue.current === null ? null : itemDocument(queue.current));
  if (rest === 'next') {
    const [next] = queue.pending();
    return ok(next === undefined ? null : itemDocument(next));
  }
  if (rest === 'item_ids') {
    const ids = queue.items.map((item) => item.itemId);
    return ok({ item_ids: query.get('order_dir') === 'ASC' ? ids : ids.reverse(), total_count: ids.length });
  }
  if (rest === 'list_all') {
    const destination = query.get('destination');
    return ok(queue.items.filter((item) => destination === null || item.destination === destination).map(itemDocument));
  }
  if (rest === 'counts_by_destination') {
    const destination = query.get('destination');
    const { waiting: _waiting, ...counts } = queue.counts(queue.items.filter((item) => item.destination === destination));
    return ok({ queue_id: 'default', destination, ...counts });
  }
  const [, batchId] = /^b\/([^/]+)\/status$/.exec(rest) ?? [];
  if (batchId !== undefined) {
    const items = queue.items.filter((item) => item.batchId === batchId);
    const { waiting: _waiting, ...counts } = queue.counts(items);
    return ok({
      queue_id: 'default',
      batch_id: batchId,
      origin: items[0]?.origin ?? null,
      destination: items[0]?.destination ?? null,
      ...counts,
    });
  }
  const [, id] = /^i\/(\d+)$/.exec(rest) ?? [];
  if (id === undefined) return null;
  const item = queue.get(Number(id));
  return item === null ? detail(404, `Queue item with id ${id} not found in queue default`) : ok(itemDocument(item));
}

const processorOf = (queue: JobQueue) => ({ is_started: queue.isStarted, is_processing: queue.isProcessing });

function change(method: string, rest: string, asked: Asked, queue: JobQueue): LabAnswer | null {
  const name = `${method} ${rest}`;
  const [, id, verb] = /^i\/(\d+)(?:\/(cancel))?$/.exec(rest) ?? [];
  if (id !== undefined) {
    const item = queue.get(Number(id));
    if (item === null) return detail(404, `Queue item with id ${id} not found in queue default`);
    if (method === 'PUT' && verb === 'cancel') {
      queue.cancel(item);
      return ok(itemDocument(item));
    }
    if (method !== 'DELETE') return null;
    queue.remove([item]);
    return ok(null);
  }
  const waiting = (): readonly QueueItem[] => queue.pending();
  const canceled = (items: readonly QueueItem[]): LabAnswer => {
    const live = items.filter((item) => item.status === 'pending' || item.status === 'in_progress');
    for (const item of live) queue.cancel(item);
    return ok({ canceled: live.length });
  };
  switch (name) {
    case 'POST enqueue_batch':
      return enqueue(asked.body, queue);
    case 'POST items_by_ids': {
      const ids = isRecord(asked.body) && Array.isArray(asked.body['item_ids']) ? asked.body['item_ids'] : [];
      return ok(queue.items.filter((item) => ids.includes(item.itemId)).map(itemDocument));
    }
    case 'PUT processor/pause':
      queue.isStarted = false;
      return ok(processorOf(queue));
    case 'PUT processor/resume':
      queue.isStarted = true;
      return ok(processorOf(queue));
    case 'PUT clear': {
      const deleted = queue.items.length;
      queue.remove([...queue.items]);
      return ok({ deleted });
    }
    case 'PUT prune': {
      const ended = queue.items.filter((item) => ['completed', 'failed', 'canceled'].includes(item.status));
      queue.remove(ended);
      return ok({ deleted: ended.length });
    }
    case 'PUT cancel_all_except_current':
      return canceled(waiting());
    case 'PUT delete_all_except_current': {
      const items = waiting();
      queue.remove(items);
      return ok({ deleted: items.length });
    }
    case 'PUT cancel_by_batch_ids': {
      const ids = isRecord(asked.body) && Array.isArray(asked.body['batch_ids']) ? asked.body['batch_ids'] : [];
      return canceled(queue.items.filter((item) => ids.includes(item.batchId)));
    }
    case 'PUT cancel_by_destination':
      return canceled(queue.items.filter((item) => item.destination === asked.query.get('destination')));
    default:
      return null;
  }
}

function enqueue(body: unknown, queue: JobQueue): LabAnswer {
  const batch = isRecord(body) ? body['batch'] : null;
  if (!isRecord(batch)) return detail(422, [{ type: 'missing', loc: ['body', 'batch'], msg: 'Field required', input: body ?? null }]);
  if (typeof batch['runs'] !== 'number')
    return detail(422, [{ type: 'missing', loc: ['body', 'batch', 'runs'], msg: 'Field required', input: batch }]);
  const refusals = refusalsOf(batch['graph'], SCHEDULERS);
  if (refusals.length > 0)
    return detail(
      422,
      refusals.map((refusal) => ({ ...refusal, input: null })),
    );
  const items = [...Array(Math.min(100, batch['runs'])).keys()].map(() =>
    queue.enqueue(batch['graph'] as Graph, {
      origin: text(batch['origin']),
      destination: text(batch['destination']),
      prepend: isRecord(body) && body['prepend'] === true,
    }),
  );
  return ok(
    {
      queue_id: 'default',
      enqueued: items.length,
      requested: items.length,
      batch: { ...batch, batch_id: items[0]?.batchId },
      priority: items[0]?.priority ?? 0,
      item_ids: items.map((item) => item.itemId).reverse(),
    },
    201,
  );
}

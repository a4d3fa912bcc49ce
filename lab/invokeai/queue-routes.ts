import { z } from 'zod';
import type { LabAnswer } from '../base/http.ts';
import { complaintsAbout, EnqueueBody, edgeFault } from './graph.ts';
import type { InvokeAi } from './invokeai.ts';
import { describeItem, isOver, type QueueItem } from './queue-item.ts';
import { detail, json, type Route, type RouteRequest, route } from './route-table.ts';

const QUEUE = '/api/v1/queue/default';
const MAX_QUEUE_SIZE = 10_000;

/** FastAPI's 422 for a body that zod does not take. */
export function unprocessable(error: z.ZodError): LabAnswer {
  const complaints = error.issues.map((issue) => ({
    type: issue.code === 'invalid_type' ? 'missing' : 'value_error',
    loc: ['body', ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
    msg: issue.code === 'invalid_type' ? 'Field required' : issue.message,
  }));
  return detail(422, complaints);
}

/** The session queue. */
export function queueRoutes(invokeai: InvokeAi): readonly Route[] {
  const { queue, processor, context } = invokeai;
  const processorStatus = () => ({ is_started: queue.isStarted, is_processing: processor.isProcessing });
  const withItem = ({ parts }: RouteRequest, then: (item: QueueItem) => LabAnswer): LabAnswer => {
    if (!/^-?\d+$/.test(parts['item_id'] ?? '')) return notAnInteger('item_id');
    const item = queue.get(Number(parts['item_id']));
    return item === null ? detail(404, `Queue item with id ${parts['item_id']} not found in queue default`) : then(item);
  };
  const withBody = <T>(schema: z.ZodType<T>, { body }: RouteRequest, then: (value: T) => LabAnswer): LabAnswer => {
    const parsed = schema.safeParse(body);
    return parsed.success ? then(parsed.data) : unprocessable(parsed.error);
  };
  const counted = (destination: string) => queue.counts((item) => item.destination === destination);
  const current = () => queue.current;
  return [
    route('POST', `${QUEUE}/enqueue_batch`, (request) =>
      withBody(EnqueueBody, request, ({ batch, prepend }) => {
        const complaints = complaintsAbout(batch.graph);
        if (complaints.length > 0) return detail(422, complaints);
        const fault = edgeFault(batch.graph);
        if (fault !== null) return json({ detail: `Unexpected error while enqueuing batch: ${fault}` }, 500);
        const room = Math.max(0, MAX_QUEUE_SIZE - queue.counts().pending);
        const { batchId, priority, requested, items } = queue.enqueue(batch, prepend, room);
        const { data, origin, destination, graph, runs } = batch;
        return json(
          {
            queue_id: 'default',
            enqueued: items.length,
            requested,
            batch: {
              batch_id: batchId,
              origin: origin ?? null,
              destination: destination ?? null,
              data: data ?? null,
              graph,
              workflow: null,
              runs,
            },
            priority,
            item_ids: items.map((item) => item.itemId).reverse(),
          },
          201,
        );
      }),
    ),
    route('GET', `${QUEUE}/status`, () => json({ queue: queue.status(), processor: processorStatus() })),
    route('GET', `${QUEUE}/current`, () => json(nullOr(current()))),
    route('GET', `${QUEUE}/next`, () => json(nullOr(queue.next()))),
    route('GET', `${QUEUE}/i/:item_id`, (request) => withItem(request, (item) => json(describeItem(item)))),
    route('DELETE', `${QUEUE}/i/:item_id`, (request) =>
      withItem(request, (item) => {
        if (!isOver(item)) queue.enter(item, 'canceled');
        queue.remove((other) => other === item);
        return json(null);
      }),
    ),
    route('PUT', `${QUEUE}/i/:item_id/cancel`, (request) =>
      withItem(request, (item) => {
        if (!isOver(item)) queue.enter(item, 'canceled');
        return json(describeItem(item));
      }),
    ),
    route('GET', `${QUEUE}/item_ids`, ({ query }) => {
      const ids = queue.items.map((item) => item.itemId);
      return json({ item_ids: query.get('order_dir') === 'ASC' ? ids : ids.reverse(), total_count: ids.length });
    }),
    route('POST', `${QUEUE}/items_by_ids`, (request) =>
      withBody(z.object({ item_ids: z.array(z.number().int()) }), request, ({ item_ids: ids }) =>
        json(ids.map((id) => queue.get(id)).flatMap((item) => (item === null ? [] : [describeItem(item)]))),
      ),
    ),
    route('GET', `${QUEUE}/list_all`, ({ query }) => {
      const destination = query.get('destination');
      return json(queue.items.filter((item) => destination === null || item.destination === destination).map(describeItem));
    }),
    route('PUT', `${QUEUE}/processor/pause`, () => {
      queue.isStarted = false;
      return json(processorStatus());
    }),
    route('PUT', `${QUEUE}/processor/resume`, () => {
      queue.isStarted = true;
      return json(processorStatus());
    }),
    route('PUT', `${QUEUE}/clear`, () => {
      queue.cancelMany(() => true);
      const deleted = queue.remove(() => true);
      context.emit('queue_cleared', () => ({ queue_id: 'default', user_id: null }));
      return json({ deleted });
    }),
    route('PUT', `${QUEUE}/prune`, () => json({ deleted: queue.remove(isOver) })),
    route('PUT', `${QUEUE}/cancel_all_except_current`, () => json({ canceled: queue.cancelMany((item) => item !== current()) })),
    route('PUT', `${QUEUE}/delete_all_except_current`, () => json({ deleted: queue.remove((item) => item.status === 'pending') })),
    route('PUT', `${QUEUE}/cancel_by_batch_ids`, (request) =>
      withBody(z.object({ batch_ids: z.array(z.string()) }), request, ({ batch_ids: ids }) =>
        json({ canceled: queue.cancelMany((item) => ids.includes(item.batchId)) }),
      ),
    ),
    route('PUT', `${QUEUE}/cancel_by_destination`, ({ query }) =>
      query.has('destination')
        ? json({ canceled: queue.cancelMany((item) => item.destination === query.get('destination')) })
        : json({ detail: [{ type: 'missing', loc: ['query', 'destination'], msg: 'Field required' }] }, 422),
    ),
    route('DELETE', `${QUEUE}/d/:destination`, ({ parts }) => {
      queue.cancelMany((item) => item.destination === parts['destination']);
      return json({ deleted: queue.remove((item) => item.destination === parts['destination']) });
    }),
    route('PUT', `${QUEUE}/retry_items_by_id`, (request) =>
      withBody(z.array(z.number().int()), request, (ids) => json({ queue_id: 'default', retried_item_ids: queue.retry(ids) })),
    ),
    route('GET', `${QUEUE}/b/:batch_id/status`, ({ parts }) => json(queue.batchStatus(parts['batch_id'] ?? ''))),
    route('GET', `${QUEUE}/counts_by_destination`, ({ query }) => {
      const destination = query.get('destination') ?? '';
      return json({ queue_id: 'default', destination, ...counted(destination) });
    }),
  ];
}

const notAnInteger = (name: string): LabAnswer =>
  detail(422, [{ type: 'int_parsing', loc: ['path', name], msg: 'Input should be a valid integer, unable to parse string as an integer' }]);

function nullOr(item: QueueItem | null): unknown {
  return item === null ? null : describeItem(item);
}

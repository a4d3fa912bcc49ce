import { randomUuid } from '../base/random.ts';
import { type InvokeAiContext, stampOf } from './context.ts';
import { type Batch, expand, type FieldValue, type Graph } from './graph.ts';
import { type ItemStatus, isOver, type QueueItem } from './queue-item.ts';

/** Rows that are over; InvokeAI keeps them all, the lab need not. */
const MAX_ROWS = 300;

export type Counts = Readonly<Record<ItemStatus | 'total', number>>;

/** The session queue: rows that outlive the process, and whether the processor takes from it. */
export class SessionQueue {
  readonly #context: InvokeAiContext;
  #items: QueueItem[] = [];
  #nextId = 501;
  isStarted = true;

  constructor(context: InvokeAiContext) {
    this.#context = context;
  }

  get items(): readonly QueueItem[] {
    return this.#items;
  }

  pending(): readonly QueueItem[] {
    return this.#items.filter((item) => item.status === 'pending');
  }

  get(itemId: number): QueueItem | null {
    return this.#items.find((item) => item.itemId === itemId) ?? null;
  }

  get current(): QueueItem | null {
    return this.#items.findLast((item) => item.status === 'in_progress') ?? null;
  }

  /** Higher priority first, then the older one; what is put in front has a higher priority. */
  next(): QueueItem | null {
    let best: QueueItem | null = null;
    for (const item of this.#items) if (item.status === 'pending' && (best === null || item.priority > best.priority)) best = item;
    return best;
  }

  counts(which: (item: QueueItem) => boolean = () => true): Counts {
    const counts = { pending: 0, in_progress: 0, waiting: 0, completed: 0, failed: 0, canceled: 0, total: 0 };
    for (const item of this.#items) {
      if (!which(item)) continue;
      counts[item.status] += 1;
      counts.total += 1;
    }
    return counts;
  }

  /** Takes in as many as there is room for. */
  enqueue(
    batch: Batch,
    prepend: boolean,
    room = Number.POSITIVE_INFINITY,
  ): { readonly batchId: string; readonly priority: number; readonly requested: number; readonly items: readonly QueueItem[] } {
    const batchId = batch.batch_id ?? randomUuid(this.#context.random);
    const pending = this.#items.filter((item) => item.status === 'pending');
    const priority = prepend ? Math.max(0, ...pending.map((item) => item.priority)) + 1 : 0;
    const wanted = expand(batch);
    const items = wanted.slice(0, room).map(({ graph, fieldValues }) =>
      this.#add({
        graph,
        fieldValues,
        batchId,
        priority,
        origin: batch.origin ?? null,
        destination: batch.destination ?? null,
        retriedFrom: null,
      }),
    );
    this.#context.emit('batch_enqueued', () => ({
      queue_id: 'default',
      batch_id: batchId,
      enqueued: items.length,
      requested: wanted.length,
      priority,
      origin: batch.origin ?? null,
      user_id: 'system',
    }));
    return { batchId, priority, requested: wanted.length, items };
  }

  /** The rows that were made in place of failed or canceled ones. */
  retry(ids: readonly number[]): readonly number[] {
    const again = ids.map((id) => this.get(id)).filter((item) => item !== null && (item.status === 'failed' || item.status === 'canceled'));
    for (const item of again)
      if (item !== null)
        this.#add({ ...item, graph: structuredClone(item.graph), priority: 0, retriedFrom: item.retriedFrom ?? item.itemId });
    const retried = again.flatMap((item) => (item === null ? [] : [item.itemId]));
    this.#context.emit('queue_items_retried', () => ({
      queue_id: 'default',
      retried_item_ids: retried,
      user_ids: ['system'],
      retried_item_ids_by_user: { system: retried },
    }));
    return retried;
  }

  enter(item: QueueItem, status: ItemStatus): void {
    item.status = status;
    item.statusSequence += 1;
    item.updatedMs = this.#context.hostNow();
    if (status === 'in_progress') item.startedMs = item.updatedMs;
    if (isOver(item)) item.completedMs = item.updatedMs;
    this.#context.emit('queue_item_status_changed', () => this.#statusEvent(item));
  }

  /** Cancels the matching jobs that are not over; bulk cancels emit no event per row. Returns their number. */
  cancelMany(which: (item: QueueItem) => boolean): number {
    const hit = this.#items.filter((item) => !isOver(item) && which(item));
    for (const item of hit) {
      item.status = 'canceled';
      item.statusSequence += 1;
      item.updatedMs = this.#context.hostNow();
      item.completedMs = item.updatedMs;
    }
    this.#context.emit('queue_items_canceled', () => {
      const ids = hit.map((item) => item.itemId);
      return { queue_id: 'default', canceled_item_ids: ids, user_ids: ['system'], canceled_item_ids_by_user: { system: ids } };
    });
    return hit.length;
  }

  /** Deletes rows; returns how many. */
  remove(which: (item: QueueItem) => boolean): number {
    const before = this.#items.length;
    this.#items = this.#items.filter((item) => !which(item));
    return before - this.#items.length;
  }

  /** As at a start of the process: jobs in progress are canceled without an error, waiting jobs continue at once. */
  restarted(): void {
    this.isStarted = true;
    for (const item of this.#items) {
      if (item.status !== 'in_progress') continue;
      item.status = 'canceled';
      item.statusSequence += 1;
      item.updatedMs = this.#context.hostNow();
      item.completedMs = item.updatedMs;
    }
  }

  base(item: QueueItem): Readonly<Record<string, unknown>> {
    return {
      timestamp: Math.floor(this.#context.hostNow() / 1000),
      queue_id: 'default',
      item_id: item.itemId,
      batch_id: item.batchId,
      origin: item.origin,
      destination: item.destination,
      user_id: 'system',
    };
  }

  status(): Readonly<Record<string, unknown>> {
    const current = this.current;
    return {
      queue_id: 'default',
      item_id: current?.itemId ?? null,
      batch_id: current?.batchId ?? null,
      session_id: current?.sessionId ?? null,
      ...this.counts(),
      user_pending: null,
      user_in_progress: null,
    };
  }

  batchStatus(batchId: string): Readonly<Record<string, unknown>> {
    const first = this.#items.find((item) => item.batchId === batchId);
    const counts = this.counts((item) => item.batchId === batchId);
    return { queue_id: 'default', batch_id: batchId, origin: first?.origin ?? null, destination: first?.destination ?? null, ...counts };
  }

  #statusEvent(item: QueueItem): Readonly<Record<string, unknown>> {
    return {
      ...this.base(item),
      status: item.status,
      status_sequence: item.statusSequence,
      error_type: item.error?.type ?? null,
      error_message: item.error?.message ?? null,
      error_traceback: item.error?.traceback ?? null,
      created_at: stampOf(item.createdMs),
      updated_at: stampOf(item.updatedMs),
      started_at: item.startedMs === null ? null : stampOf(item.startedMs),
      completed_at: item.completedMs === null ? null : stampOf(item.completedMs),
      session_id: item.sessionId,
      batch_status: this.batchStatus(item.batchId),
      queue_status: this.status(),
    };
  }

  #add(o: {
    readonly graph: Graph;
    readonly fieldValues: readonly FieldValue[] | null;
    readonly batchId: string;
    readonly priority: number;
    readonly origin: string | null;
    readonly destination: string | null;
    readonly retriedFrom: number | null;
  }): QueueItem {
    const nowMs = this.#context.hostNow();
    const item: QueueItem = {
      itemId: this.#nextId,
      batchId: o.batchId,
      sessionId: randomUuid(this.#context.random),
      origin: o.origin,
      destination: o.destination,
      priority: o.priority,
      createdMs: nowMs,
      graph: o.graph,
      fieldValues: o.fieldValues,
      retriedFrom: o.retriedFrom,
      status: 'pending',
      statusSequence: 1,
      updatedMs: nowMs,
      startedMs: null,
      completedMs: null,
      error: null,
      prepared: new Map(),
      results: new Map(),
    };
    this.#nextId += 1;
    this.#items.push(item);
    const over = this.#items.length > MAX_ROWS ? this.#items.findIndex(isOver) : -1;
    if (over >= 0) this.#items.splice(over, 1);
    return item;
  }
}

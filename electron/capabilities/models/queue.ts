import type { BackendQueue, QueueJob } from '../../../shared/capabilities/models/contract.ts';
import { lookup } from '../../../shared/lookup.ts';
import { isRecord } from '../../../shared/record.ts';
import { type QueueItem, queuePath, readQueueItem, readQueueStatus } from '../backends/invokeai.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { countOf, listOf } from '../backends/values.ts';

/**
 * InvokeAI's queue now: counts, what runs, and what comes next. `onCurrent` gets what runs as it was read. Throws what the client throws
 * for the counts.
 */
export async function readQueue(
  client: JsonClient,
  signal: AbortSignal,
  onCurrent: (document: unknown) => void = () => {},
): Promise<Omit<BackendQueue, 'isStalled'>> {
  const status = readQueueStatus(await client.json({ path: queuePath('status'), signal }));
  const get = (path: string, seen: (document: unknown) => void = () => {}) =>
    client.json({ path: queuePath(path), signal }).then(
      (document) => {
        seen(document);
        return readQueueItem(document);
      },
      () => null,
    );
  // Whole graphs come with every job: only the two relevant fields are requested.
  const [current, next] = await Promise.all([
    status.inProgress === 0 ? Promise.resolve(null) : get('current', onCurrent),
    status.pending === 0 ? Promise.resolve(null) : get('next'),
  ]);
  const { isProcessing: _isProcessing, ...counts } = status;
  return {
    ...counts,
    current: current === null ? null : jobOf(current),
    next: next === null ? [] : [jobOf(next)],
  };
}

/** Jobs of the past whose models are read; each comes with its whole graph. */
const PAST_JOBS = 20;

/** The newest jobs that have ended, as InvokeAI reports them; none before 6.7. Never throws. */
export async function readPastJobs(client: JsonClient, signal: AbortSignal): Promise<readonly unknown[]> {
  try {
    const listed = await client.json({ path: queuePath('item_ids?order_dir=DESC'), signal });
    const ids = isRecord(listed) && Array.isArray(listed['item_ids']) ? listed['item_ids'] : [];
    const newest = ids.slice(0, PAST_JOBS).flatMap((id) => countOf(id) ?? []);
    if (newest.length === 0) return [];
    return listOf(await client.json({ method: 'POST', path: queuePath('items_by_ids'), body: { item_ids: newest }, signal }));
  } catch {
    return [];
  }
}

const FROM: Readonly<Record<string, string>> = {
  'panel-playground': 'this Playground',
  'openai-images': 'the images shim',
  gallery: 'InvokeAI’s web page',
  canvas: 'InvokeAI’s web page',
};

function jobOf(item: QueueItem): QueueJob {
  return {
    itemId: item.itemId,
    prompt: item.prompt,
    from: lookup(FROM, item.destination) ?? item.destination ?? item.origin,
    startedAt: item.startedAt,
  };
}

/** A worker that lives takes the next job at once, or in a second while it cleans up. */
const STALLED_AFTER_MS = 5_000;

/** Notices a queue whose jobs wait although nothing keeps them waiting. */
export class StallWatch {
  #waitingSinceMs: number | null = null;

  /** The queue as read at `nowMs` of a monotonic clock, with whether it has stalled. */
  mark(queue: Omit<BackendQueue, 'isStalled'>, nowMs: number): BackendQueue {
    // A job that runs may be one that cannot be read.
    const isRunning = queue.current !== null || (queue.inProgress ?? 0) > 0;
    const isWaiting = !isRunning && (queue.pending ?? 0) > 0 && queue.isStarted !== false;
    this.#waitingSinceMs = isWaiting ? (this.#waitingSinceMs ?? nowMs) : null;
    return { ...queue, isStalled: this.#waitingSinceMs !== null && nowMs - this.#waitingSinceMs >= STALLED_AFTER_MS };
  }
}

import { type QueueItem, queuePath, readQueueItem, readQueueStatus } from '../backends/invokeai.ts';
import type { InvokeAiEvent, InvokeAiLine } from '../backends/invokeai-events.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { isRecord } from '../backends/values.ts';

const LOOKED_BACK = 6;

export interface Progress {
  readonly said: string;
  readonly ahead: number | null;
  readonly share: number | null;
  readonly preview: string | null;
}

/** What the backend itself tells of a run, whichever way it went: its jobs are known by their seeds. */
export interface Follower {
  /** The jobs of this run as they are now, in the order of its pictures; empty where InvokeAI does not tell. */
  jobs(): Promise<readonly QueueItem[]>;
  stop(): void;
}

/** Follows the jobs in InvokeAI's queue whose seeds are these. Says nothing where InvokeAI cannot be heard. */
export function followSeeds(o: {
  readonly client: JsonClient;
  readonly line: InvokeAiLine;
  readonly seeds: readonly number[];
  readonly onProgress: (progress: Progress) => void;
}): Follower {
  const { client, seeds } = o;
  const items = new Map<number, QueueItem>();
  const places = new Map<number, number>();
  const strangers = new Set<number>();
  let isStopped = false;

  const look = async (itemId: number): Promise<void> => {
    const item = readQueueItem(await client.json({ path: queuePath(`i/${itemId}`) }).catch(() => null));
    if (item === null) return;
    const place = seeds.indexOf(item.seed ?? -1);
    if (place < 0) {
      strangers.add(itemId);
      return;
    }
    places.set(itemId, place);
    items.set(place, item);
    if (item.status === 'pending' && !isStopped) await sayWaiting(client, itemId, o.onProgress);
  };
  const onEvent = (event: InvokeAiEvent): void => {
    if (event.kind === 'item' || event.kind === 'progress') {
      const isKnown = places.has(event.itemId) || strangers.has(event.itemId);
      if (event.kind === 'item' ? !strangers.has(event.itemId) : !isKnown) void look(event.itemId);
    }
    if (event.kind === 'progress' && places.has(event.itemId)) {
      const place = places.get(event.itemId) ?? 0;
      const which = seeds.length > 1 ? ` picture ${place + 1} of ${seeds.length}` : '';
      const percent = event.share === null ? '' : `, ${Math.round(event.share * 100)} %`;
      o.onProgress({ said: `${event.message}${which}${percent}`, ahead: 0, share: event.share, preview: event.preview });
    }
    // Somebody else's job changed: ours may have moved up.
    if (event.kind === 'item' && strangers.has(event.itemId)) {
      const waiting = [...items.values()].find((item) => item.status === 'pending');
      if (waiting !== undefined) void sayWaiting(client, waiting.itemId, o.onProgress);
    }
  };
  const stopListening = o.line.onEvent(onEvent);
  return {
    jobs: async () => {
      const known = [...places.keys()];
      const newest = known.length < seeds.length ? await newestIds(client, seeds.length + LOOKED_BACK) : [];
      await Promise.all([...new Set([...known, ...newest])].filter((itemId) => !strangers.has(itemId)).map(look));
      return seeds.flatMap((_seed, place) => items.get(place) ?? []);
    },
    stop: () => {
      isStopped = true;
      stopListening();
    },
  };
}

/** The newest jobs of the queue; none before 6.7, which cannot tell them cheaply. */
async function newestIds(client: JsonClient, count: number): Promise<readonly number[]> {
  const document = await client.json({ path: queuePath('item_ids?order_dir=DESC') }).catch(() => null);
  const ids = isRecord(document) && Array.isArray(document['item_ids']) ? document['item_ids'] : [];
  return ids.filter((id): id is number => typeof id === 'number').slice(0, count);
}

/** How many jobs run or wait in front, as far as the counts say. */
async function sayWaiting(client: JsonClient, itemId: number, say: (progress: Progress) => void): Promise<void> {
  const [status, current] = await Promise.all([
    client.json({ path: queuePath('status') }).catch(() => null),
    client.json({ path: queuePath('current') }).catch(() => null),
  ]);
  const { pending, inProgress, isStarted } = readQueueStatus(status);
  if (readQueueItem(current)?.itemId === itemId) return;
  const ahead = pending === null || inProgress === null ? null : Math.max(0, pending - 1 + inProgress);
  const waiting = ahead === null ? 'Waiting in the queue' : `Waiting in the queue, ${ahead} ahead`;
  say({ said: isStarted === false ? 'The queue of InvokeAI is paused' : waiting, ahead, share: null, preview: null });
}

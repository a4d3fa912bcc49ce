import type { Agent } from 'node:http';
import { createInvokeAiClient, type QueueItem, queuePath, readQueueItem, readQueueStatus } from '../backends/invokeai.ts';
import { type InvokeAiEvent, listenToInvokeAi } from '../backends/invokeai-events.ts';
import type { JsonClient } from '../backends/json-client.ts';

export interface Progress {
  readonly said: string;
  readonly ahead: number | null;
  readonly share: number | null;
  readonly preview: string | null;
}

/** What the backend itself tells of a run that went another way: its job is known by its seed. */
export interface Follower {
  /** The jobs of this run that were seen, by the picture's place in it. */
  readonly items: ReadonlyMap<number, QueueItem>;
  stop(): void;
}

/** Follows the jobs in InvokeAI's queue whose seeds are these. Says nothing where InvokeAI cannot be heard. */
export function followSeeds(o: {
  readonly agent: Agent;
  readonly seeds: readonly number[];
  readonly onProgress: (progress: Progress) => void;
  /** Of InvokeAI as the host numbers it. */
  readonly port: number;
}): Follower {
  const client = createInvokeAiClient(o.agent, o.port);
  const items = new Map<number, QueueItem>();
  const places = new Map<number, number>();
  const strangers = new Set<number>();
  let isStopped = false;

  const look = async (itemId: number): Promise<void> => {
    const item = readQueueItem(await client.json({ path: queuePath(`i/${itemId}`) }).catch(() => null));
    if (item === null || isStopped) return;
    const place = o.seeds.indexOf(item.seed ?? -1);
    if (place < 0) {
      strangers.add(itemId);
      return;
    }
    places.set(itemId, place);
    items.set(place, item);
    if (item.status === 'pending') await sayWaiting(client, itemId, o.onProgress);
  };
  const onEvent = (event: InvokeAiEvent): void => {
    if (isStopped) return;
    if (event.kind === 'item' && !strangers.has(event.itemId)) void look(event.itemId);
    if (event.kind === 'progress' && places.has(event.itemId)) {
      const place = places.get(event.itemId) ?? 0;
      const which = o.seeds.length > 1 ? ` picture ${place + 1} of ${o.seeds.length}` : '';
      const percent = event.share === null ? '' : `, ${Math.round(event.share * 100)} %`;
      o.onProgress({ said: `${event.message}${which}${percent}`, ahead: 0, share: event.share, preview: event.preview });
    }
    // Somebody else's job ended: ours moved up.
    if (event.kind === 'item' && strangers.has(event.itemId)) {
      const waiting = [...items.values()].find((item) => item.status === 'pending');
      if (waiting !== undefined) void sayWaiting(client, waiting.itemId, o.onProgress);
    }
  };
  const stopListening = listenToInvokeAi(o.agent, onEvent, o.port);
  return {
    items,
    stop: () => {
      isStopped = true;
      stopListening();
      client.close();
    },
  };
}

/** How many jobs run or wait in front, as far as the counts say. */
async function sayWaiting(client: JsonClient, itemId: number, say: (progress: Progress) => void): Promise<void> {
  const [status, ids] = await Promise.all([
    client.json({ path: queuePath('status') }).catch(() => null),
    client.json({ path: queuePath('current') }).catch(() => null),
  ]);
  const { pending, inProgress, isStarted } = readQueueStatus(status);
  const current = readQueueItem(ids);
  if (current?.itemId === itemId) return;
  const ahead = pending === null || inProgress === null ? null : Math.max(0, pending - 1 + inProgress);
  const words =
    isStarted === false
      ? 'The queue of InvokeAI is paused'
      : ahead === null
        ? 'Waiting in the queue'
        : `Waiting in the queue, ${ahead} ahead`;
  say({ said: words, ahead, share: null, preview: null });
}

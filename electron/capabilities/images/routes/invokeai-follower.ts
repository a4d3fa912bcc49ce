import type { RouteId, RunStage } from '../../../../shared/capabilities/images/contract.ts';
import { isRecord } from '../../../../shared/record.ts';
import { type QueueItem, queuePath, readQueueItem, readQueueStatus } from '../../backends/invokeai.ts';
import type { InvokeAiEvent, InvokeAiEvents } from '../../backends/invokeai-events.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { textOf } from '../../backends/values.ts';
import { drawablePreview } from '../preview.ts';
import { DESTINATION } from './invokeai-queue.ts';
import type { Progress } from './route.ts';

const LOOKED_BACK = 6;
const CANCEL_TIMEOUT_MS = 10_000;

/** Facts that the backend itself reports of a run on any route: its jobs are known by their seeds. */
export interface Follower {
  /** The jobs of this run as they are now, in the order of its images; empty where InvokeAI does not report them. */
  jobs(): Promise<readonly QueueItem[]>;
  /** Cancels the jobs of this run in InvokeAI, now and as they appear; `report` is called with those known, as InvokeAI last reported them. */
  cancel(report: (jobs: readonly QueueItem[]) => void): Promise<void>;
  stop(): void;
}

const TRANSFER: Progress = { stage: 'transfer', message: 'Transferring', ahead: 0, share: 1, step: null, preview: null };

/** By InvokeAI's own messages: only denoising reports a share. */
function stageOf(message: string, share: number | null): RunStage {
  if (/^loading model/i.test(message)) return /\(vae\)/i.test(message) ? 'decoding' : 'loading';
  if (/\b(vae|decod)/i.test(message)) return 'decoding';
  return share !== null || /denois/i.test(message) ? 'generating' : 'preparing';
}

const isOpen = ({ status }: QueueItem): boolean => status === 'pending' || status === 'in_progress' || status === 'waiting';

/** Follows the jobs in InvokeAI's queue whose seeds are these. Says nothing where InvokeAI cannot be heard. */
export function followSeeds(o: {
  readonly client: JsonClient;
  readonly events: InvokeAiEvents;
  readonly seeds: readonly number[];
  /** As requested; InvokeAI reports shares of them. */
  readonly steps: number;
  /** Whether a job with one of the seeds is really of this run: a seed alone may be anybody's. */
  readonly isOurs?: (item: QueueItem) => boolean;
  /** Batches of other runs, which may have the same seeds and be seconds old; those of this run are added. */
  readonly takenBatches?: Set<string>;
  readonly onProgress: (progress: Progress) => void;
}): Follower {
  const { client, seeds, isOurs = () => true, takenBatches = new Set<string>() } = o;
  const items = new Map<number, QueueItem>();
  const places = new Map<number, number>();
  const strangers = new Set<number>();
  const ownBatches = new Set<string>();
  const previews = new Map<number, string | null>();
  let isStopped = false;
  let onCancelled: ((jobs: readonly QueueItem[]) => void) | null = null;

  const known = (): readonly QueueItem[] => seeds.flatMap((_seed, place) => items.get(place) ?? []);
  const check = async (itemId: number): Promise<void> => {
    const item = readQueueItem(await client.json({ path: queuePath(`i/${itemId}`) }).catch(() => null));
    if (item === null) return;
    const place = seeds.indexOf(item.seed ?? -1);
    const isOfOther = item.batchId !== null && takenBatches.has(item.batchId) && !ownBatches.has(item.batchId);
    if (place < 0 || isOfOther || !isOurs(item)) {
      strangers.add(itemId);
      return;
    }
    if (item.batchId !== null) {
      ownBatches.add(item.batchId);
      takenBatches.add(item.batchId);
    }
    places.set(itemId, place);
    items.set(place, item);
    if (onCancelled !== null) await cancelItem(item, place);
    else if (isStopped) return;
    else if (item.status === 'pending') await reportWaiting(client, itemId, o.onProgress);
    else if (known().filter(({ status }) => status === 'completed').length === seeds.length) o.onProgress(TRANSFER);
  };
  const cancelItem = async (item: QueueItem, place: number): Promise<void> => {
    if (isStopped || !isOpen(item)) return onCancelled?.(known());
    const path = queuePath(`i/${item.itemId}/cancel`);
    const reply = await client.json({ method: 'PUT', path, timeoutMs: CANCEL_TIMEOUT_MS }).catch(() => null);
    items.set(place, readQueueItem(reply) ?? item);
    onCancelled?.(known());
  };
  const onEvent = (event: InvokeAiEvent): void => {
    if (event.kind === 'queue') for (const { itemId } of [...items.values()].filter(isOpen)) void check(itemId);
    if (event.kind === 'item' || event.kind === 'progress') {
      const isKnown = places.has(event.itemId) || strangers.has(event.itemId);
      if (event.kind === 'item' ? !strangers.has(event.itemId) : !isKnown) void check(event.itemId);
    }
    if (event.kind === 'progress' && places.has(event.itemId)) {
      const place = places.get(event.itemId) ?? 0;
      const which = seeds.length > 1 ? ` image ${place + 1} of ${seeds.length}` : '';
      const percent = event.share === null ? '' : `, ${Math.round(event.share * 100)} %`;
      // Between the steps InvokeAI sends messages without an image.
      previews.set(place, drawablePreview(event.preview) ?? previews.get(place) ?? null);
      const stage = stageOf(event.message, event.share);
      o.onProgress({
        stage,
        message: `${event.message}${which}${percent}`,
        ahead: 0,
        share: (place + (stage === 'decoding' ? 1 : (event.share ?? 0))) / seeds.length,
        step: stage === 'generating' && event.share !== null ? { at: Math.round(event.share * o.steps), of: o.steps } : null,
        preview: previews.get(place) ?? null,
      });
    }
    // Another client's job changed: the jobs of this run may have moved up.
    if (event.kind === 'item' && strangers.has(event.itemId)) {
      const waiting = [...items.values()].find((item) => item.status === 'pending');
      if (waiting !== undefined) void reportWaiting(client, waiting.itemId, o.onProgress);
    }
  };
  const checkAll = async (): Promise<void> => {
    const found = [...places.keys()];
    const newest = found.length < seeds.length ? await newestIds(client, seeds.length + LOOKED_BACK) : [];
    await Promise.all([...new Set([...found, ...newest])].filter((itemId) => !strangers.has(itemId)).map(check));
  };
  const stopListening = o.events.onEvent(onEvent);
  return {
    jobs: async () => {
      await checkAll();
      return known();
    },
    cancel: async (report) => {
      onCancelled = report;
      await checkAll();
      report(known());
    },
    stop: () => {
      isStopped = true;
      onCancelled = null;
      stopListening();
    },
  };
}

/** How far the clocks and the roundings of two machines may be apart. */
const CLOCK_TOLERANCE_MS = 5_000;
const SHIM_ORIGIN = 'openai-images-shim';

/** Whether a job with a run's seed can be of that run: its prompt, who put it into the queue, and not older than the run. */
export function isOfRun(
  item: QueueItem,
  o: { readonly route: RouteId; readonly prompt: string /** By the host's clock; null = not known. */; readonly sinceMs: number | null },
): boolean {
  const isShims = item.destination === 'openai-images' || (item.origin ?? '').startsWith(SHIM_ORIGIN);
  if (o.route === 'backend' ? item.destination !== DESTINATION : !isShims) return false;
  if (item.prompt !== null && item.prompt.trim() !== textOf(o.prompt)?.trim()) return false;
  return o.sinceMs === null || item.createdAt === null || item.createdAt >= o.sinceMs - CLOCK_TOLERANCE_MS;
}

/** The newest jobs of the queue; none before 6.7, where the query is expensive. */
async function newestIds(client: JsonClient, count: number): Promise<readonly number[]> {
  const document = await client.json({ path: queuePath('item_ids?order_dir=DESC') }).catch(() => null);
  const ids = isRecord(document) && Array.isArray(document['item_ids']) ? document['item_ids'] : [];
  return ids.filter((id): id is number => typeof id === 'number').slice(0, count);
}

/** How many jobs run or wait in front, as far as the counts say. */
async function reportWaiting(client: JsonClient, itemId: number, say: (progress: Progress) => void): Promise<void> {
  const [status, current] = await Promise.all([
    client.json({ path: queuePath('status') }).catch(() => null),
    client.json({ path: queuePath('current') }).catch(() => null),
  ]);
  const { pending, inProgress, isStarted } = readQueueStatus(status);
  if (readQueueItem(current)?.itemId === itemId) return;
  const ahead = pending === null || inProgress === null ? null : Math.max(0, pending - 1 + inProgress);
  const waiting = ahead === null ? 'Waiting in the queue' : `Waiting in the queue, ${ahead} ahead`;
  say({
    stage: 'queued',
    message: isStarted === false ? 'InvokeAI’s queue is paused' : waiting,
    ahead,
    share: null,
    step: null,
    preview: null,
  });
}

import { formatDurationShort } from '../../../../shared/format.ts';
import { isRecord } from '../../../../shared/record.ts';
import { type QueueItem, queuePath, readQueueItem, readQueueStatus } from '../../backends/invokeai.ts';
import { byHand, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { backendCheck, optionalJson, withJson } from './backend-check.ts';
import { BACKEND_TEXT as TEXT } from './backend-text.ts';
import { jsonIn } from './judge-reply.ts';

const NAME = 'InvokeAI';
/** The images shim gives a job up after 300 s. */
const LONG_MS = 300_000;
/** A worker that lives takes the next job at once. */
const STALLED_MS = 15_000;
const NEWEST = 10;
/** Whole graphs come with the jobs. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The queue of InvokeAI. */
export const QUEUE_CHECKS: readonly Check[] = [
  backendCheck(
    'invokeai',
    {
      id: 'invokeai-queue',
      title: 'Queue of InvokeAI',
      about: 'The queue runs, no job takes longer than 300 s, and none waits while nothing runs.',
    },
    checkQueue,
  ),
  backendCheck(
    'invokeai',
    { id: 'invokeai-failed-jobs', title: 'Failed jobs of InvokeAI', about: `The newest two of the last ${NEWEST} jobs did not fail.` },
    checkFailed,
  ),
];

async function checkQueue(sources: CheckSources): Promise<Finding> {
  const path = queuePath('status');
  return await withJson(NAME, `GET ${path}`, await sources.http('invokeai', { path }), async (document, evidence) => {
    const { pending, inProgress, isStarted } = readQueueStatus(document);
    if (pending === null || inProgress === null || isStarted === null) {
      return unknown(TEXT.notReported('The state of the queue'), byHand(TEXT.refresh), evidence);
    }
    if (!isStarted) {
      return pending > 0
        ? fail(TEXT.pausedWaiting(pending), byHand(TEXT.resume), evidence)
        : warn(TEXT.paused, byHand(TEXT.resume), evidence);
    }
    const ageOf = (at: number | null): number | null => (at === null ? null : sources.nowMs + sources.host.clock().offsetMs - at);
    if (inProgress > 0) {
      const current = readQueueItem(await optionalJson(sources, 'invokeai', queuePath('current')));
      const ageMs = ageOf(current?.startedAt ?? null);
      // It may have ended between the two replies.
      if (ageMs === null) return pass(TEXT.working('an unknown time', pending), evidence);
      const line = describeJob(current);
      if (ageMs > LONG_MS) return fail(TEXT.stuckFor(formatDurationShort(ageMs), pending), byHand(TEXT.cancel), line, evidence);
      return pass(TEXT.working(formatDurationShort(ageMs), pending), line, evidence);
    }
    if (pending === 0) return pass(TEXT.idle, evidence);
    const next = readQueueItem(await optionalJson(sources, 'invokeai', queuePath('next')));
    const waitedMs = ageOf(next?.createdAt ?? null);
    if (waitedMs === null || waitedMs < STALLED_MS) return pass(TEXT.working('less than 15 s', pending), evidence);
    return fail(TEXT.stalled(pending, formatDurationShort(waitedMs)), byHand(TEXT.restart(NAME)), describeJob(next), evidence);
  });
}

const describeJob = (item: QueueItem | null): string | null =>
  item === null ? null : `job ${item.itemId}: ${item.status}, from ${item.destination ?? item.origin ?? 'unknown'}`;

async function checkFailed(sources: CheckSources): Promise<Finding> {
  const listed = await optionalJson(sources, 'invokeai', queuePath('item_ids?order_dir=DESC'));
  const ids: unknown = isRecord(listed) ? listed['item_ids'] : null;
  if (!Array.isArray(ids)) return unknown(TEXT.notReported('The list of jobs'), byHand(TEXT.refresh));
  const newest = ids.filter((id) => Number.isSafeInteger(id)).slice(0, NEWEST);
  if (newest.length === 0) return pass(TEXT.noFailed(0));
  const reply = await sources.http('invokeai', {
    method: 'POST',
    path: queuePath('items_by_ids'),
    body: { item_ids: newest },
    maxBytes: MAX_BYTES,
  });
  const read: unknown = reply.status === 200 ? jsonIn(reply.body, MAX_BYTES) : null;
  if (!Array.isArray(read)) return unknown(TEXT.notReported('The list of jobs'), byHand(TEXT.refresh));
  const over = read
    .flatMap((item) => readQueueItem(item) ?? [])
    .filter(({ status }) => status === 'completed' || status === 'failed')
    .toSorted((a, b) => b.itemId - a.itemId);
  const failed = over.filter(({ status }) => status === 'failed');
  const evidence = failed.map((item) => `job ${item.itemId}: ${item.error?.type ?? 'failed'}: ${item.error?.message ?? 'no message'}`);
  if (failed.length === 0) return pass(TEXT.noFailed(over.length), ...over.slice(0, 3).map(describeJob));
  const [last, ...before] = over;
  // One job that fails may have had a fault of its own, as too large a size.
  const isLasting = last?.status === 'failed' && (before.length === 0 || before[0]?.status === 'failed');
  if (!isLasting) return pass(TEXT.fewFailed(failed.length, over.length), ...evidence);
  return warn(TEXT.failed(failed.length, over.length, last.error?.message ?? 'no message'), byHand(TEXT.seeFailed), ...evidence);
}

import { toPanelError } from '../../../../shared/errors.ts';
import { isRecord } from '../../../../shared/record.ts';
import { queuePath } from '../../backends/invokeai.ts';
import type { InvokeAiLine } from '../../backends/invokeai-events.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { countOf } from '../../backends/values.ts';
import type { BatchNotes } from './invokeai-queue.ts';

const TRY_AGAIN_MS = 5_000;
const CANCEL_TIMEOUT_MS = 10_000;
/** More are not remembered: nobody starts so many runs without InvokeAI. */
const MAX_REMEMBERED = 100;

/** What InvokeAI answered to a cancel; `later` = it could not be reached, and is asked again. */
export type CancelAnswer =
  | { readonly kind: 'answered'; readonly canceled: number | null }
  | { readonly kind: 'later'; readonly why: string };

/** The batches that this panel has in InvokeAI's queue. The queue outlives connections and restarts, so they are remembered until they ended. */
export interface OpenJobs {
  /** To be called before the batch is sent: an answer that is lost leaves a job all the same. */
  opened(batchId: string): void;
  ended(batchId: string): void;
  /** Cancels them, at once or as soon as InvokeAI answers; `report` is called with every answer. */
  cancel(batchIds: readonly string[], report: (answer: CancelAnswer) => void): Promise<void>;
  stop(): void;
}

/** Batches that were open when the panel ended are cancelled first: nobody waits for them. `save` is called with each change. */
export function createOpenJobs(o: {
  readonly client: JsonClient;
  readonly line: InvokeAiLine;
  readonly left: readonly string[];
  readonly save: (batchIds: readonly string[]) => void;
}): OpenJobs {
  const open = new Set(o.left.slice(-MAX_REMEMBERED));
  const due = new Map<string, ((answer: CancelAnswer) => void) | null>([...open].map((batchId) => [batchId, null]));
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isStopped = false;
  const save = (): void => o.save([...open].slice(-MAX_REMEMBERED));

  const sendCancel = async (batchIds: readonly string[], report: ((answer: CancelAnswer) => void) | null): Promise<void> => {
    try {
      const path = queuePath('cancel_by_batch_ids');
      const reply = await o.client.json({ method: 'PUT', path, body: { batch_ids: batchIds }, timeoutMs: CANCEL_TIMEOUT_MS });
      for (const batchId of batchIds) {
        due.delete(batchId);
        open.delete(batchId);
      }
      save();
      report?.({ kind: 'answered', canceled: isRecord(reply) ? countOf(reply['canceled']) : null });
    } catch (thrown) {
      report?.({ kind: 'later', why: toPanelError(thrown).message });
      if (!isStopped && timer === null) {
        timer = setTimeout(() => void retry(), TRY_AGAIN_MS);
        timer.unref();
      }
    }
  };
  const retry = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const groups = new Map<((answer: CancelAnswer) => void) | null, string[]>();
    for (const [batchId, report] of due) groups.set(report, [...(groups.get(report) ?? []), batchId]);
    for (const [report, batchIds] of groups) await sendCancel(batchIds, report);
  };
  const stopListening = o.line.onEvent((event) => {
    if (event.kind === 'line' && event.isUp && due.size > 0) void retry();
  });
  if (due.size > 0) void retry();
  return {
    opened: (batchId) => {
      open.add(batchId);
      save();
    },
    ended: (batchId) => {
      if (open.delete(batchId)) save();
    },
    cancel: async (batchIds, report) => {
      const wanted = batchIds.filter((batchId) => open.has(batchId));
      if (wanted.length === 0) return report({ kind: 'answered', canceled: 0 });
      for (const batchId of wanted) due.set(batchId, report);
      await sendCancel(wanted, report);
    },
    stop: () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      stopListening();
    },
  };
}

/** What a run reports of its batches, for {@link OpenJobs}; the ids are added to `batchIds` as well. */
export function trackBatches(openJobs: OpenJobs, batchIds: string[]): BatchNotes {
  return {
    opened: (batchId) => {
      batchIds.push(batchId);
      openJobs.opened(batchId);
    },
    ended: openJobs.ended,
    abandoned: (batchId) => void openJobs.cancel([batchId], () => {}),
  };
}

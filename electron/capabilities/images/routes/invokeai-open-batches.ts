import { isRecord } from '../../../../shared/record.ts';
import { queuePath } from '../../backends/invokeai.ts';
import type { InvokeAiEvents } from '../../backends/invokeai-events.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { countOf } from '../../backends/values.ts';
import { createOpenJobs, type OpenJobs } from './open-jobs.ts';

const CANCEL_TIMEOUT_MS = 10_000;

/** How many jobs InvokeAI cancelled; null = it did not report it. */
export interface BatchesCancelled {
  readonly kind: 'answered';
  readonly canceled: number | null;
}

/** The batches of this panel in InvokeAI's queue. */
export function createOpenBatches(o: {
  readonly client: JsonClient;
  readonly events: Pick<InvokeAiEvents, 'onEvent'>;
  readonly left: readonly string[];
  readonly save: (batchIds: readonly string[]) => void;
}): OpenJobs<BatchesCancelled> {
  return createOpenJobs<BatchesCancelled>({
    left: o.left,
    save: o.save,
    cancel: async (batchIds) => {
      const path = queuePath('cancel_by_batch_ids');
      const reply = await o.client.json({ method: 'PUT', path, body: { batch_ids: batchIds }, timeoutMs: CANCEL_TIMEOUT_MS });
      return { kind: 'answered', canceled: isRecord(reply) ? countOf(reply['canceled']) : null };
    },
    noneLeft: { kind: 'answered', canceled: 0 },
    onReachable: (listener) =>
      o.events.onEvent((event) => {
        if (event.kind === 'line' && event.isUp) listener();
      }),
  });
}

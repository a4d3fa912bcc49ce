import { INVOKEAI_QUEUE } from '../../../shared/series-kinds.ts';
import type { HistoryStore } from '../history/source.ts';
import type { Models } from './types.ts';

/** Stores how many jobs run and wait at every reading of InvokeAI's queue. */
export function recordQueue(o: {
  readonly hostId: string;
  readonly models: Pick<Models, 'onChange'>;
  readonly history: Pick<HistoryStore, 'append'>;
}): void {
  let storedAt = 0;
  o.models.onChange(({ phase, queue, takenAt }) => {
    // The state also changes between two readings of the queue.
    if (phase.kind !== 'live' || queue === null || takenAt === null || takenAt <= storedAt) return;
    storedAt = takenAt;
    const row = Float64Array.of(takenAt, queue.inProgress ?? Number.NaN, queue.pending ?? Number.NaN);
    o.history.append({ hostId: o.hostId, kind: 'queue', subject: INVOKEAI_QUEUE }, row);
  });
}

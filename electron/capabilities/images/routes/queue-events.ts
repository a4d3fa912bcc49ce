import type { InvokeAiEvents } from '../../backends/invokeai-events.ts';

/** Waits for the next event of InvokeAI's queue. */
export interface QueueEvents {
  next(): Promise<void>;
  stop(): void;
}

/** Counts changes of jobs and of the whole queue, and the return of the event socket. */
export function createQueueEvents(events: Pick<InvokeAiEvents, 'onEvent'>): QueueEvents {
  let waiting: (() => void)[] = [];
  const stop = events.onEvent(({ kind }) => {
    if (kind !== 'item' && kind !== 'queue' && kind !== 'line') return;
    const listeners = waiting;
    waiting = [];
    for (const notify of listeners) notify();
  });
  return {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    stop,
  };
}

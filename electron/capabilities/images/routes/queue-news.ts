import type { InvokeAiLine } from '../../backends/invokeai-events.ts';

/** Lets somebody wait for the next news about InvokeAI's queue. */
export interface QueueNews {
  next(): Promise<void>;
  stop(): void;
}

/** News are changes of jobs and of the whole queue, and the line to InvokeAI coming back. */
export function queueNews(line: Pick<InvokeAiLine, 'onEvent'>): QueueNews {
  let waiting: (() => void)[] = [];
  const stop = line.onEvent(({ kind }) => {
    if (kind !== 'item' && kind !== 'queue' && kind !== 'line') return;
    const told = waiting;
    waiting = [];
    for (const tell of told) tell();
  });
  return {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    stop,
  };
}

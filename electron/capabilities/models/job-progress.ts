import type { QueueProgress } from '../../../shared/capabilities/models/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { InvokeAiEvent } from '../backends/invokeai-events.ts';

/** How far InvokeAI's current job is. */
export interface JobProgress {
  receive(event: InvokeAiEvent): void;
  /** Whether progress is reported; that of the current job is reported at once. */
  follow(isFollowed: boolean): void;
  /** Null = the job ended. */
  onProgress(listener: (progress: QueueProgress | null) => void): () => void;
}

/** Reports progress only while it is followed and `isWindowShown`: each preview is some 50 KB. */
export function createJobProgress(isWindowShown: () => boolean): JobProgress {
  const changes = createEmitter<QueueProgress | null>();
  let progress: QueueProgress | null = null;
  let isFollowed = false;
  const report = (): void => {
    if (isFollowed && isWindowShown()) changes.emit(progress);
  };
  return {
    receive: (event) => {
      if (event.kind === 'progress') {
        const { itemId, message, share } = event;
        // Another job's preview says nothing of this one.
        const preview = event.preview ?? (progress?.itemId === itemId ? progress.preview : null);
        progress = { itemId, message, share, preview };
        report();
        return;
      }
      const isOver = event.kind === 'item' && event.itemId === progress?.itemId && event.status !== 'in_progress';
      if (!isOver && event.kind !== 'queue') return;
      progress = null;
      report();
    },
    follow: (wanted) => {
      isFollowed = wanted;
      if (wanted) report();
    },
    onProgress: changes.on,
  };
}

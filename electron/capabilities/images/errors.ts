import type { ErrorCode } from '../../../shared/error-codes.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import type { Peer } from '../../foundation/http/client.ts';

/** What a backend reported of a job that failed. */
export interface ReportedFailure {
  readonly type: string;
  readonly message: string;
  /** The kind of node that failed; null or absent = not reported. */
  readonly node?: string | null;
}

export const queueFullError = (): PanelException =>
  panelError({
    code: 'queue-full',
    layer: 'backend',
    message: 'InvokeAI rejected the job: its queue is full.',
    hint: 'Wait, clear the queue on the Models page, or increase max_queue_size in invokeai.yaml.',
    retryable: true,
  });

export const invokeAiTooOldError = (): PanelException =>
  panelError({
    code: 'invokeai-too-old',
    layer: 'backend',
    message: 'This version of InvokeAI does not report the job of a request.',
    hint: 'Update to 5.1 or newer, or use the Shim route.',
    retryable: false,
  });

export const queueClearedError = (): PanelException =>
  panelError({
    code: 'queue-cleared',
    layer: 'backend',
    message: 'The job is no longer in InvokeAI’s queue: the queue was cleared.',
    hint: 'Run it again. A finished image is in InvokeAI’s gallery.',
    retryable: true,
  });

/** generation-cancelled: the cancel did not come from this panel. */
export const generationCancelledError = (peer: Peer): PanelException =>
  panelError({
    code: 'generation-cancelled',
    layer: 'backend',
    message: `The job was cancelled in ${peer.name} by a user or a restart.`,
    hint: 'Run it again.',
    retryable: true,
  });

/** generation-failed with the backend's words, or gpu-out-of-memory. */
export function generationFailedError(peer: Peer, failure: ReportedFailure | null): PanelException {
  const isMemory =
    failure !== null && (/OutOfMemory/i.test(failure.type) || /out of memory|ran out of memory on your GPU/i.test(failure.message));
  const at = failure?.node == null ? '' : ` at ${failure.node}`;
  return panelError({
    code: isMemory ? 'gpu-out-of-memory' : 'generation-failed',
    layer: isMemory ? 'gpu' : 'backend',
    message: isMemory ? 'The GPU ran out of memory.' : `${peer.name} failed${at}: ${failure?.message ?? 'no reason reported'}`,
    hint: isMemory
      ? 'Free VRAM on the Models page, stop other processes listed on the GPU page, or use a smaller size.'
      : 'See its log for details.',
    retryable: true,
    ...(failure === null ? {} : { detail: `${failure.type}${at}: ${failure.message}` }),
  });
}

/** model-not-installed; `wanted` null = there is no model at all. */
export const modelNotInstalledError = (peer: Peer, wanted: string | null): PanelException =>
  panelError({
    code: 'model-not-installed',
    layer: 'backend',
    message: wanted === null ? `${peer.name} has no image model.` : `${peer.name} has no model named ${wanted}.`,
    hint: 'Install one on the Models page, or select another model.',
    retryable: false,
  });

/** generation-lost: a queue in memory ends with its process. */
export const generationLostError = (peer: Peer): PanelException =>
  panelError({
    code: 'generation-lost',
    layer: 'backend',
    message: `${peer.name} no longer has the job: it was restarted, or the job was removed from its queue.`,
    hint: 'Run it again.',
    retryable: true,
  });

/** scheduler-not-available. */
export const schedulerNotAvailableError = (peer: Peer, scheduler: string): PanelException =>
  panelError({
    code: 'scheduler-not-available',
    layer: 'backend',
    message: `${peer.name} has no scheduler ${scheduler}.`,
    hint: 'Select another scheduler, or Default.',
    retryable: false,
  });

/** What the request itself shows to be impossible. */
export const imagesRequestError = (code: ErrorCode, message: string, hint: string): PanelException =>
  panelError({ code, layer: 'panel', message, hint, retryable: false });

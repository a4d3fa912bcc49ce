import { type PanelException, panelError } from '../../../../shared/errors.ts';
import type { Peer } from '../../../foundation/http/client.ts';

/** What a backend reported of a job that failed. */
export interface ReportedFailure {
  readonly type: string;
  readonly message: string;
  /** The kind of node that failed; null or absent = not reported. */
  readonly node?: string | null;
}

/** generation-failed with the backend's words, or gpu-out-of-memory. */
export function failedError(peer: Peer, failure: ReportedFailure | null): PanelException {
  const isMemory =
    failure !== null && (/OutOfMemory/i.test(failure.type) || /out of memory|ran out of memory on your GPU/i.test(failure.message));
  const at = failure?.node == null ? '' : ` at ${failure.node}`;
  return panelError({
    code: isMemory ? 'gpu-out-of-memory' : 'generation-failed',
    layer: isMemory ? 'gpu' : 'backend',
    message: isMemory
      ? 'The GPU ran out of memory while it made the image.'
      : `${peer.name} failed${at}: ${failure?.message ?? 'it gave no reason'}`,
    hint: isMemory
      ? 'Free VRAM on the Models page, stop what else holds it (the GPU page shows who), or ask for a smaller image.'
      : 'Its log around this moment says more.',
    retryable: true,
    ...(failure === null ? {} : { detail: `${failure.type}${at}: ${failure.message}` }),
  });
}

/** generation-cancelled: nobody here asked for it. */
export const cancelledError = (peer: Peer): PanelException =>
  panelError({
    code: 'generation-cancelled',
    layer: 'backend',
    message: `The job was cancelled in ${peer.name}, by somebody or by a restart.`,
    hint: 'Run it again.',
    retryable: true,
  });

/** model-not-installed; `wanted` null = there is no model at all. */
export const modelError = (peer: Peer, wanted: string | null): PanelException =>
  panelError({
    code: 'model-not-installed',
    layer: 'backend',
    message: wanted === null ? `${peer.name} has no model that makes images.` : `${peer.name} has no model named ${wanted}.`,
    hint: 'Install one on the Models page, or pick another.',
    retryable: false,
  });

/** generation-lost: a queue in memory ends with its process. */
export const lostError = (peer: Peer): PanelException =>
  panelError({
    code: 'generation-lost',
    layer: 'backend',
    message: `${peer.name} no longer has the job: it was restarted, or somebody removed the job from its queue.`,
    hint: 'Run it again.',
    retryable: true,
  });

/** scheduler-not-available. */
export const schedulerError = (peer: Peer, scheduler: string): PanelException =>
  panelError({
    code: 'scheduler-not-available',
    layer: 'backend',
    message: `${peer.name} has no scheduler ${scheduler}.`,
    hint: 'Select another scheduler, or Default.',
    retryable: false,
  });

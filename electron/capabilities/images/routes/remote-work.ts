import type { RemoteWork } from '../../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import type { QueueItem } from '../../backends/invokeai.ts';
import type { JobsCancelled } from './comfyui-jobs.ts';
import type { BatchesCancelled } from './invokeai-open-batches.ts';
import type { CancelLater } from './open-jobs.ts';

export const CHECKING: RemoteWork = { state: 'checking', message: 'Cancelling.' };

/** How the gateway's own request ended after its run was cancelled here; null = it has not ended. */
export type GatewayEnd = { readonly kind: 'images' } | { readonly kind: 'refused' } | { readonly kind: 'lost'; readonly why: string };

/** What InvokeAI answered to the cancel of the panel's own batches. */
export function describeBatches(answer: BatchesCancelled | CancelLater): RemoteWork {
  if (answer.kind === 'later') {
    return {
      state: 'unknown',
      message: `InvokeAI cannot be reached, so its jobs may continue; they are cancelled as soon as InvokeAI responds. ${answer.why}`,
    };
  }
  const { canceled } = answer;
  if (canceled === null) return { state: 'unknown', message: 'InvokeAI accepted the cancel, but did not report the number of jobs.' };
  if (canceled === 0) return { state: 'ended', message: 'InvokeAI reports no job left to cancel.' };
  return { state: 'ended', message: `InvokeAI cancelled ${jobCount(canceled)}.` };
}

/** What ComfyUI's queue and history show of the cancelled jobs of a run. */
export function describeComfyUiCancel(answer: JobsCancelled | CancelLater): RemoteWork {
  if (answer.kind === 'later') {
    return {
      state: 'unknown',
      message: `ComfyUI cannot be reached, so its jobs may continue; they are cancelled as soon as ComfyUI responds. ${answer.why}`,
    };
  }
  const { interrupted, removed, finished, running } = answer;
  if (running > 0) return { state: 'going-on', message: `ComfyUI has not stopped ${jobCount(running)} yet; it stops between two steps.` };
  const ends = [
    ...(interrupted > 0 ? [`interrupted ${jobCount(interrupted)}`] : []),
    ...(removed > 0 ? [`removed ${jobCount(removed)} from its queue`] : []),
    ...(finished > 0 ? [`had finished ${jobCount(finished)}`] : []),
  ];
  return { state: 'ended', message: ends.length === 0 ? 'ComfyUI reports no job left to cancel.' : `ComfyUI ${ends.join(', ')}.` };
}

const jobCount = (count: number): string => (count === 1 ? '1 job' : `${count} jobs`);

/** The state of a cancelled request that the gateway continues, by InvokeAI's jobs and by the end of the request. */
export function describeGatewayWork(jobs: readonly QueueItem[], end: GatewayEnd | null): RemoteWork {
  const found = jobs.length === 0 ? '' : `${jobs.map(describeJob).join(' ')} `;
  if (end === null) {
    return {
      state: 'going-on',
      message:
        jobs.length > 0 && jobs.every(isOver)
          ? `${found}The gateway has not ended the request yet; its slot stays in use until then.`
          : `${found}The gateway finishes the image; its slot stays in use until then.`,
    };
  }
  if (end.kind === 'images') return { state: 'ended', message: `${found}The gateway finished the request; its images were discarded.` };
  if (end.kind === 'refused' && !jobs.every(isOver)) {
    return { state: 'unknown', message: `${found}The gateway ended the request without an image; the job may continue.` };
  }
  if (end.kind === 'refused') return { state: 'ended', message: `${found}The gateway ended the request without an image.` };
  return { state: 'unknown', message: `${found}Whether the gateway still processes the request is unknown. ${end.why}` };
}

/** What is known of a cancelled request to the images shim, which ends when its connection closes. */
export function describeShimWork(jobs: readonly QueueItem[]): RemoteWork {
  const found = jobs.map(describeJob).join(' ');
  if (jobs.length > 0 && jobs.every(isOver)) return { state: 'ended', message: found };
  if (jobs.length > 0) return { state: 'unknown', message: `The request to the images shim was closed. ${found}` };
  return {
    state: 'unknown',
    message: 'The request to the images shim was closed. Whether its job continues is unknown: none was found in InvokeAI’s queue.',
  };
}

/** A proxy's reply says nothing of the gateway behind it, which may work on. */
const OF_A_PROXY = /^gateway-(proxy-|not-there$)/;

/** How a request that went on after its cancel ended: an answer of the gateway with a status, or the loss of the connection to it. */
export function gatewayEndOf(thrown: unknown): GatewayEnd {
  const { code, facts, message } = toPanelError(thrown);
  return facts?.['status'] === undefined || OF_A_PROXY.test(code) ? { kind: 'lost', why: message } : { kind: 'refused' };
}

const isOver = ({ status }: QueueItem): boolean => status === 'canceled' || status === 'completed' || status === 'failed';

function describeJob({ itemId, status }: QueueItem): string {
  switch (status) {
    case 'canceled':
      return `InvokeAI cancelled job ${itemId}.`;
    case 'completed':
    case 'failed':
      return `InvokeAI reports job ${itemId} as ${status}.`;
    default:
      return `Job ${itemId} could not be cancelled in InvokeAI.`;
  }
}

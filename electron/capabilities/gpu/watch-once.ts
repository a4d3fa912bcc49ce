import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { hasCode, type PanelError, PanelException, toPanelError } from '../../../shared/errors.ts';
import { gpuError } from './failures.ts';
import { planSamples } from './fields.ts';
import { parseIdentities, planIdentity } from './identity.ts';
import { queryGpu, readKnowledge } from './query.ts';
import { runSampleStream, type SampleStreamOptions } from './sample-stream.ts';
import { type SlowPollOptions, startSlowPolls } from './slow-polls.ts';
import { slowQueryWarning } from './warnings.ts';

export interface WatchOptions
  extends Omit<SlowPollOptions, 'knowledge'>,
    Pick<SampleStreamOptions, 'transport' | 'now' | 'signal' | 'onSample' | 'onBadLine' | 'onWarning' | 'onOpened'> {
  onIdentities(gpus: GpuIdentity[]): void;
  /** The warnings of the identity query. */
  onWarnings(warnings: readonly PanelError[]): void;
}

/**
 * Discovers the GPUs and their fields, then reads samples, with slower queries beside them, until the stream fails. Throws `gpu-…` or
 * what Transport throws. Returns only when aborted.
 */
export async function watchOnce(o: WatchOptions): Promise<void> {
  const { transport, signal } = o;
  let knowledge = await readKnowledge(transport);
  const identity = await queryGpu(transport, knowledge, planIdentity);
  if (signal.aborted) return;
  knowledge = identity.knowledge;
  const gpus = parseIdentities(identity.text, identity.plan);
  if (gpus.length === 0) throw new PanelException(gpuError(identity.text.trim() === '' ? 'no-devices' : 'bad-output', identity.text));
  o.onIdentities(gpus);
  o.onWarnings([...identity.warnings, ...slowQueryWarning(gpus, identity.elapsedMs)]);
  if (knowledge.known === null) {
    // The stream is started once, so a single sample first finds the fields that the driver refuses.
    knowledge = (await queryGpu(transport, knowledge, planSamples)).knowledge;
    if (signal.aborted) return;
  }
  const plan = planSamples(knowledge);
  const slowPolls = new AbortController();
  const end = (): void => slowPolls.abort();
  signal.addEventListener('abort', end, { once: true });
  startSlowPolls({ ...o, knowledge, signal: slowPolls.signal });
  const stream = (lineBuffered: boolean): Promise<void> => runSampleStream({ ...o, plan, lineBuffered });
  try {
    await stream(true).catch((thrown: unknown) => {
      // nvidia-smi has just answered, so stdbuf is missing.
      if (hasCode(toPanelError(thrown), 'gpu-not-installed') && !signal.aborted) return stream(false);
      throw thrown;
    });
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

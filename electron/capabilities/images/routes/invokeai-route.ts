import type { RouteState } from '../../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { MAX_PIXELS } from '../../../../shared/image-graphs/rules.ts';
import { readImageModels } from '../../backends/invokeai.ts';
import type { InvokeAiEvents } from '../../backends/invokeai-events.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import type { InvokeAiJobs } from './invokeai-jobs.ts';
import { createOpenBatches } from './invokeai-open-batches.ts';
import { generateInQueue } from './invokeai-queue.ts';
import { trackJobs } from './open-jobs.ts';
import { STATE_TIMEOUT_MS } from './openai-models.ts';
import { createQueueEvents } from './queue-events.ts';
import { awayProgress } from './queue-wait.ts';
import { describeBatches } from './remote-work.ts';
import { offlineState, type Route } from './route.ts';

/** Straight into InvokeAI's queue. */
export function createInvokeAiRoute(o: {
  readonly invokeai: JsonClient;
  readonly events: InvokeAiEvents;
  readonly jobs: InvokeAiJobs;
  /** Batches of this panel in InvokeAI's queue, over restarts of the panel. */
  readonly openBatches: { recall(): readonly string[]; remember(batchIds: readonly string[]): void };
  readonly isOnline: () => boolean;
}): Route {
  const { invokeai: client, events } = o;
  const queueEvents = createQueueEvents(events);
  const openJobs = createOpenBatches({ client, events, left: o.openBatches.recall(), save: o.openBatches.remember });
  return {
    id: 'backend',
    state: () => {
      if (!o.isOnline()) return Promise.resolve(offlineState('backend'));
      events.open();
      return invokeaiState(client);
    },
    generate: (run) => {
      const follower = o.jobs.follow(run, 'backend');
      const batchIds: string[] = [];
      const signal = AbortSignal.any([run.cancelled, run.closed]);
      const result = generateInQueue({
        client,
        parameters: run.parameters,
        signal,
        queueEvents: () => queueEvents.next(),
        batches: trackJobs(openJobs, batchIds),
        onAway: (why) => {
          if (!signal.aborted) run.onProgress(awayProgress(client.peer, why));
        },
      });
      const cancelLeftovers = (): void => {
        // The remaining jobs of a failed run have no waiter.
        if (!run.cancelled.aborted && batchIds.length > 0) void openJobs.cancel(batchIds, () => {});
      };
      result.then(cancelLeftovers, cancelLeftovers);
      return {
        result,
        endRemoteWork: (report) => openJobs.cancel(batchIds, (answer) => report(describeBatches(answer))),
        diagnose: () => Promise.resolve([]),
        splitTiming: (timing) => Promise.resolve(timing),
        stop: () => follower?.stop(),
      };
    },
    curl: () => null,
    stop: () => {
      queueEvents.stop();
      openJobs.stop();
    },
  };
}

async function invokeaiState(client: JsonClient): Promise<RouteState> {
  const state = { route: 'backend' as const, isSetUp: true, schedulers: null, maxPixels: MAX_PIXELS };
  try {
    const found = await readImageModels(client, { timeoutMs: STATE_TIMEOUT_MS });
    const models = found.models.map(({ name, base }) => ({ name, base, isMissing: false }));
    if (models.length === 0) return { ...state, isReady: false, message: describeNoModel(found.missing), models };
    return { ...state, isReady: true, message: 'InvokeAI responds.', models };
  } catch (thrown) {
    return { ...state, isReady: false, message: toPanelError(thrown).message, models: [] };
  }
}

function describeNoModel(missing: number): string {
  if (missing === 0) return 'InvokeAI has no SD 1.5 or SDXL model yet.';
  return missing === 1
    ? 'The files of InvokeAI’s only SD 1.5 or SDXL model are missing.'
    : `The files of all ${missing} SD 1.5 and SDXL models of InvokeAI are missing.`;
}

import { randomUUID } from 'node:crypto';
import type { RouteState } from '../../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { baseOfCheckpoint, COMFYUI_SCHEDULERS, comfyuiSampler } from '../../../../shared/image-graphs/comfyui.ts';
import { MAX_PIXELS } from '../../../../shared/image-graphs/rules.ts';
import { TrustedAgent } from '../../../foundation/http/https.ts';
import { quoteArgv } from '../../../foundation/ssh/quote.ts';
import type { BackendEndpoint } from '../../backends/backend-endpoint.ts';
import { readCheckpoints, readChoices } from '../../backends/comfyui.ts';
import { createComfyUiEvents } from '../../backends/comfyui-events.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { cancelJobs, type JobsCancelled } from './comfyui-jobs.ts';
import { checkpointOf, generateInComfyUi, workflowOf } from './comfyui-queue.ts';
import { createOpenJobs, trackJobs } from './open-jobs.ts';
import { STATE_TIMEOUT_MS } from './openai-models.ts';
import { awayProgress } from './queue-wait.ts';
import { describeComfyUiCancel } from './remote-work.ts';
import { offlineState, type Route } from './route.ts';

/** Straight into ComfyUI's queue. */
export function createComfyUiRoute(o: {
  readonly client: JsonClient;
  readonly endpoint: Pick<BackendEndpoint, 'address' | 'onChange'>;
  /** Jobs of this panel in ComfyUI's queue, over restarts of the panel. */
  readonly openJobs: { recall(): readonly string[]; remember(promptIds: readonly string[]): void };
  readonly isOnline: () => boolean;
  readonly hostTime: (atMs: number) => number | null;
  readonly now: () => number;
}): Route {
  const { client, endpoint } = o;
  const events = createComfyUiEvents({ endpoint, clientId: randomUUID() });
  const openJobs = createOpenJobs<JobsCancelled>({
    left: o.openJobs.recall(),
    save: o.openJobs.remember,
    cancel: (promptIds, interim) => cancelJobs(client, promptIds, interim),
    noneLeft: { kind: 'answered', interrupted: 0, removed: 0, finished: 0, running: 0 },
  });
  let known: readonly string[] = [];
  const checkpoints = async (timeoutMs?: number): Promise<readonly string[]> => {
    const document = await client.json({ path: '/models/checkpoints', ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    known = readCheckpoints(document) ?? [];
    return known;
  };
  return {
    id: 'comfyui',
    state: () => (o.isOnline() ? comfyuiState(client, () => checkpoints(STATE_TIMEOUT_MS)) : Promise.resolve(offlineState('comfyui'))),
    generate: (run) => {
      const promptIds: string[] = [];
      const signal = AbortSignal.any([run.cancelled, run.closed]);
      const result = generateInComfyUi({
        client,
        events,
        parameters: run.parameters,
        checkpoints: () => checkpoints(),
        jobs: trackJobs(openJobs, promptIds),
        signal,
        onAway: (why) => {
          if (!signal.aborted) run.onProgress(awayProgress(client.peer, why));
        },
        onProgress: run.onProgress,
        hostTime: o.hostTime,
        now: o.now,
      });
      const cancelLeftovers = (): void => {
        // The remaining jobs of a failed run have no waiter.
        if (!run.cancelled.aborted && promptIds.length > 0) void openJobs.cancel(promptIds, () => {});
      };
      result.then(cancelLeftovers, cancelLeftovers);
      return {
        result,
        endRemoteWork: (report) => openJobs.cancel(promptIds, (answer) => report(describeComfyUiCancel(answer))),
        diagnose: () => Promise.resolve([]),
        splitTiming: (timing) => Promise.resolve(timing),
        stop: () => {},
      };
    },
    curl: (parameters) => {
      const checkpoint = parameters.model ?? checkpointOf(null, known);
      if (checkpoint === null) return null;
      const { hostName, port, agent } = endpoint.address();
      const url = `${agent instanceof TrustedAgent ? 'https' : 'http'}://${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}/prompt`;
      // A job an image, as the panel sends them.
      return [...Array(parameters.count).keys()]
        .map((index) => JSON.stringify({ prompt: workflowOf(parameters, checkpoint, index) }))
        .map((body) => quoteArgv(['curl', '-sS', url, '-H', 'content-type: application/json', '-d', body]))
        .join('\n');
    },
    stop: () => {
      openJobs.stop();
      events.close();
    },
  };
}

async function comfyuiState(client: JsonClient, checkpoints: () => Promise<readonly string[]>): Promise<RouteState> {
  const state = { route: 'comfyui' as const, isSetUp: true, maxPixels: MAX_PIXELS };
  try {
    const [names, info] = await Promise.all([
      checkpoints(),
      client.json({ path: '/object_info/KSampler', timeoutMs: STATE_TIMEOUT_MS }).catch(() => null),
    ]);
    const samplers = readChoices(info, 'KSampler', 'sampler_name');
    const schedules = readChoices(info, 'KSampler', 'scheduler');
    const schedulers = COMFYUI_SCHEDULERS.filter((name) => {
      const { sampler, schedule } = comfyuiSampler(name);
      return (samplers?.includes(sampler) ?? true) && (schedules?.includes(schedule) ?? true);
    });
    const models = names.map((name) => ({ name, base: baseOfCheckpoint(name), isMissing: false }));
    const isReady = models.length > 0;
    return { ...state, isReady, message: isReady ? 'ComfyUI responds.' : 'ComfyUI has no checkpoint yet.', models, schedulers };
  } catch (thrown) {
    return { ...state, isReady: false, message: toPanelError(thrown).message, models: [], schedulers: null };
  }
}

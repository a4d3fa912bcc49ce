import type { RouteId } from '../../../../shared/capabilities/images/contract.ts';
import { seedOf } from '../../../../shared/image-graphs/rules.ts';
import type { InvokeAiEvents } from '../../backends/invokeai-events.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { type Follower, followSeeds, isOfRun } from './invokeai-follower.ts';
import type { RouteRequest } from './route.ts';

/** Follows runs in InvokeAI's queue, whichever route leads there. */
export interface InvokeAiJobs {
  /** Null while the host is offline. */
  follow(run: RouteRequest, route: RouteId): Follower | null;
}

export function createInvokeAiJobs(o: {
  readonly invokeai: JsonClient;
  readonly events: InvokeAiEvents;
  readonly isOnline: () => boolean;
  /** A moment of this computer by the host's clock; null = that clock is not known. */
  readonly hostTime: (atMs: number) => number | null;
}): InvokeAiJobs {
  const takenBatches = new Set<string>();
  return {
    follow: ({ parameters, startedAt, onProgress }, route) => {
      if (!o.isOnline()) return null;
      // Through the gateway too: InvokeAI's events are the only source of previews.
      return followSeeds({
        client: o.invokeai,
        events: o.events,
        seeds: [...Array(parameters.count).keys()].map((index) => seedOf(parameters.seed ?? 0, index)),
        steps: parameters.steps,
        takenBatches,
        isOurs: (item) => isOfRun(item, { route, prompt: parameters.prompt, sinceMs: o.hostTime(startedAt) }),
        onProgress,
      });
    },
  };
}

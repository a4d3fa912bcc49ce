import type { RouteState } from '../../../../shared/capabilities/images/contract.ts';
import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { MAX_PIXELS } from '../../../../shared/image-graphs/rules.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { readReadiness, SHIM_PEER } from '../../backends/shim-readiness.ts';
import { endShimWork } from './cancelled-run.ts';
import type { HiddenFailures } from './diagnose.ts';
import type { InvokeAiJobs } from './invokeai-jobs.ts';
import { generateByRequest, splitTiming } from './openai-generate.ts';
import { readShimModels, STATE_TIMEOUT_MS } from './openai-models.ts';
import { curlOf, openAiBody } from './openai-request.ts';
import { offlineState, type Route } from './route.ts';

/** Through the images shim on the host, past the gateway. */
export function createShimRoute(o: {
  readonly shim: JsonClient;
  readonly jobs: InvokeAiJobs;
  readonly failures: HiddenFailures;
  readonly isOnline: () => boolean;
  readonly now: () => number;
}): Route {
  const { shim, jobs } = o;
  return {
    id: 'shim',
    state: () => (o.isOnline() ? shimState(shim) : Promise.resolve(offlineState('shim'))),
    generate: (run) => {
      const follower = jobs.follow(run, 'shim');
      const result = generateByRequest({
        request: (request) => shim.http.request(request),
        peer: SHIM_PEER,
        body: openAiBody(run.parameters),
        maxImages: run.parameters.count,
        signal: AbortSignal.any([run.cancelled, run.closed]),
        now: o.now,
      });
      return {
        result,
        endRemoteWork: (report) => endShimWork({ follower, report }),
        diagnose: (thrown) => o.failures.diagnose(thrown, follower, run.startedAt),
        splitTiming: (timing) => splitTiming(follower, timing),
        stop: () => follower?.stop(),
      };
    },
    curl: (parameters) => {
      const address = `http://127.0.0.1:${DEFAULT_PORTS.shim}`;
      return curlOf({ address, body: openAiBody(parameters), hasToken: false, isOwnCertificate: false });
    },
    stop: () => {},
  };
}

async function shimState(shim: JsonClient): Promise<RouteState> {
  const state = { route: 'shim' as const, isSetUp: true, schedulers: null, maxPixels: MAX_PIXELS };
  try {
    const reply = await shim.request({ path: '/readyz', timeoutMs: STATE_TIMEOUT_MS });
    const readiness = readReadiness(reply);
    if (readiness === null)
      return { ...state, isReady: false, message: 'Another program responds at the address of the images shim.', models: [] };
    const models = await readShimModels(shim).catch(() => []);
    if (readiness.isReady) return { ...state, isReady: true, message: 'The images shim is ready.', models };
    return { ...state, isReady: false, message: readiness.reasons[0] ?? `The images shim is not ready (status ${reply.status}).`, models };
  } catch (thrown) {
    return { ...state, isReady: false, message: toPanelError(thrown).message, models: [] };
  }
}

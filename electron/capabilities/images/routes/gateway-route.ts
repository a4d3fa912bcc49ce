import type { RouteState } from '../../../../shared/capabilities/images/contract.ts';
import { beforeAbort } from '../../../foundation/timing/before-abort.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { endGatewayWork } from './cancelled-run.ts';
import type { HiddenFailures } from './diagnose.ts';
import type { InvokeAiJobs } from './invokeai-jobs.ts';
import { generateByRequest, splitTiming } from './openai-generate.ts';
import { readShimModels } from './openai-models.ts';
import { curlOf, openAiBody } from './openai-request.ts';
import type { Route } from './route.ts';

/** The gateway's IMAGES_MAX_PIXELS as it comes; it does not report a changed one. */
const GATEWAY_PIXELS = 2_000_000;

/** Through the gateway, with its admission control. */
export function createGatewayRoute(o: {
  readonly gateway: Pick<Gateway, 'state' | 'request'>;
  readonly shim: JsonClient;
  readonly jobs: InvokeAiJobs;
  readonly failures: HiddenFailures;
  readonly isOnline: () => boolean;
  readonly now: () => number;
}): Route {
  const { gateway, jobs } = o;
  return {
    id: 'gateway',
    state: () => gatewayState(o),
    generate: (run) => {
      const follower = jobs.follow(run, 'gateway');
      // The gateway continues a request after its client disconnected; only its response shows the end.
      const request = generateByRequest({
        request: gateway.request,
        peer: null,
        body: openAiBody(run.parameters),
        maxImages: run.parameters.count,
        signal: run.closed,
        now: o.now,
      });
      return {
        result: beforeAbort(request, run.cancelled),
        endRemoteWork: (report) => endGatewayWork({ follower, request, report }),
        diagnose: (thrown) => o.failures.diagnose(thrown, follower, run.startedAt),
        splitTiming: (timing) => splitTiming(follower, timing),
        stop: () => follower?.stop(),
      };
    },
    curl: (parameters) => {
      const { profile, trust } = gateway.state();
      if (profile === null) return null;
      const body = openAiBody(parameters);
      return curlOf({ address: profile.address, body, hasToken: true, isOwnCertificate: trust.kind !== 'system' });
    },
    stop: () => {},
  };
}

async function gatewayState(o: {
  readonly gateway: Pick<Gateway, 'state'>;
  readonly shim: JsonClient;
  readonly isOnline: () => boolean;
}): Promise<RouteState> {
  const { profile, phase, reading } = o.gateway.state();
  const state = {
    route: 'gateway' as const,
    isSetUp: profile !== null,
    models: [],
    schedulers: null,
    maxPixels: GATEWAY_PIXELS,
  };
  if (profile === null) return { ...state, isReady: false, message: 'No gateway set up. Set one up on the Gateway page.' };
  if (phase.kind !== 'live')
    return { ...state, isReady: false, message: phase.kind === 'failing' ? phase.error.message : 'Connecting to gateway' };
  const { imagesClass } = profile;
  const health = reading?.health?.find((known) => known.name === imagesClass);
  // The gateway lists no image models; those of the shim behind it can be requested.
  const models = o.isOnline() ? await readShimModels(o.shim).catch(() => []) : [];
  if (health?.isReady === false) return { ...state, models, isReady: false, message: `Backend ${imagesClass} is not ready.` };
  // How many slots are free is in the gateway's own state, which is read more often.
  return { ...state, models, isReady: true, message: 'Gateway responds' };
}

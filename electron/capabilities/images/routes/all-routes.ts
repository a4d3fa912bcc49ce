import type { Agent } from 'node:http';
import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import type { BackendEndpoint } from '../../backends/backend-endpoint.ts';
import type { InvokeAiEvents } from '../../backends/invokeai-events.ts';
import { createJsonClient, type JsonClient } from '../../backends/json-client.ts';
import { SHIM_PEER } from '../../backends/shim-readiness.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { createComfyUiRoute } from './comfyui-route.ts';
import { createHiddenFailures } from './diagnose.ts';
import { createGatewayRoute } from './gateway-route.ts';
import { createInvokeAiJobs } from './invokeai-jobs.ts';
import { createInvokeAiRoute } from './invokeai-route.ts';
import type { Route } from './route.ts';
import { createShimRoute } from './shim-route.ts';

export interface RouteOptions {
  readonly transport: Transport;
  /** Of the transport; shared by all clients of InvokeAI. */
  readonly agent: Agent;
  readonly invokeai: JsonClient;
  readonly events: InvokeAiEvents;
  readonly gateway: Pick<Gateway, 'state' | 'request'>;
  /** The host's clock minus this computer's; null = not known. */
  readonly clockOffsetMs: () => number | null;
  /** Batches of this panel in InvokeAI's queue, over restarts of the panel. */
  readonly openBatches: { recall(): readonly string[]; remember(batchIds: readonly string[]): void };
  readonly comfyui: {
    readonly client: JsonClient;
    readonly endpoint: Pick<BackendEndpoint, 'address' | 'onChange'>;
    /** Jobs of this panel in ComfyUI's queue, over restarts of the panel. */
    readonly openJobs: { recall(): readonly string[]; remember(promptIds: readonly string[]): void };
  };
  readonly now: () => number;
}

/** Every route of one host, in the order in which they are shown. `stop` ends them all. */
export function createRoutes(o: RouteOptions): { readonly routes: readonly Route[]; stop(): void } {
  const { gateway, invokeai, events, transport, now } = o;
  const shim = createJsonClient({ peer: SHIM_PEER, port: DEFAULT_PORTS.shim, agent: o.agent });
  const isOnline = (): boolean => transport.snapshot.state.kind === 'online';
  const hostTime = (atMs: number): number | null => {
    const offsetMs = o.clockOffsetMs();
    return offsetMs === null ? null : atMs + offsetMs;
  };
  const jobs = createInvokeAiJobs({ invokeai, events, isOnline, hostTime });
  const failures = createHiddenFailures({ shim, invokeai, transport, hostTime });
  const routes: readonly Route[] = [
    createGatewayRoute({ gateway, shim, jobs, failures, isOnline, now }),
    createShimRoute({ shim, jobs, failures, isOnline, now }),
    createInvokeAiRoute({ invokeai, events, jobs, openBatches: o.openBatches, isOnline }),
    createComfyUiRoute({ ...o.comfyui, isOnline, hostTime, now }),
  ];
  return {
    routes,
    stop: () => {
      for (const route of routes) route.stop();
      shim.close();
    },
  };
}

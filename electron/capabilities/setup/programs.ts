import { toPanelError } from '../../../shared/errors.ts';
import { createPlainClient } from '../../foundation/http/client.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createJsonClient } from '../backends/json-client.ts';
import type { ApiClients, ApiState, GatewayOfHost } from './api/operation.ts';
import { type ProbedResource, probeKey } from './engine/plan.ts';
import { NO_GATEWAY } from './gateway-of-host.ts';

const PROBE_TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** Programs on the host as they answer over HTTP, through SSH; the gateway by the way of the Gateway page. */
export interface Programs extends ApiClients {
  /** Null when the address responds as wanted, else why not. Never rejects. */
  probe(url: string, expected: { readonly status: number; readonly json: boolean }): Promise<string | null>;
}

export function createPrograms(transport: Pick<Transport, 'httpAgent'>, gateway: () => GatewayOfHost = () => NO_GATEWAY): Programs {
  return {
    gateway,
    probe: async (url, { status, json }) => {
      const { hostname, port, pathname, search } = new URL(url);
      const client = createPlainClient({
        hostName: hostname,
        port: Number(port === '' ? 80 : port),
        peer: { code: 'nginx', layer: 'backend', name: `Port ${port}` },
        agent: transport.httpAgent(),
      });
      try {
        const reply = await client.request({ path: `${pathname}${search}`, timeoutMs: PROBE_TIMEOUT_MS, maxBytes: MAX_BYTES });
        if (reply.status !== status) return `It responded with status ${reply.status}.`;
        if (json && !(reply.headers['content-type'] ?? '').startsWith('application/json'))
          return 'It responded with a page instead of JSON.';
        return null;
      } catch (thrown) {
        return toPanelError(thrown).message;
      } finally {
        client.close();
      }
    },
    client: (port) =>
      createJsonClient({ peer: { code: 'invokeai', layer: 'backend', name: `Port ${port}` }, port, agent: transport.httpAgent() }),
  };
}

/** How all of these respond, at once. Never rejects. */
export async function probeAll(programs: Programs, resources: readonly ProbedResource[]): Promise<ReadonlyMap<string, ApiState>> {
  const results = await Promise.all(
    resources.map(async (resource): Promise<[string, ApiState]> => [probeKey(resource), await probeOne(programs, resource)]),
  );
  return new Map(results);
}

async function probeOne(programs: Programs, resource: ProbedResource): Promise<ApiState> {
  if (resource.kind === 'answer') {
    const reason = await programs.probe(resource.url, resource);
    return reason === null ? { kind: 'done' } : { kind: 'failed', reason };
  }
  try {
    return await resource.operation.check(programs);
  } catch (thrown) {
    return { kind: 'failed', reason: toPanelError(thrown).message };
  }
}

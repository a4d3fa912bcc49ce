import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { panelError } from '../../../shared/errors.ts';
import { parseAddress } from '../../../shared/gateway-address.ts';
import type { HttpClient } from '../../foundation/http/client.ts';
import { createPlainGatewayClient, createTrustedClient } from '../../foundation/http/https.ts';
import type { KeptGateway } from './keeper.ts';

const CONNECT_LIMIT_MS = 10_000;
const MACHINE_ITSELF = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** The SSH connection of the host that a gateway is reached through. */
export interface Passage {
  tunnel(hostName: string, port: number): Promise<Duplex>;
  httpAgent(): Agent;
}

/** A client whose paths all begin with `basePath`; one that a server sent may have it already. */
function below(basePath: string, client: HttpClient): HttpClient {
  if (basePath === '') return client;
  const place = (path: string): string => (path.startsWith(`${basePath}/`) ? path : `${basePath}${path}`);
  return { ...client, ask: (ask) => client.ask({ ...ask, path: place(ask.path) }) };
}

/**
 * A client for the gateway, and one for its listener for observation, which exists only where the gateway is reached through
 * its own machine. `passage` null: directly. Throws gateway-address-unusable, gateway-plain-not-allowed.
 */
export function reachGateway(
  { profile, trust }: KeptGateway,
  passage: Passage | null,
): { readonly api: HttpClient; readonly observability: HttpClient | null } {
  const address = parseAddress(profile.address);
  if (address === null) {
    throw panelError({
      code: 'gateway-address-unusable',
      layer: 'panel',
      message: `${profile.address} is no address of a gateway.`,
      hint: 'Write it like https://ai2:8800.',
      retryable: false,
    });
  }
  const { isPlain, hostName, port, basePath } = address;
  const isSameMachine = MACHINE_ITSELF.test(hostName);
  if (isPlain && passage === null && !isSameMachine) {
    throw panelError({
      code: 'gateway-plain-not-allowed',
      layer: 'panel',
      message: 'Over http:// the token would cross the network for everyone to read.',
      hint: 'Use https://, or reach the gateway through SSH.',
      retryable: false,
    });
  }
  const through = passage === null ? {} : { through: () => passage.tunnel(hostName, port) };
  const api = isPlain
    ? createPlainGatewayClient({ hostName, port, ...(passage === null ? {} : { agent: passage.httpAgent() }) })
    : createTrustedClient({ hostName, port, trust, timeoutMs: CONNECT_LIMIT_MS, ...through });
  const canObserve = isSameMachine;
  const observability = canObserve
    ? createPlainGatewayClient({
        hostName: '127.0.0.1',
        port: profile.observabilityPort,
        ...(passage === null ? {} : { agent: passage.httpAgent() }),
      })
    : null;
  return { api: below(basePath, api), observability };
}

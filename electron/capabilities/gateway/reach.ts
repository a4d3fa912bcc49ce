import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { panelError } from '../../../shared/errors.ts';
import { parseAddress } from '../../../shared/gateway-address.ts';
import { isMachineItself } from '../../../shared/gateway-machine.ts';
import type { HttpClient } from '../../foundation/http/client.ts';
import { createPlainGatewayClient, createTrustedClient, GATEWAY_PEER } from '../../foundation/http/https.ts';
import { type ShownCertificate, shownCertificate } from '../../foundation/http/shown-certificate.ts';
import { openTrusted } from '../../foundation/http/trust.ts';
import type { SavedGateway } from './gateway-settings.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** The SSH connection on the route to a gateway. */
export interface Passage {
  tunnel(hostName: string, port: number): Promise<Duplex>;
  httpAgent(): Agent;
}

/** A client that prefixes paths with `basePath`, except those from a server that have the prefix already. */
function below(basePath: string, client: HttpClient): HttpClient {
  if (basePath === '') return client;
  const place = (path: string): string => (path.startsWith(`${basePath}/`) ? path : `${basePath}${path}`);
  return { ...client, request: (request) => client.request({ ...request, path: place(request.path) }) };
}

/**
 * A client for the gateway's API and one for its observability listener, which accepts connections from the gateway's own machine only.
 * `passage` null: direct. Throws gateway-address-unusable, gateway-plain-not-allowed.
 */
export function reachGateway(
  { profile, trust }: SavedGateway,
  passage: Passage | null,
): {
  readonly api: HttpClient;
  readonly observability: HttpClient | null;
  /** Shakes hands anew, since a kept connection has the certificate of its beginning; null = plain http. */
  certificate(): Promise<ShownCertificate | null>;
} {
  const address = parseAddress(profile.address);
  if (address === null) {
    throw panelError({
      code: 'gateway-address-unusable',
      layer: 'panel',
      message: `${profile.address} is not a valid gateway address.`,
      hint: 'Use an address such as https://ai2:8800.',
      retryable: false,
    });
  }
  const { isPlain, hostName, port, basePath } = address;
  const isSameMachine = isMachineItself(hostName);
  if (isPlain && passage === null && !isSameMachine) {
    throw panelError({
      code: 'gateway-plain-not-allowed',
      layer: 'panel',
      message: 'Over http:// the token would be sent unencrypted.',
      hint: 'Use https://, or connect via SSH.',
      retryable: false,
    });
  }
  const through = passage === null ? {} : { through: () => passage.tunnel(hostName, port) };
  const api = isPlain
    ? createPlainGatewayClient({ hostName, port, ...(passage === null ? {} : { agent: passage.httpAgent() }) })
    : createTrustedClient({ hostName, port, trust, timeoutMs: CONNECT_TIMEOUT_MS, ...through });
  const canObserve = isSameMachine;
  const observability = canObserve
    ? createPlainGatewayClient({
        hostName: '127.0.0.1',
        port: profile.observabilityPort,
        ...(passage === null ? {} : { agent: passage.httpAgent() }),
      })
    : null;
  return {
    api: below(basePath, api),
    observability,
    certificate: async () => {
      if (isPlain) return null;
      const socket = await openTrusted({ peer: GATEWAY_PEER, hostName, port, trust, timeoutMs: CONNECT_TIMEOUT_MS, ...through });
      const shown = shownCertificate(socket.getPeerCertificate());
      socket.destroy();
      return shown;
    },
  };
}

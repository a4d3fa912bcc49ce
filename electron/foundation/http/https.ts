import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { clientOf, createPlainClient, type HttpClient, MAX_SOCKETS, type Peer } from './client.ts';
import { openTrusted, type TlsTarget } from './trust.ts';

const HTTPS_PORT = 443;

export const GATEWAY_PEER: Peer = { code: 'gateway', layer: 'gateway', name: 'The gateway', mayBePinned: true };
export const NGINX_PEER: Peer = { code: 'nginx', layer: 'backend', name: 'nginx' };

/** Connections over TLS, the certificate judged before a byte is sent; for the requests of node:http. */
export class TrustedAgent extends Agent {
  /** Node's own, which its types leave out. */
  declare defaultPort: number;
  readonly #target: TlsTarget;

  constructor(target: TlsTarget) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS });
    this.#target = target;
    // The Host header of requests to it leaves out the port that goes without saying.
    this.defaultPort = HTTPS_PORT;
  }

  /** Node's own hook, which its types leave out: the socket may come later. */
  createConnection(_options: unknown, done: (error: Error | null, socket: Duplex) => void): undefined {
    openTrusted(this.#target).then(
      (socket) => done(null, socket),
      (error: Error) => done(error, undefined as never),
    );
  }
}

/** Over TLS; the certificate is judged before a byte is sent. Asking throws also what {@link openTrusted} throws. */
export function createTrustedClient(target: Omit<TlsTarget, 'peer'>): HttpClient {
  const toGateway = { ...target, peer: GATEWAY_PEER };
  return clientOf(new TrustedAgent(toGateway), toGateway);
}

/** Without TLS: for addresses on one machine, and through SSH. */
export function createPlainGatewayClient(target: { readonly hostName: string; readonly port: number; readonly agent?: Agent }): HttpClient {
  return createPlainClient({ ...target, peer: GATEWAY_PEER });
}

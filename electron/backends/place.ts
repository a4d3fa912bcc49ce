import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { BackendAddress } from '../../shared/contract/settings.ts';
import { MAX_SOCKETS, type Peer } from '../http/client.ts';
import type { Transport } from '../ssh/transport.ts';
import { createJsonClient, type JsonClient } from './json-client.ts';

/** Where a service on the host is asked, and over what. */
export interface BackendPlace {
  readonly hostName: string;
  readonly port: number;
  readonly agent: Agent;
}

/** TLS by the certificate authorities of this system; the type stays that of plain HTTP, whose request it serves. */
class TlsAgent extends Agent {
  readonly #open: () => Promise<Duplex | null>;
  readonly #target: { readonly host: string; readonly port: number };

  constructor(target: { readonly host: string; readonly port: number }, open: () => Promise<Duplex | null>) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS });
    this.#target = target;
    this.#open = open;
  }

  /** Node's own hook, which its types leave out: the socket may come later. */
  createConnection(_options: unknown, done: (error: Error | null, socket: Duplex) => void): undefined {
    const fail = (error: Error): void => done(error, undefined as never);
    this.#open().then((socket) => {
      const secured = connect({ ...this.#target, servername: this.#target.host, ...(socket === null ? {} : { socket }) });
      secured.once('error', fail);
      secured.once('secureConnect', () => {
        secured.off('error', fail);
        done(null, secured);
      });
    }, fail);
  }
}

/** The place of an address; null = the usual port, as the host itself sees it, through SSH. */
export function placeOf(
  address: BackendAddress | null,
  o: { readonly usualPort: number; readonly transport: Pick<Transport, 'tunnel' | 'httpAgent'> },
): BackendPlace {
  if (address === null) return { hostName: '127.0.0.1', port: o.usualPort, agent: o.transport.httpAgent() };
  const url = new URL(address.url);
  const isTls = url.protocol === 'https:';
  const hostName = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const open = async (): Promise<Duplex | null> => (address.isThroughSsh ? await o.transport.tunnel(hostName, port) : null);
  if (isTls) return { hostName, port, agent: new TlsAgent({ host: hostName, port }, open) };
  return {
    hostName,
    port,
    agent: address.isThroughSsh ? o.transport.httpAgent() : new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
}

/** The same place until the address is another one; then listeners hear of it. */
export interface Whereabouts {
  place(): BackendPlace;
  /** To be called when the address may have changed. */
  look(): void;
  onMoved(listener: () => void): () => void;
}

export function createWhereabouts(o: {
  readonly address: () => BackendAddress | null;
  readonly usualPort: number;
  readonly transport: Pick<Transport, 'tunnel' | 'httpAgent'>;
}): Whereabouts {
  const listeners = new Set<() => void>();
  const nameOf = (): string => JSON.stringify(o.address());
  let name = nameOf();
  let place = placeOf(o.address(), o);
  return {
    place: () => place,
    look: () => {
      if (nameOf() === name) return;
      name = nameOf();
      place = placeOf(o.address(), o);
      for (const listener of listeners) listener();
    },
    onMoved: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A client that goes where the service is now. */
export function createMovingClient(peer: Peer, whereabouts: Whereabouts): JsonClient {
  let client = createJsonClient({ peer, ...whereabouts.place() });
  const stop = whereabouts.onMoved(() => {
    client.close();
    client = createJsonClient({ peer, ...whereabouts.place() });
  });
  return {
    peer,
    get http() {
      return client.http;
    },
    ask: (wanted) => client.ask(wanted),
    json: (wanted) => client.json(wanted),
    close: () => {
      stop();
      client.close();
    },
  };
}

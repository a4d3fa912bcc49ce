import { Agent } from 'node:http';
import type { BackendAddress } from '../../../shared/capabilities/settings/contract.ts';
import { DEFAULT_PORTS } from '../../../shared/default-ports.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { MAX_SOCKETS, type Peer } from '../../foundation/http/client.ts';
import { TrustedAgent } from '../../foundation/http/https.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createJsonClient, type JsonClient } from './json-client.ts';

export const COMFYUI_PEER = { code: 'comfyui', layer: 'backend', name: 'ComfyUI' } as const;
export const COMFYUI_PORT = DEFAULT_PORTS.comfyui;

const CONNECT_LIMIT_MS = 10_000;

/** Where a service on the host is asked, and over what. */
export interface BackendPlace {
  readonly hostName: string;
  readonly port: number;
  readonly agent: Agent;
}

/** The place of an address; null = the usual port, as the host itself sees it, through SSH. */
export function placeOf(
  address: BackendAddress | null,
  o: { readonly peer: Peer; readonly usualPort: number; readonly transport: Pick<Transport, 'tunnel' | 'httpAgent'> },
): BackendPlace {
  if (address === null) return { hostName: '127.0.0.1', port: o.usualPort, agent: o.transport.httpAgent() };
  const url = new URL(address.url);
  const isTls = url.protocol === 'https:';
  const hostName = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const through = address.isThroughSsh ? { through: () => o.transport.tunnel(hostName, port) } : {};
  if (isTls) {
    const target = { peer: o.peer, hostName, port, trust: { kind: 'system' }, timeoutMs: CONNECT_LIMIT_MS, ...through } as const;
    return { hostName, port, agent: new TrustedAgent(target) };
  }
  return {
    hostName,
    port,
    agent: address.isThroughSsh ? o.transport.httpAgent() : new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
}

/** `9090` on the machine itself, else `name:port`. */
export function describePlace({ hostName, port }: Pick<BackendPlace, 'hostName' | 'port'>): string {
  return /^(127(\.\d{1,3}){3}|localhost|::1)$/i.test(hostName) ? String(port) : `${hostName}:${port}`;
}

/** The same place until the address, or the machine that it is relative to, is another one; then listeners hear of it. */
export interface Whereabouts {
  readonly peer: Peer;
  place(): BackendPlace;
  /** Address, way and machine at its far end: a login or a pin that was given for one identity counts for no other. */
  identity(): string;
  /** To be called when the address may have changed. */
  look(): void;
  onMoved(listener: () => void): () => void;
}

export function createWhereabouts(o: {
  readonly peer: Peer;
  readonly address: () => BackendAddress | null;
  readonly usualPort: number;
  readonly transport: Pick<Transport, 'tunnel' | 'httpAgent' | 'machine'>;
}): Whereabouts {
  const moves = createEmitter();
  const addressNow = (): string => JSON.stringify(o.address());
  // The machine counts only for what is asked through it.
  const machineNow = (): string | null => (o.address()?.isThroughSsh === false ? null : o.transport.machine());
  let address = addressNow();
  let machine = machineNow();
  let place = placeOf(o.address(), o);
  return {
    peer: o.peer,
    place: () => place,
    identity: () => JSON.stringify([addressNow(), machineNow()]),
    look: () => {
      const isSameMachine = machine === null || machineNow() === machine;
      const isMoved = addressNow() !== address || !isSameMachine;
      address = addressNow();
      machine = machineNow();
      if (!isMoved) return;
      place = placeOf(o.address(), o);
      moves.emit();
    },
    onMoved: moves.on,
  };
}

/** A client that goes where the service is now. */
export function createMovingClient(whereabouts: Whereabouts): JsonClient {
  const { peer } = whereabouts;
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

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

const CONNECT_TIMEOUT_MS = 10_000;

/** Address and connection of a backend. */
export interface EndpointAddress {
  readonly hostName: string;
  readonly port: number;
  readonly agent: Agent;
}

/** The endpoint of an address; null = the default port on the host's localhost, through SSH. */
export function resolveEndpoint(
  address: BackendAddress | null,
  o: { readonly peer: Peer; readonly usualPort: number; readonly transport: Pick<Transport, 'tunnel' | 'httpAgent'> },
): EndpointAddress {
  if (address === null) return { hostName: '127.0.0.1', port: o.usualPort, agent: o.transport.httpAgent() };
  const url = new URL(address.url);
  const isTls = url.protocol === 'https:';
  const hostName = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const through = address.isThroughSsh ? { through: () => o.transport.tunnel(hostName, port) } : {};
  if (isTls) {
    const target = { peer: o.peer, hostName, port, trust: { kind: 'system' }, timeoutMs: CONNECT_TIMEOUT_MS, ...through } as const;
    return { hostName, port, agent: new TrustedAgent(target) };
  }
  return {
    hostName,
    port,
    agent: address.isThroughSsh ? o.transport.httpAgent() : new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
}

/** `9090` on the machine itself, else `name:port`. */
export function describeEndpoint({ hostName, port }: Pick<EndpointAddress, 'hostName' | 'port'>): string {
  return /^(127(\.\d{1,3}){3}|localhost|::1)$/i.test(hostName) ? String(port) : `${hostName}:${port}`;
}

/** The endpoint of a backend; listeners are called when its address, or the machine it is relative to, changes. */
export interface BackendEndpoint {
  readonly peer: Peer;
  address(): EndpointAddress;
  /** Address, way and machine at its far end: a login or a pin that was given for one identity counts for no other. */
  identity(): string;
  /** Call it when the address may have changed. */
  refresh(): void;
  onChange(listener: () => void): () => void;
}

export function createBackendEndpoint(o: {
  readonly peer: Peer;
  readonly address: () => BackendAddress | null;
  readonly usualPort: number;
  readonly transport: Pick<Transport, 'tunnel' | 'httpAgent' | 'machine'>;
}): BackendEndpoint {
  const moves = createEmitter();
  const addressNow = (): string => JSON.stringify(o.address());
  // The machine matters only for requests through it.
  const machineNow = (): string | null => (o.address()?.isThroughSsh === false ? null : o.transport.machine());
  let address = addressNow();
  let machine = machineNow();
  let place = resolveEndpoint(o.address(), o);
  return {
    peer: o.peer,
    address: () => place,
    identity: () => JSON.stringify([addressNow(), machineNow()]),
    refresh: () => {
      const isSameMachine = machine === null || machineNow() === machine;
      const isMoved = addressNow() !== address || !isSameMachine;
      address = addressNow();
      machine = machineNow();
      if (!isMoved) return;
      place = resolveEndpoint(o.address(), o);
      moves.emit();
    },
    onChange: moves.on,
  };
}

/** A client that follows the endpoint. */
export function createEndpointClient(endpoint: BackendEndpoint): JsonClient {
  const { peer } = endpoint;
  let client = createJsonClient({ peer, ...endpoint.address() });
  const stop = endpoint.onChange(() => {
    client.close();
    client = createJsonClient({ peer, ...endpoint.address() });
  });
  return {
    peer,
    get http() {
      return client.http;
    },
    request: (wanted) => client.request(wanted),
    json: (wanted) => client.json(wanted),
    close: () => {
      stop();
      client.close();
    },
  };
}

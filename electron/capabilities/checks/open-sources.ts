import { setMaxListeners } from 'node:events';
import { Agent } from 'node:http';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { DEFAULT_PORTS } from '../../../shared/default-ports.ts';
import { toPanelError } from '../../../shared/errors.ts';
import type { HttpClient, HttpRequest, Peer, Reply } from '../../foundation/http/client.ts';
import { NGINX_PEER } from '../../foundation/http/https.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { untilOnline } from '../../foundation/ssh/until-online.ts';
import type { Backends } from '../backends/backends.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import { SHIM_PEER } from '../backends/shim-readiness.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Check, Reads } from './check.ts';
import type { OpenSources } from './checks.ts';
import { gatewayMachineError } from './errors.ts';
import { type MachineReading, readMachine } from './read-machine.ts';
import { runOverload } from './run-overload.ts';
import type { CheckRequest, CheckSources, GatewayCredentials } from './sources.ts';
import { givenOut } from './still-reading.ts';
import { tryPort, tryTunnel } from './try-port.ts';
import { tryUpgrade } from './try-upgrade.ts';

const TIMEOUT_MS = 15_000;
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|::1)$/i;
const CONNECT_WAIT_MS = 20_000;
const MAX_BYTES = 4 * 1024 * 1024;
/** No token of anybody; it says in the gateway's log where it comes from. */
const WRONG_TOKEN = 'ada-panel-check-of-a-wrong-token';

export interface SourceParts {
  readonly profile: HostProfile;
  /** Where another machine of the lab's network reaches its host; null = a real host. */
  readonly labAddress: string | null;
  readonly transport: Transport;
  readonly backends: Pick<Backends, 'invokeai' | 'comfyui'>;
  readonly gateway: Pick<Gateway, 'state' | 'refresh' | 'request' | 'requestAs' | 'observer' | 'certificate' | 'overload'>;
  /** The connection to another host of the list; null when it is not there. `release` ends its use. */
  readonly connectionTo: (hostId: string) => { readonly connection: Transport; connect(): Promise<void>; release(): void } | null;
  /** How long the connection to the gateway's machine is waited for. */
  readonly connectWaitMs?: number;
  readonly now: () => number;
}

/** The address of the lab's host in the network that the lab simulates. */
export const LAB_ADDRESS = 'ada2.lab';

/** Opens the real sources: reads both machines at once, and asks over HTTP when a check does. */
export function createOpenSources(p: SourceParts): OpenSources {
  return (checks, signal) => {
    // Each request of the checks that run side by side listens to it.
    setMaxListeners(0, signal);
    const closers: (() => void)[] = [];
    const client = (peer: Peer, port: number, place: { readonly hostName?: string; readonly agent?: Agent } = {}): JsonClient => {
      const json = createJsonClient({ peer, port, agent: p.transport.httpAgent(), ...place });
      closers.push(() => json.close());
      return json;
    };
    const nginx = client(NGINX_PEER, DEFAULT_PORTS.nginx);
    const shim = client(SHIM_PEER, DEFAULT_PORTS.shim);
    const endpoints = { nginx, shim, invokeai: p.backends.invokeai, comfyui: p.backends.comfyui };
    const onceEach = memoryOfReplies();
    const close = (): void => {
      for (const end of closers) end();
    };
    const hostReads = readsOf(checks, 'reads');
    const host = givenOut(readMachine(p.transport, hostReads, p.now));
    const gatewayMachine = givenOut(readGatewayMachine(p, readsOf(checks, 'gatewayReads'), (end) => closers.push(end), signal));
    const read = Promise.all([host.read, gatewayMachine.read]);
    const observer = observerOf(p.gateway);
    const { gateway, profile } = p;
    const state = gateway.state();
    const direct = (port: number): JsonClient =>
      client(NGINX_PEER, port, p.labAddress === null ? { hostName: profile.hostName, agent: new Agent() } : { hostName: p.labAddress });
    const sources: CheckSources = {
      nowMs: p.now(),
      host: {
        label: profile.label,
        hostName: profile.hostName,
        isLab: p.labAddress !== null,
        answers: () => host.now().answers(),
        clock: () => host.now().clock(),
        mayRunAsRoot: mayRunOnce((argv) => p.transport.mayRunAsRoot(argv)),
      },
      http: (endpoint, request) => onceEach(endpoint, request, (wanted) => send(endpoints[endpoint], wanted, signal)),
      upgrade: (path) => tryUpgrade({ peer: NGINX_PEER, agent: p.transport.httpAgent(), port: DEFAULT_PORTS.nginx, path, signal }),
      tryPort: (port) => reach(p, port, signal),
      askPort: (port, request) => send(direct(port), request, signal),
      gateway: {
        profile: state.profile,
        hasToken: state.hasToken,
        request: ({ as = 'token', ...request }) =>
          onceEach(`gateway ${as}`, request, (wanted) => askGateway(gateway, as, asHttp(wanted, signal))),
        observe:
          observer === null ? null : (request) => onceEach('observer', request, (wanted) => observer.request(asHttp(wanted, signal))),
        certificateEndsAt: async () => (await gateway.certificate())?.endsAt ?? null,
        overload: (plan) => runOverload(gateway, plan, signal),
        answers: () => machineOf(gatewayMachine.now()).answers(),
        clock: () => machineOf(gatewayMachine.now()).clock(),
        mayRunAsRoot: mayRunOnce((argv) => transportOf(gatewayMachine.now()).mayRunAsRoot(argv)),
      },
    };
    return { sources, read, close };
  };
}

const readsOf = (checks: readonly Pick<Check, 'reads' | 'gatewayReads'>[], of: 'reads' | 'gatewayReads'): readonly Reads[] =>
  checks.flatMap((check) => check[of] ?? []);

function askGateway(gateway: SourceParts['gateway'], as: GatewayCredentials, request: Parameters<Gateway['request']>[0]): Promise<Reply> {
  return as === 'token' ? gateway.request(request) : gateway.requestAs(as === 'none' ? null : WRONG_TOKEN, request);
}

function observerOf(gateway: SourceParts['gateway']): HttpClient | null {
  try {
    return gateway.observer();
  } catch {
    return null;
  }
}

const limited = ({ body: _body, timeoutMs, maxBytes, ...request }: CheckRequest, signal: AbortSignal) => ({
  ...request,
  timeoutMs: timeoutMs ?? TIMEOUT_MS,
  maxBytes: maxBytes ?? MAX_BYTES,
  signal,
});

/** To a client that writes JSON itself. */
const send = (client: Pick<JsonClient, 'request'>, request: CheckRequest, signal: AbortSignal): Promise<Reply> =>
  client.request({ ...limited(request, signal), ...(request.body === undefined ? {} : { body: request.body }) });

const asHttp = (request: CheckRequest, signal: AbortSignal): HttpRequest => ({
  ...limited(request, signal),
  ...(request.body === undefined
    ? {}
    : { body: JSON.stringify(request.body), headers: { ...request.headers, 'content-type': 'application/json' } }),
});

/** Asks sudo once for each command. */
function mayRunOnce(ask: (argv: readonly string[]) => Promise<boolean>): (argv: readonly string[]) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (argv) => {
    const key = JSON.stringify(argv);
    const answer = known.get(key) ?? ask(argv);
    known.set(key, answer);
    return answer;
  };
}

/** Sends a GET of one path once, however many checks ask. */
function memoryOfReplies() {
  const replies = new Map<string, Promise<Reply>>();
  return (to: string, request: CheckRequest, ask: (request: CheckRequest) => Promise<Reply>): Promise<Reply> => {
    if (request.method !== undefined && request.method !== 'GET') return ask(request);
    const key = JSON.stringify([to, request]);
    const known = replies.get(key) ?? ask(request);
    replies.set(key, known);
    return known;
  };
}

function reach(p: SourceParts, port: number, signal: AbortSignal): ReturnType<CheckSources['tryPort']> {
  const { labAddress, profile } = p;
  if (labAddress !== null) return tryTunnel(() => p.transport.tunnel(labAddress, port));
  if (LOOPBACK.test(profile.hostName)) {
    return Promise.resolve({
      kind: 'unknown',
      reason: `${profile.hostName} is an address of this computer, and says nothing about the network`,
    });
  }
  if (profile.proxyJump !== undefined) {
    return Promise.resolve({ kind: 'unknown', reason: `this computer reaches the host only through ${profile.proxyJump}` });
  }
  return tryPort(profile.hostName, port, signal);
}

type GatewayMachine =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'read'; readonly transport: Transport; readonly reading: MachineReading };

async function readGatewayMachine(
  p: SourceParts,
  reads: readonly Reads[],
  onClose: (end: () => void) => void,
  signal: AbortSignal,
): Promise<GatewayMachine> {
  const via = p.gateway.state().profile?.via ?? null;
  if (via === null) return { kind: 'none', reason: 'no gateway is set up for this host' };
  if (via.kind === 'direct') return { kind: 'none', reason: 'the panel reaches the gateway directly and does not sign in to its machine' };
  if (reads.length === 0) return { kind: 'none', reason: 'nothing is read there' };
  if (via.hostId === p.profile.id) return { kind: 'read', transport: p.transport, reading: await readMachine(p.transport, reads, p.now) };
  const lease = p.connectionTo(via.hostId);
  if (lease === null) return { kind: 'none', reason: 'its host is no longer in the list' };
  onClose(() => lease.release());
  const waitMs = p.connectWaitMs ?? CONNECT_WAIT_MS;
  const tooLong = AbortSignal.timeout(waitMs);
  try {
    await lease.connect();
    await untilOnline(lease.connection, AbortSignal.any([signal, tooLong]));
  } catch (thrown) {
    if (tooLong.aborted) return { kind: 'none', reason: `its host did not connect within ${waitMs / 1000} s` };
    return { kind: 'none', reason: `its host cannot be reached: ${toPanelError(thrown).message}` };
  }
  return { kind: 'read', transport: lease.connection, reading: await readMachine(lease.connection, reads, p.now) };
}

function machineOf(machine: GatewayMachine): MachineReading {
  if (machine.kind === 'none') throw gatewayMachineError(machine.reason);
  return machine.reading;
}

function transportOf(machine: GatewayMachine): Transport {
  if (machine.kind === 'none') throw gatewayMachineError(machine.reason);
  return machine.transport;
}

import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type Socket } from 'node:net';
import ssh2, { type ParsedKey } from 'ssh2';
import type { LabPastPart } from '../shared/lab-past.ts';
import { isEvent, type LabFault } from './base/faults.ts';
import type { Files } from './base/files.ts';
import { type LabHub, startLabHub } from './base/hub.ts';
import { seededRandom } from './base/random.ts';
import { type LabGateway, startLabGateway } from './gateway/gateway.ts';
import { startFileFault } from './host/file-faults.ts';
import { startHostServices } from './host/host-services.ts';
import { Simulation } from './host/simulation.ts';
import { LAB_HUB_REPOS } from './invokeai/hub-repos.ts';
import { RecentPast, tellPast } from './past/live-past.ts';
import type { Machine } from './programs/process.ts';
import { execute } from './programs/programs.ts';
import { Link } from './sshd/link.ts';
import { startSshServer } from './sshd/server.ts';

const HOST_NAME = '127.0.0.1';
const USER = 'operator';
const PASSWORD = 'lab';
/** Where the gateway listens as the simulated host sees it. */
export const GATEWAY_PORT = 8800;
export const GATEWAY_OBSERVABILITY_PORT = 8801;
/** The gateway's log of requests is on the host, where its ports are. */
const REQUESTS_FOLDER = '/var/lib/gateway/data';
const TICK_MS = 50;
const REBOOT_TAKES_MS = 4000;

export interface Lab {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH text. */
  readonly privateKey: string;
  /** Base64 of the raw host key blob. */
  readonly hostKey: string;
  /** As ssh-keygen prints it, `SHA256:…`. */
  readonly hostKeySha256: string;
  readonly loginPassword: string;
  readonly sudoPassword: string;
  /** The world behind the server, for tests that look behind the scenes. */
  readonly simulation: Simulation;
  readonly files: Files;
  readonly gateway: LabGateway;
  readonly hub: LabHub;
  /** Where a port of the simulated host really listens; null = a connection is refused there. */
  readonly portOf: (port: number) => number | null;
  /** Starts a fault until it is fixed; events (`rebooted`, `sshd-killed`, …) happen once. */
  break(fault: LabFault): void;
  /** Fixes one fault, or all. */
  repair(fault?: LabFault): void;
  close(): Promise<void>;
}

export interface LabOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly seed?: number;
  readonly now?: () => number;
  /** A host with a GPU and none of the services, on which Setup can be tried. */
  readonly bare?: boolean;
  /** Lives through two days before, while the host is up already, and hands on what a panel would have recorded of them. */
  readonly onPast?: (part: LabPastPart) => void;
  /** Signing in asks for the password and this code, and takes no key. */
  readonly verificationCode?: string;
}

/** Starts the simulated ada2 behind a real SSH server on the loopback interface. Keys are new each time. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 20;
  const startMs = now();
  const recent = options.onPast === undefined ? null : new RecentPast(seed);
  const simulation = new Simulation({
    ...{ seed, nowMs: startMs, bare: options.bare === true },
    ...(recent === null ? {} : { observe: recent.observe }),
  });
  const { faults } = simulation;
  const { files } = simulation;
  let power = powerOn();
  const machine = (): Machine => {
    const current: Machine = {
      simulation,
      files,
      sudoPassword: PASSWORD,
      power: power.signal,
      execute: (process) => execute(process, current),
    };
    return current;
  };
  let booted = machine();

  const services = await startHostServices(simulation);
  const { ports } = services;
  files.makeFolder(REQUESTS_FOLDER, { user: 'root', parents: true });
  const writeRequests = (text: string, isPrevious: boolean): void => {
    try {
      files.write(`${REQUESTS_FOLDER}/requests.jsonl${isPrevious ? '.1' : ''}`, Buffer.from(text), { user: 'root' });
    } catch {
      // A full disk costs the gateway lines of its log and nothing else.
    }
  };
  const gateway = await startLabGateway({ faults, portOf: (port) => ports.portOf(port), now, writeRequests });
  const hub = await startLabHub({ faults, repos: LAB_HUB_REPOS });
  const portOf = (port: number): number | null => {
    if (port === GATEWAY_PORT) return gateway.apiPort;
    return port === GATEWAY_OBSERVABILITY_PORT ? gateway.observabilityPort : ports.portOf(port);
  };
  /** The gateway's API is for the network, its other listener for its own machine. */
  const lanPortOf = (port: number): number | null => {
    if (port === GATEWAY_PORT) return gateway.apiPort;
    if (port === GATEWAY_OBSERVABILITY_PORT) return faults.has('ports-exposed') ? gateway.observabilityPort : null;
    return ports.lanPortOf(port);
  };
  const userKeys = newKeyPair();
  const hostKeys = newKeyPair();
  const otherHostKeys = newKeyPair();
  const serverOptions = {
    user: USER,
    password: PASSWORD,
    userKey: parsed(userKeys.private),
    machine: () => booted,
    portOf,
    lanPortOf,
    fromNetwork: ports.fromNetwork,
    ...(options.verificationCode === undefined ? {} : { verificationCode: options.verificationCode }),
  };
  const server = await startSshServer({ ...serverOptions, hostPrivateKey: hostKeys.private });
  const impostor = await startSshServer({ ...serverOptions, hostPrivateKey: otherHostKeys.private });

  const link = new Link(faults, seededRandom(seed + 1));
  const door = createServer((socket: Socket) => link.join(socket, faults.has('host-key-changed') ? impostor.port : server.port));
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      door.once('error', reject);
      door.listen(port, HOST_NAME, () => {
        door.removeListener('error', reject);
        const address = door.address();
        resolve(address !== null && typeof address === 'object' ? address.port : port);
      });
    });
  const port = await listen(options.port ?? 0);
  const ticker = setInterval(() => {
    simulation.advanceTo(now());
    services.sync();
  }, TICK_MS);
  let backUp: NodeJS.Timeout | null = null;
  const undoings = new Map<LabFault, () => void>();
  const undo = (fault: LabFault): void => {
    undoings.get(fault)?.();
    undoings.delete(fault);
  };

  const reboot = () => {
    power.abort();
    simulation.isPowered = false;
    services.sync();
    link.destroyAll();
    if (backUp !== null) return;
    door.close();
    backUp = setTimeout(() => {
      backUp = null;
      power = powerOn();
      simulation.reboot();
      booted = machine();
      void listen(port);
    }, REBOOT_TAKES_MS);
  };

  const closing = new AbortController();
  const past = { seed, startMs, simulation, requestLog: gateway.requestLog, signal: closing.signal };
  if (recent !== null && options.onPast !== undefined) simulation.pastTold = tellPast(recent, { ...past, onPart: options.onPast });

  const blob = parsed(hostKeys.private).getPublicSSH();
  return {
    hostName: HOST_NAME,
    port,
    user: USER,
    privateKey: userKeys.private,
    hostKey: blob.toString('base64'),
    hostKeySha256: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    loginPassword: PASSWORD,
    sudoPassword: PASSWORD,
    simulation,
    files,
    gateway,
    hub,
    portOf,
    break: (fault) => {
      if (!isEvent(fault)) faults.add(fault);
      simulation.onFault(fault);
      const undoing = undoings.has(fault) ? null : startFileFault(fault, simulation, gateway.certificates);
      if (undoing !== null) undoings.set(fault, undoing);
      gateway.faultsChanged();
      if (fault === 'rebooted') reboot();
      services.sync();
      // Who is connected notices a changed key or a refused login only when dialling again.
      if (fault === 'sshd-killed' || fault === 'host-key-changed' || fault === 'password-refused') link.destroyAll();
    },
    repair: (fault) => {
      for (const ended of fault === undefined ? [...undoings.keys()].reverse() : [fault]) undo(ended);
      if (fault === undefined) faults.clear();
      else faults.delete(fault);
      services.sync();
      gateway.faultsChanged();
      link.wake();
    },
    close: async () => {
      closing.abort();
      clearInterval(ticker);
      if (backUp !== null) clearTimeout(backUp);
      power.abort();
      link.destroyAll();
      server.close();
      impostor.close();
      await gateway.close();
      await hub.close();
      await services.close();
      await new Promise<void>((resolve) => door.close(() => resolve()));
    },
  };
}

/** Every running process listens for the loss of power: many listeners are no leak. */
function powerOn(): AbortController {
  const power = new AbortController();
  setMaxListeners(0, power.signal);
  return power;
}

/** ssh2 1.17 now and then writes a key that it cannot read itself (seen as `Malformed OpenSSH private key`): taken again then. */
function newKeyPair(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function parsed(privateKey: string): ParsedKey {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return key;
}

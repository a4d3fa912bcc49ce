import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { NGINX } from '../systemd/unit-definitions.ts';
import type { Simulation } from './simulation.ts';

const HOST_NAME = '127.0.0.1';

export const INVOKEAI_PORT = 9090;
export const SHIM_PORT = 9091;
export const NGINX_PORT = 7860;
export const COMFYUI_PORT = 8188;
export const OLLAMA_PORT = 11434;

/** What listens on a port of the simulated host while its unit is active. */
export interface PortService {
  /** As the simulated host numbers it. */
  readonly port: number;
  readonly unit: string;
  readonly server: Server;
  /** Whether other machines reach it too; otherwise it listens on the loopback interface. */
  readonly isOnAllNetworks?: () => boolean;
  /** Something is broken so that nothing listens although the unit runs. */
  readonly isDown?: () => boolean;
  /** Somebody started the program without its unit. */
  readonly isStartedByHand?: () => boolean;
  /** Default: that of its unit. */
  readonly program?: string;
}

interface Listening {
  readonly service: PortService;
  readonly sockets: Set<Socket>;
  /** The port of this machine it was given first, and gets again. */
  realPort: number;
  state: 'closed' | 'opening' | 'open';
}

/** The services of the simulated host on real ports of the loopback interface. */
export class Ports {
  readonly #simulation: Simulation;
  readonly #all: Listening[] = [];
  /** Units with the files and settings with which they have responded. */
  readonly #responded = new Set<string>();

  /** Ports of this machine from which other machines of the simulated network are connected. */
  readonly fromNetwork = new Set<number>();

  constructor(simulation: Simulation, services: readonly PortService[]) {
    this.#simulation = simulation;
    for (const service of services) this.add(service);
  }

  add(service: PortService): void {
    const sockets = new Set<Socket>();
    service.server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
    });
    this.#all.push({ service, sockets, realPort: 0, state: 'closed' });
  }

  /** The same for another machine of the network. */
  lanPortOf(port: number): number | null {
    const found = this.#all.find(({ service, state }) => service.port === port && state === 'open');
    return found?.service.isOnAllNetworks?.() === true ? this.portOf(port) : null;
  }

  has(port: number): boolean {
    return this.#all.some(({ service }) => service.port === port);
  }

  /** Where a port of the simulated host really is; null = a connection is refused there. */
  portOf(port: number): number | null {
    return this.#all.find(({ service, state }) => service.port === port && state === 'open')?.realPort ?? null;
  }

  /** Opens and closes what its unit's state asks for; called often. */
  sync(): void {
    for (const listening of this.#all) {
      const { service } = listening;
      const isActive = this.#simulation.units.units.get(service.unit)?.activeState === 'active' || service.isStartedByHand?.() === true;
      const isWanted = this.#simulation.isPowered && isActive && service.isDown?.() !== true && this.#isHealthy(service.unit);
      if (isWanted && listening.state === 'closed') this.#open(listening);
      if (!isWanted && listening.state === 'open') this.#shut(listening);
    }
    this.#simulation.listening = this.#all
      .filter(({ state }) => state === 'open')
      .map(({ service: { port, unit, program = null, isOnAllNetworks } }) => ({
        port,
        unit,
        program,
        isOnAllNetworks: isOnAllNetworks?.() === true,
      }));
  }

  /** With the fault, a unit responds only with what it has responded with before. */
  #isHealthy(name: string): boolean {
    const unit = this.#simulation.units.units.get(name);
    const used = `${name} ${unit?.text ?? ''} ${name === NGINX ? (this.#simulation.nginx?.text ?? '') : ''}`;
    if (!this.#simulation.faults.has('setup-service-not-healthy')) this.#responded.add(used);
    return this.#responded.has(used);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#all.map(
        ({ service, sockets }) =>
          new Promise<void>((resolve) => {
            service.server.close(() => resolve());
            for (const socket of sockets) socket.destroy();
          }),
      ),
    );
  }

  /** Resolves once everything that should listen does. */
  async ready(): Promise<void> {
    this.sync();
    await Promise.all(
      this.#all
        .filter(({ state }) => state === 'opening')
        .map(({ service }) => new Promise<void>((resolve) => service.server.once('listening', resolve))),
    );
  }

  #open(listening: Listening): void {
    const { server } = listening.service;
    listening.state = 'opening';
    // Another program has taken the port meanwhile: any other port works.
    const elsewhere = () => server.listen(0, HOST_NAME);
    server.once('error', elsewhere);
    server.once('listening', () => {
      server.removeListener('error', elsewhere);
      const address = server.address();
      if (address !== null && typeof address === 'object') listening.realPort = address.port;
      listening.state = 'open';
    });
    server.listen(listening.realPort, HOST_NAME);
  }

  #shut(listening: Listening): void {
    listening.state = 'opening';
    listening.service.server.close(() => {
      listening.state = 'closed';
    });
    for (const socket of listening.sockets) socket.destroy();
  }
}

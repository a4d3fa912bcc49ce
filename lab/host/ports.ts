import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Simulation } from './simulation.ts';

const HOST_NAME = '127.0.0.1';

/** What listens on a port of the simulated host while its unit is active. */
export interface PortService {
  /** As the simulated host numbers it. */
  readonly port: number;
  readonly unit: string;
  readonly server: Server;
  /** Something is broken so that nothing listens although the unit runs. */
  readonly isDown?: () => boolean;
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
  readonly #all: readonly Listening[];

  constructor(simulation: Simulation, services: readonly PortService[]) {
    this.#simulation = simulation;
    this.#all = services.map((service) => ({ service, sockets: new Set<Socket>(), realPort: 0, state: 'closed' }));
    for (const { service, sockets } of this.#all) {
      service.server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.once('close', () => sockets.delete(socket));
      });
    }
  }

  /** Where a port of the simulated host really is; null = a connection is refused there. */
  portOf(port: number): number | null {
    const found = this.#all.find(({ service }) => service.port === port);
    return found?.state === 'open' ? found.realPort : null;
  }

  /** Opens and closes what its unit's state asks for; called often. */
  sync(): void {
    for (const listening of this.#all) {
      const { service } = listening;
      const isActive = this.#simulation.units.units.get(service.unit)?.activeState === 'active';
      const isWanted = this.#simulation.isPowered && isActive && service.isDown?.() !== true;
      if (isWanted && listening.state === 'closed') this.#open(listening);
      if (!isWanted && listening.state === 'open') this.#shut(listening);
    }
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

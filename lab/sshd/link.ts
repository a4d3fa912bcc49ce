import { connect, type Socket } from 'node:net';
import { monotonicMs } from '../../shared/monotonic.ts';
import type { LabFault } from '../base/faults.ts';
import type { Random } from '../base/random.ts';

const SLOW_ONE_WAY_MS = 100;
const SLOW_LOSS = 0.05;
/** What a lost packet costs before TCP has sent it again. */
const RETRANSMIT_MS = 300;

interface Direction {
  readonly from: Socket;
  readonly to: Socket;
  readonly queue: { readonly data: Buffer; readonly dueMs: number }[];
  timer: NodeJS.Timeout | null;
}

/**
 * The network between this computer and the host: passes bytes between a client's socket and the SSH server, slowly
 * (`slow-link`) or not at all (`link-down`: nothing arrives, not even the end of a connection, until it is fixed).
 */
export class Link {
  readonly #faults: ReadonlySet<LabFault>;
  readonly #random: Random;
  readonly #sockets = new Set<Socket>();
  readonly #directions = new Set<Direction>();
  readonly #closing = new Set<Socket>();

  constructor(faults: ReadonlySet<LabFault>, random: Random) {
    this.#faults = faults;
    this.#random = random;
  }

  /** Joins a client to the server on a loopback port. */
  join(client: Socket, serverPort: number): void {
    const server = connect(serverPort, '127.0.0.1');
    this.#pair(client, server);
    this.#pair(server, client);
  }

  /** Ends all connections at once, as when sshd is killed. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const direction of this.#directions) this.#forget(direction);
  }

  /** Continues after a fault was fixed. */
  wake(): void {
    if (this.#down()) return;
    for (const direction of this.#directions) {
      this.#pump(direction);
      direction.from.resume();
    }
    for (const other of this.#closing) other.destroy();
    this.#closing.clear();
  }

  #down(): boolean {
    return this.#faults.has('link-down');
  }

  #pair(from: Socket, to: Socket): void {
    from.setNoDelay(true);
    this.#sockets.add(from);
    const direction: Direction = { from, to, queue: [], timer: null };
    this.#directions.add(direction);
    from.on('data', (data: Buffer) => this.#arrived(direction, data));
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      if (this.#down()) {
        this.#closing.add(to);
        return;
      }
      this.#pump(direction, true);
      this.#forget(direction);
      to.end();
    });
  }

  #forget(direction: Direction): void {
    if (direction.timer !== null) clearTimeout(direction.timer);
    this.#directions.delete(direction);
  }

  #arrived(direction: Direction, data: Buffer): void {
    const slow = this.#faults.has('slow-link');
    const delayMs = slow ? SLOW_ONE_WAY_MS + (this.#random() < SLOW_LOSS ? RETRANSMIT_MS : 0) : 0;
    const last = direction.queue.at(-1);
    direction.queue.push({ data, dueMs: Math.max(monotonicMs() + delayMs, last?.dueMs ?? 0) });
    if (this.#down()) direction.from.pause();
    this.#pump(direction);
  }

  #pump(direction: Direction, all = false): void {
    if (this.#down()) return;
    const { queue, to, from } = direction;
    for (;;) {
      const next = queue[0];
      if (next === undefined) return;
      const waitMs = all ? 0 : next.dueMs - monotonicMs();
      if (waitMs > 0) {
        direction.timer ??= setTimeout(() => {
          direction.timer = null;
          this.#pump(direction);
        }, waitMs);
        return;
      }
      queue.shift();
      if (to.destroyed) continue;
      if (!to.write(next.data) && !from.destroyed) {
        from.pause();
        to.once('drain', () => {
          if (!this.#down()) from.resume();
        });
      }
    }
  }
}

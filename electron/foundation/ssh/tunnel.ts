import { Agent, type ClientRequestArgs } from 'node:http';
import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { panelError } from '../../../shared/errors.ts';
import type { Session } from './exec.ts';

/** RFC 4254, 5.1. */
const ADMINISTRATIVELY_PROHIBITED = 1;

/**
 * A socket to host:port as the host sees it, over the SSH connection; no local port is opened. Forwarded connections are
 * no sessions (MaxSessions does not count them), so they take no place among the channels.
 * Throws tunnel-refused, tunnel-not-allowed, or why the connection is gone.
 */
export async function openTunnel(session: Session, hostName: string, port: number): Promise<Duplex> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    if (session.gone.aborted) return reject(session.gone.reason);
    session.client.forwardOut('127.0.0.1', 0, hostName, port, (error, opened) => {
      if (error === undefined) return resolve(opened);
      if (session.gone.aborted) return reject(session.gone.reason);
      const reason = 'reason' in error ? error.reason : null;
      const where = `${hostName}:${port}`;
      reject(
        reason === ADMINISTRATIVELY_PROHIBITED
          ? panelError({
              code: 'tunnel-not-allowed',
              layer: 'ssh',
              message: `The SSH server does not allow forwarding to ${where}.`,
              hint: 'Allow it in sshd_config on the host (AllowTcpForwarding, PermitOpen).',
              retryable: false,
              detail: error.message,
            })
          : panelError({
              code: 'tunnel-refused',
              layer: 'host',
              message: `Connection refused by ${where} on the host.`,
              hint: 'Check that the service is running and listens on this port.',
              detail: error.message,
              retryable: true,
            }),
      );
    });
  });
  return new TunnelSocket(channel);
}

/** A channel with the manners of a socket, as HTTP and TLS clients expect them. */
class TunnelSocket extends Duplex {
  readonly #channel: ClientChannel;
  #idle: NodeJS.Timeout | undefined;
  #idleMs = 0;

  constructor(channel: ClientChannel) {
    super();
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      this.#touch();
      if (!this.push(chunk)) channel.pause();
    });
    channel.once('end', () => this.push(null));
    channel.once('close', () => this.destroy());
    channel.on('error', (error: Error) => this.destroy(error));
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#touch();
    this.#channel.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle);
    this.#channel.close();
    done(error);
  }

  setTimeout(idleMs: number, onTimeout?: () => void): this {
    if (onTimeout !== undefined) this.once('timeout', onTimeout);
    this.#idleMs = idleMs;
    this.#touch();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #touch(): void {
    clearTimeout(this.#idle);
    if (this.#idleMs > 0) this.#idle = setTimeout(() => this.emit('timeout'), this.#idleMs);
  }
}

type SocketCallback = (error: Error | null, socket: Duplex) => void;

/** An agent whose every connection is a tunnel opened by `open`. */
export class TunnelAgent extends Agent {
  readonly #open: (hostName: string, port: number) => Promise<Duplex>;

  constructor(open: (hostName: string, port: number) => Promise<Duplex>) {
    super({ keepAlive: false });
    this.#open = open;
  }

  /** Called by Node's Agent for each new socket; answers by the callback alone. */
  createConnection(options: ClientRequestArgs, callback?: SocketCallback): undefined {
    this.#open(options.host ?? 'localhost', Number(options.port ?? 80)).then(
      (socket) => callback?.(null, socket),
      (error: Error) => {
        const none = new Duplex();
        none.destroy();
        callback?.(error, none);
      },
    );
    return undefined;
  }
}

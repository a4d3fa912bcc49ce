import { Agent, request } from 'node:http';
import { messageOf } from './backend-message.ts';
import { ClientDisconnected, ShimError } from './errors.ts';

/** Ends a wait when the client has disconnected; Node 12 has no AbortSignal. */
export interface CancelSignal {
  readonly isCancelled: boolean;
  /** Called once, at once when it is over already; returns its unsubscribe. */
  onCancel(listener: () => void): () => void;
}

/** A cancel signal together with the call that triggers it. */
export class CancelSource implements CancelSignal {
  isCancelled = false;
  readonly #listeners = new Set<() => void>();

  onCancel(listener: () => void): () => void {
    if (this.isCancelled) listener();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

export const NEVER_CANCELLED: CancelSignal = new CancelSource();

export interface BackendRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly text?: string;
  readonly timeoutMs: number;
  readonly signal: CancelSignal;
}

export interface BackendReply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const MAX_BYTES = 128 * 1024 * 1024;

/** A persistent connection that the backend had just closed: the request was not sent. */
class StaleConnection extends Error {}

/** Requests to the backend over persistent connections. Throws ShimError (502 backend_unreachable, 504 backend_slow) and ClientDisconnected. */
export class BackendHttp {
  readonly #base: URL;
  readonly #portOf: (() => number | null) | undefined;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 128 });

  /** `portOf`: where it really listens, when that is not what the URL says; null = nowhere. */
  constructor(base: URL, portOf?: () => number | null) {
    this.#base = base;
    this.#portOf = portOf;
  }

  close(): void {
    this.#agent.destroy();
  }

  async ask(ask: BackendRequest): Promise<BackendReply> {
    // A request that must not happen twice uses a new connection, so that it never meets a closing one.
    if (ask.method === 'POST') return this.#send(ask, false);
    try {
      return await this.#send(ask, this.#agent);
    } catch (thrown) {
      if (thrown instanceof StaleConnection) return this.#send(ask, false);
      throw thrown;
    }
  }

  #send(ask: BackendRequest, agent: Agent | false): Promise<BackendReply> {
    const text = ask.text ?? (ask.body === undefined ? null : JSON.stringify(ask.body));
    return new Promise((resolve, reject) => {
      if (ask.signal.isCancelled) return reject(new ClientDisconnected());
      let hasBegun = false;
      const prefix = this.#base.pathname.replace(/\/$/, '');
      const sent = request(
        {
          agent,
          host: this.#base.hostname.replace(/^\[|\]$/g, ''),
          port: this.#port(),
          path: `${prefix}${ask.path}`,
          method: ask.method ?? 'GET',
          headers: {
            accept: '*/*',
            ...(text === null
              ? {}
              : {
                  'content-type': ask.text === undefined ? 'application/json' : 'text/plain;charset=UTF-8',
                  'content-length': Buffer.byteLength(text),
                }),
          },
        },
        (reply) => {
          const parts: Buffer[] = [];
          let bytes = 0;
          reply.on('data', (part: Buffer) => {
            bytes += part.length;
            if (bytes > MAX_BYTES) sent.destroy(new Error('the answer is too large'));
            else parts.push(part);
          });
          hasBegun = true;
          const broken = (): void => fail(new Error('the answer ended in the middle'));
          reply.once('aborted', broken);
          reply.on('error', broken);
          reply.once('end', () => {
            finish();
            resolve({ status: reply.statusCode ?? 0, type: String(reply.headers['content-type'] ?? ''), body: Buffer.concat(parts) });
          });
        },
      );
      const finish = (): void => {
        clearTimeout(timer);
        unsubscribe();
      };
      const fail = (cause: Error): void => {
        finish();
        if (cause instanceof ClientDisconnected || cause instanceof ShimError) {
          reject(cause);
          return;
        }
        if (agent !== false && sent.reusedSocket && !hasBegun) {
          reject(new StaleConnection());
          return;
        }
        reject(new ShimError(502, 'backend_unreachable', `The backend at ${this.#base.host} cannot be reached: ${cause.message}`));
      };
      const timer = setTimeout(() => {
        const words = `The backend at ${this.#base.host} did not respond to ${ask.path} within ${ask.timeoutMs / 1000} s`;
        fail(new ShimError(504, 'backend_slow', words));
        sent.destroy();
      }, ask.timeoutMs);
      const unsubscribe = ask.signal.onCancel(() => {
        fail(new ClientDisconnected());
        sent.destroy();
      });
      sent.on('error', fail);
      sent.setNoDelay(true);
      sent.end(text ?? undefined);
    });
  }

  #port(): number {
    // Nothing listens on the discard port: a refused connection, as from a backend that is down.
    if (this.#portOf !== undefined) return this.#portOf() ?? 9;
    return this.#base.port === '' ? 80 : Number(this.#base.port);
  }

  /** The JSON of a 2xx answer. Throws also 502 backend_refused with the backend's own words, 502 backend_wants_login, 502 backend_not_there for a page. */
  async json(ask: BackendRequest): Promise<unknown> {
    const reply = await this.ask(ask);
    const text = reply.body.toString('utf8');
    if (reply.status < 200 || reply.status >= 300) {
      if (reply.status === 401)
        throw new ShimError(502, 'backend_wants_login', 'InvokeAI runs with multiuser: true and wants a login, which the shim has not.');
      throw new ShimError(502, 'backend_refused', `The backend responded to ${ask.path} with ${reply.status}: ${messageOf(text)}`);
    }
    // Newer InvokeAI answers every unknown path with its user interface and 200.
    if (/html/i.test(reply.type)) throw new ShimError(502, 'backend_not_there', `The backend has no ${ask.path}: it returned a web page`);
    try {
      return JSON.parse(text);
    } catch {
      throw new ShimError(502, 'backend_garbled', `The backend's response to ${ask.path} is not valid JSON`);
    }
  }
}

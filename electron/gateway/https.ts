import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { PanelException } from '../../shared/errors.ts';
import { openTrusted, type TlsTarget } from './trust.ts';

/** An answer, whole. Header names are lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Counted from the asking: until there was a connection, until the first byte of the answer, until its last one. */
  readonly timing: { readonly connectedMs: number; readonly firstByteMs: number; readonly totalMs: number };
}

export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** Requests to one gateway over connections that are kept and used again. */
export interface GatewayClient {
  /** Throws what {@link openTrusted} throws, gateway-slow, gateway-reply-too-large, gateway-broke-off; a refusal by status is an answer. */
  ask(ask: Ask): Promise<Reply>;
  close(): void;
}

/** Enough for the overload test beside what else is asked. */
const MAX_SOCKETS = 24;

class TrustedAgent extends Agent {
  readonly #target: TlsTarget;

  constructor(target: TlsTarget) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS });
    this.#target = target;
  }

  /** Node's own hook, which its types leave out: the socket may come later. */
  createConnection(_options: unknown, done: (error: Error | null, socket: Duplex) => void): undefined {
    openTrusted(this.#target).then(
      (socket) => done(null, socket),
      (error: Error) => done(error, undefined as never),
    );
  }
}

/** Over TLS; the certificate is judged before a byte is sent. */
export function createTrustedClient(target: TlsTarget): GatewayClient {
  return clientOf(new TrustedAgent(target), target);
}

/** Without TLS: for addresses on one machine, and through SSH. */
export function createPlainClient(target: { readonly hostName: string; readonly port: number; readonly agent?: Agent }): GatewayClient {
  return clientOf(target.agent ?? new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }), target);
}

type Target = Pick<TlsTarget, 'hostName' | 'port'>;

function clientOf(agent: Agent, target: Target): GatewayClient {
  return {
    ask: (ask) => send(agent, target, ask),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, { hostName, port }: Target, ask: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const sinceStart = (): number => performance.now() - startedAt;
    let connectedMs = 0;
    const sent: ClientRequest = httpRequest({
      agent,
      host: hostName,
      port,
      path: ask.path,
      method: ask.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...ask.headers,
        ...(ask.body === undefined ? {} : { 'content-length': Buffer.byteLength(ask.body) }),
      },
      ...(ask.signal === undefined ? {} : { signal: ask.signal }),
    });
    const settle =
      <T>(use: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        use(value);
      };
    const failed = settle((cause: Error) =>
      reject(cause instanceof PanelException || cause.name === 'AbortError' ? cause : brokeOff(cause)),
    );
    const stop = (error: PanelException): void => {
      failed(error);
      sent.destroy();
    };
    const timer = setTimeout(() => stop(slow(ask.timeoutMs)), ask.timeoutMs);
    sent.on('error', failed);
    sent.once('socket', () => {
      connectedMs = sinceStart();
    });
    sent.once('response', (message: IncomingMessage) => {
      const firstByteMs = sinceStart();
      const parts: Buffer[] = [];
      let bytes = 0;
      message.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > ask.maxBytes) return stop(tooLarge(ask.maxBytes));
        parts.push(part);
      });
      message.once('error', failed);
      message.once('aborted', () => failed(new Error('the answer ended in the middle')));
      message.once(
        'end',
        settle(() =>
          resolve({
            status: message.statusCode ?? 0,
            headers: flat(message),
            body: Buffer.concat(parts).toString('utf8'),
            timing: { connectedMs, firstByteMs, totalMs: sinceStart() },
          }),
        ),
      );
    });
    sent.end(ask.body);
  });
}

function flat(message: IncomingMessage): Reply['headers'] {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

const slow = (timeoutMs: number): PanelException =>
  new PanelException({
    code: 'gateway-slow',
    layer: 'gateway',
    message: `The gateway did not finish its answer within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'It may be busy or hang: see its slots and its own log.',
    retryable: true,
  });

const tooLarge = (maxBytes: number): PanelException =>
  new PanelException({
    code: 'gateway-reply-too-large',
    layer: 'gateway',
    message: `The answer is larger than ${Math.round(maxBytes / 1024)} KiB, which none of this kind is.`,
    hint: 'Check that the address is the gateway, and nothing that answers with pages or files.',
    retryable: false,
  });

const brokeOff = (cause: Error): PanelException =>
  new PanelException(
    {
      code: 'gateway-broke-off',
      layer: 'network',
      message: 'The connection to the gateway broke off.',
      hint: 'Try again; if it stays so, look whether the gateway was restarted.',
      retryable: true,
      detail: cause.message,
    },
    { cause },
  );

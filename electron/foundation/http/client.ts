import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { PeerCode } from '../../../shared/error-codes.ts';
import { type PanelError, PanelException, panelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { tlsAlertError } from './tls-alerts.ts';

/** An answer, whole. Header names are lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
  /** The bytes as text. */
  readonly body: string;
  /** Counted from the asking: until there was a connection, until the first byte of the answer, until its last one. */
  readonly timing: { readonly connectedMs: number; readonly firstByteMs: number; readonly totalMs: number };
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** Who is asked, for the words and codes of what goes wrong. */
export interface Peer {
  /** First word of the codes: `gateway` → gateway-slow. */
  readonly code: PeerCode;
  readonly layer: PanelError['layer'];
  /** The subject of a sentence: `The gateway`. */
  readonly name: string;
  /** Whether the operator can accept its certificate in the panel. */
  readonly mayBePinned?: boolean;
}

/** Requests to one peer over persistent connections. */
export interface HttpClient {
  /** Throws what opening the connection throws, …-slow, …-reply-too-large, …-broke-off; a refusal by status is an answer. */
  request(request: HttpRequest): Promise<Reply>;
  /** Closes idle connections: the next request opens a new one. */
  dropIdle(): void;
  close(): void;
}

/** Enough for the overload test beside what else is asked. */
export const MAX_SOCKETS = 24;

/** Without TLS: for addresses on one machine, and through SSH. */
export function createPlainClient(target: Target & { readonly agent?: Agent }): HttpClient {
  return clientOf(target.agent ?? new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }), target);
}

export interface Target {
  readonly hostName: string;
  readonly port: number;
  readonly peer: Peer;
}

/** A client whose connections come from `agent`, which it ends with itself. */
export function clientOf(agent: Agent, target: Target): HttpClient {
  return {
    request: (request) => send(agent, target, request),
    dropIdle: () => {
      for (const socket of Object.values(agent.freeSockets).flatMap((idle) => idle ?? [])) socket.destroy();
    },
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, { hostName, port, peer }: Target, request: HttpRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const startedAt = monotonicMs();
    const sinceStart = (): number => monotonicMs() - startedAt;
    let connectedMs = 0;
    const sent: ClientRequest = httpRequest({
      agent,
      host: hostName,
      port,
      path: request.path,
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...request.headers,
        ...(request.body === undefined ? {} : { 'content-length': Buffer.byteLength(request.body) }),
      },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const settle =
      <T>(use: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        use(value);
      };
    const failed = settle((cause: Error) =>
      reject(cause instanceof PanelException || cause.name === 'AbortError' ? cause : brokeOffError(peer, cause)),
    );
    const stop = (error: PanelException): void => {
      failed(error);
      sent.destroy();
    };
    const timer = setTimeout(() => stop(slowError(peer, request.timeoutMs)), request.timeoutMs);
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
        if (bytes > request.maxBytes) return stop(replyTooLargeError(peer, request.maxBytes));
        parts.push(part);
      });
      message.once('error', failed);
      message.once('aborted', () => failed(new Error('the answer ended in the middle')));
      message.once(
        'end',
        settle(() => {
          const whole = Buffer.concat(parts);
          resolve({
            status: message.statusCode ?? 0,
            headers: flat(message),
            timing: { connectedMs, firstByteMs, totalMs: sinceStart() },
            bytes: whole,
            // Decoded on first use, since an image is not text.
            get body() {
              return whole.toString('utf8');
            },
          });
        }),
      );
    });
    sent.end(request.body);
  });
}

function flat(message: IncomingMessage): Reply['headers'] {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

export const slowError = ({ code, layer, name }: Peer, timeoutMs: number): PanelException =>
  panelError({
    code: `${code}-slow`,
    layer,
    message: `${name} did not respond within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'The service may be busy or hang: check its log.',
    retryable: true,
  });

const replyTooLargeError = ({ code, layer, name }: Peer, maxBytes: number): PanelException =>
  panelError({
    code: `${code}-reply-too-large`,
    layer,
    message: `${name} sent a response larger than ${Math.round(maxBytes / 1024)} KiB.`,
    hint: 'Check the address: another program may be responding there.',
    retryable: false,
  });

export const brokeOffError = (peer: Peer, cause: Error): PanelException =>
  tlsAlertError(peer, cause) ??
  panelError(
    {
      code: `${peer.code}-broke-off`,
      layer: 'network',
      message: `${peer.name} closed the connection.`,
      hint: 'Try again; if it fails again, check whether the service restarted.',
      retryable: true,
      detail: cause.message,
    },
    { cause },
  );

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerModels, answerReadiness, send } from './about.ts';
import { BackendHttp, CancelSource } from './backend-http.ts';
import { createComfyUi } from './comfyui.ts';
import { readConfig } from './config.ts';
import { ClientDisconnected, ShimError, toShimError } from './errors.ts';
import { answerGenerations } from './generations.ts';
import { refuseOtherTypes, refuseStrangers, targetOf } from './http-guard.ts';
import { createInvokeAi } from './invokeai.ts';
import { monotonicMs } from './monotonic.ts';
import { readJson } from './read-body.ts';
import { createStub } from './stub.ts';

export const SHIM_BUILD = 'ada-1';
/** For the last answers to leave. */
const CLOSE_GRACE_MS = 500;
/** A body of 1 MiB each at most while it comes. */
const MAX_CONNECTIONS = 512;

export interface Shim {
  /** Answers one request; for who has a listener of his own. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves with the port; 0 in the configuration takes any free one. */
  listen(): Promise<number>;
  /** Takes no more requests, ends those under way (their jobs are cancelled) and resolves. */
  close(): Promise<void>;
}

export interface ShimOptions {
  /** The variables of shim.env. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One structured line for the journal, with its priority in front (sd-daemon(3)). */
  readonly log: (line: string) => void;
  /** Where the backend really listens, asked before each connection; null = nowhere. Without it, as its URL says. */
  readonly backendPort?: () => number | null;
}

/** The OpenAI Images front of InvokeAI or ComfyUI, on 127.0.0.1. Throws an Error in words when the environment makes no sense. */
export function createShim({ environment, log, backendPort }: ShimOptions): Shim {
  const now = monotonicMs;
  const config = readConfig(environment);
  const http = new BackendHttp(config.backendUrl, backendPort);
  const make = {
    stub: createStub,
    invokeai_queue: () => createInvokeAi(config, http, now),
    comfyui: () => createComfyUi(config, http, now),
  };
  const backend = make[config.mode]();
  const say = (priority: number, event: string, fields: Readonly<Record<string, unknown>>): void => {
    const words = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'number' ? value : JSON.stringify(value)}`);
    log(`<${priority}>${event} ${words.join(' ')}`.trimEnd());
  };
  const open = new Map<CancelSource, Promise<void>>();
  /** The newest answer on each connection. */
  const answering = new WeakMap<Socket, ServerResponse>();
  /** Those whose body was read: who sends slowly takes no place from others. */
  let inFlight = 0;
  let isStopping = false;

  const generate = async (request: IncomingMessage, response: ServerResponse, signal: CancelSource): Promise<void> => {
    const startedAt = now();
    const requestId = String(response.getHeader('x-request-id')).slice('shim-'.length);
    let isCounted = false;
    const elapsed = () => Math.round(now() - startedAt);
    try {
      refuseOtherTypes(request);
      if (isStopping) throw stoppingError();
      const body = await readJson(request);
      if (inFlight >= config.maxInFlight)
        throw new ShimError(429, 'too_many_requests', `${inFlight} requests are under way already.`, { retryAfterS: 5 });
      inFlight += 1;
      isCounted = true;
      const made = await answerGenerations({ body, config, backend, response, requestId, signal, now });
      say(6, 'generated', { request: requestId, ...made, elapsed_ms: elapsed() });
    } catch (thrown) {
      const cause = thrown instanceof ClientDisconnected && isStopping && !response.destroyed ? stoppingError() : thrown;
      if (cause instanceof ClientDisconnected) say(5, 'client-gone', { request: requestId, elapsed_ms: elapsed() });
      else {
        const { status, code, message } = toShimError(cause);
        say(status < 500 ? 5 : 4, 'refused', { request: requestId, status, code, said: message, elapsed_ms: elapsed() });
      }
      throw cause;
    } finally {
      if (isCounted) inFlight -= 1;
    }
  };

  const generations = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const cancelSource = new CancelSource();
    response.once('close', () => cancelSource.cancel());
    const answered = generate(request, response, cancelSource);
    const settled = answered.then(
      () => void open.delete(cancelSource),
      () => void open.delete(cancelSource),
    );
    open.set(cancelSource, settled);
    return answered;
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { authority, path, query, modelId, methods } = targetOf(request.url ?? '/');
    const method = request.method ?? 'GET';
    if (methods.length === 0) throw new ShimError(404, 'not_found', `There is no ${path.slice(0, 100)} here.`);
    if (!methods.includes(method)) {
      response.setHeader('allow', methods.join(', '));
      throw new ShimError(405, 'method_not_allowed', `${method} is not for ${path.slice(0, 100)}.`);
    }
    if (method === 'OPTIONS') return void response.writeHead(204, { allow: methods.join(', ') }).end();
    refuseStrangers(request, authority, config.allowedHosts);
    if (path === '/healthz') return send(response, 200, { status: 'ok' });
    if (path === '/readyz') return answerReadiness(response, { config, backend, build: SHIM_BUILD });
    if (path === '/v1/images/generations') return generations(request, response);
    return answerModels(response, { config, backend, isRaw: /(^|&)raw=(1|true)(&|$)/i.test(query), id: modelId });
  };

  const handle = (request: IncomingMessage, response: ServerResponse, answer = route): void => {
    response.on('error', () => undefined);
    response.setHeader('x-request-id', newRequestId());
    answer(request, response).catch((thrown: unknown) => {
      if (thrown instanceof ClientDisconnected || response.destroyed) return void response.destroy();
      const error = toShimError(thrown);
      // A stream has already reported its failure.
      if (response.writableEnded) return;
      if (response.headersSent) return void response.destroy();
      if (error.retryAfterS !== null) response.setHeader('retry-after', String(error.retryAfterS));
      // An unread rest of a body cannot be followed by another request.
      if (!request.complete) response.setHeader('connection', 'close');
      send(response, error.status, error.body(), error.reasonPhrase());
    });
  };
  const server: Server = createServer({ requireHostHeader: false }, (request, response) => {
    const { socket } = request;
    answering.set(socket, response);
    handle(request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    handle(request, response, async () => {
      throw new ShimError(417, 'expectation_failed', 'Of Expect only 100-continue is known.');
    }),
  );
  server.on('clientError', (cause: Error & { readonly code?: string }, socket: Socket) => {
    const response = answering.get(socket);
    // In the middle of an answer another one would pass for its rest.
    const isAnswering = response?.headersSent === true && !response.writableFinished;
    if (!socket.writable || isAnswering || cause.code === 'ECONNRESET') socket.destroy();
    else socket.end(brokenRequestAnswer(cause.code), () => socket.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  // An image takes its time: Node 12 would end a connection that is silent for two minutes.
  server.setTimeout(0);
  server.keepAliveTimeout = 65_000;
  // Longer than the limit above, or Node 12 breaks persistent connections.
  server.headersTimeout = 66_000;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    // Before Node 18 the end of an answer would wait for what the client says of its beginning.
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    handle,
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(config.port, '127.0.0.1', () => {
          const { port } = server.address() as AddressInfo;
          say(6, 'listening', { port, mode: config.mode, backend: config.backendUrl.origin, build: SHIM_BUILD });
          if (config.unused.length > 0) say(5, 'not-used', { variables: config.unused.join(' ') });
          resolve(port);
        });
      }),
    close: async () => {
      isStopping = true;
      const closed = new Promise((resolve) => server.close(resolve));
      const underWay = [...open];
      for (const [cancelSource] of underWay) cancelSource.cancel();
      await Promise.all(underWay.map(([, settled]) => settled));
      await backend.close();
      // Persistent connections would hold it open for another minute.
      for (const socket of sockets) socket.end();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

const newRequestId = (): string => `shim-${randomBytes(6).toString('hex')}`;

/** An answer to bytes that are no request, as any other: with an id, and words in OpenAI's shape. `code` is of Node's parser. */
function brokenRequestAnswer(code = ''): string {
  const error =
    code === 'HPE_HEADER_OVERFLOW'
      ? new ShimError(431, 'headers_too_large', 'The headers of the request are too large.')
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new ShimError(408, 'request_slow', 'The request was not complete in time.')
        : new ShimError(400, 'not_http', 'The request is not valid HTTP/1.1.');
  const body = JSON.stringify(error.body());
  const head = [
    `HTTP/1.1 ${error.status} ${error.reasonPhrase()}`,
    `x-request-id: ${newRequestId()}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

const stoppingError = (): ShimError => new ShimError(503, 'stopping', 'The shim is stopping; the job was cancelled.', { retryAfterS: 10 });

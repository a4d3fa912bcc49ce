import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerModels, answerReadiness, send } from './about.ts';
import { BackendHttp, Leaving } from './backend-http.ts';
import { createComfyUi } from './comfyui.ts';
import { readConfig } from './config.ts';
import { ClientGone, ShimError, toShimError } from './errors.ts';
import { answerGenerations } from './generations.ts';
import { createInvokeAi } from './invokeai.ts';
import { createStub } from './stub.ts';

export const SHIM_BUILD = 'ada-1';
const MOST_BODY_BYTES = 1_048_576;
const BODY_LIMIT_MS = 15_000;

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
  readonly now?: () => number;
  /** Where the backend really listens, asked before each connection; null = nowhere. Without it, as its URL says. */
  readonly backendPort?: () => number | null;
}

/** The OpenAI Images front of InvokeAI or ComfyUI, on 127.0.0.1. Throws an Error in words when the environment makes no sense. */
export function createShim({ environment, log, now = Date.now, backendPort }: ShimOptions): Shim {
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
  const open = new Set<Leaving>();
  let inFlight = 0;

  const generations = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = now();
    const requestId = randomBytes(6).toString('hex');
    response.setHeader('x-request-id', `shim-${requestId}`);
    const leaving = new Leaving();
    response.once('close', () => leaving.leave());
    if (inFlight >= config.mostInFlight)
      throw new ShimError(429, 'too_many_requests', `${inFlight} requests are under way already.`, { retryAfterS: 5 });
    inFlight += 1;
    open.add(leaving);
    try {
      const body = await readJson(request);
      const made = await answerGenerations({ body, config, backend, response, requestId, leash: leaving, now });
      say(6, 'generated', { request: requestId, ...made, elapsed_ms: Math.round(now() - startedAt) });
    } catch (thrown) {
      if (thrown instanceof ClientGone) say(5, 'client-gone', { request: requestId, elapsed_ms: Math.round(now() - startedAt) });
      else {
        const error = toShimError(thrown);
        say(error.status < 500 ? 5 : 4, 'refused', { request: requestId, status: error.status, code: error.code, said: error.message });
      }
      throw thrown;
    } finally {
      inFlight -= 1;
      open.delete(leaving);
    }
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const name = `${request.method === 'HEAD' ? 'GET' : request.method} ${path}`;
    if (name === 'GET /healthz') return send(response, 200, { status: 'ok' });
    if (name === 'GET /readyz') return answerReadiness(response, { config, backend, build: SHIM_BUILD });
    if (name === 'GET /v1/models') return answerModels(response, { config, backend, isRaw: /(^|&)raw=(1|true)(&|$)/i.test(query) });
    if (name === 'POST /v1/images/generations') return generations(request, response);
    const isKnown = ['/healthz', '/readyz', '/v1/models', '/v1/images/generations'].includes(path);
    throw isKnown
      ? new ShimError(405, 'method_not_allowed', `${request.method} is not for ${path}.`)
      : new ShimError(404, 'not_found', `There is no ${path} here.`);
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => undefined);
    route(request, response).catch((thrown: unknown) => {
      if (thrown instanceof ClientGone || response.destroyed) return void response.destroy();
      const error = toShimError(thrown);
      if (response.headersSent) return void response.destroy();
      if (error.retryAfterS !== null) response.setHeader('retry-after', String(error.retryAfterS));
      // What was not read of a body cannot be followed by another request.
      if (!request.complete) response.setHeader('connection', 'close');
      send(response, error.status, error.body());
    });
  };
  const server: Server = createServer(handle);
  // A picture takes its time; a header does not.
  server.headersTimeout = 20_000;
  server.keepAliveTimeout = 65_000;
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const leaving of open) leaving.leave();
        backend.close();
      }),
  };
}

function readJson(request: IncomingMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => {
      reject(new ShimError(408, 'body_slow', `The request's body was not whole after ${BODY_LIMIT_MS / 1000} s.`));
    }, BODY_LIMIT_MS);
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= MOST_BODY_BYTES) return void parts.push(part);
      clearTimeout(timer);
      request.pause();
      reject(new ShimError(413, 'body_too_large', `The request is larger than ${MOST_BODY_BYTES} bytes.`));
    });
    request.once('error', reject);
    request.once('aborted', () => reject(new ClientGone()));
    request.once('end', () => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(Buffer.concat(parts).toString('utf8')));
      } catch {
        reject(new ShimError(400, 'not_json', 'The request is no JSON.', { param: 'body' }));
      }
    });
  });
}

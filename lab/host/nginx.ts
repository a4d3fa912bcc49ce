import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';

const SHIM_PORT = 9091;
const INVOKEAI_PORT = 9090;
const READY_TIMEOUT_MS = 5_000;
const MODELS_TIMEOUT_MS = 30_000;
const TIMEOUT_MS = 300_000;
const SERVER = 'nginx/1.24.0 (Ubuntu)';

interface Hop {
  readonly port: number;
  readonly path: string;
  readonly limitMs: number;
}

/** Where nginx of the simulated host sends a request on; null = it answers itself. */
function hopOf(url: string): Hop | null {
  const [path = '/', query] = url.split('?');
  const rest = query === undefined ? '' : `?${query}`;
  if (path.startsWith('/healthz')) return null;
  if (path.startsWith('/readyz')) return { port: SHIM_PORT, path: '/readyz', limitMs: READY_TIMEOUT_MS };
  if (path === '/v1/images/generations') return { port: SHIM_PORT, path: `${path}${rest}`, limitMs: TIMEOUT_MS };
  if (path === '/v1/models') return { port: SHIM_PORT, path: `${path}${rest}`, limitMs: MODELS_TIMEOUT_MS };
  if (path.startsWith('/v1/')) return { port: INVOKEAI_PORT, path: `/api${path}${rest}`, limitMs: TIMEOUT_MS };
  return { port: INVOKEAI_PORT, path: `${path}${rest}`, limitMs: TIMEOUT_MS };
}

/** nginx on 7860 in front of shim and InvokeAI; `portOf` says where a port of the simulated host really listens. */
export function createNginx(portOf: (port: number) => number | null): Server {
  const server = createServer((request, response) => pass(request, response, portOf));
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const port = portOf(INVOKEAI_PORT);
    if (port === null) return void socket.destroy();
    const next = connect(port, '127.0.0.1', () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
      next.write(`${request.method} ${hopOf(request.url ?? '/')?.path ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      next.write(head);
      next.pipe(socket).pipe(next);
    });
    next.on('error', () => socket.destroy());
    socket.on('error', () => next.destroy());
    next.once('close', () => socket.destroy());
    socket.once('close', () => next.destroy());
  });
  return server;
}

function pass(request: IncomingMessage, response: ServerResponse, portOf: (port: number) => number | null): void {
  response.on('error', () => response.destroy());
  const hop = hopOf(request.url ?? '/');
  if (hop === null) {
    // Two of them, as the configuration says it.
    response.writeHead(
      200,
      [
        ['content-type', 'application/octet-stream'],
        ['content-type', 'text/plain'],
      ].flat(),
    );
    request.resume();
    response.end(request.method === 'HEAD' ? undefined : 'ok\n');
    return;
  }
  const port = portOf(hop.port);
  if (port === null) {
    page(response, '502 Bad Gateway');
    return;
  }
  const next = httpRequest(
    {
      host: '127.0.0.1',
      port,
      path: hop.path,
      method: hop.path === '/readyz' ? 'GET' : (request.method ?? 'GET'),
      headers: { ...request.headers, host: 'ada2' },
      agent: false,
      timeout: hop.limitMs,
    },
    (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.statusMessage ?? '', { ...reply.headers, server: SERVER });
      reply.pipe(response);
      reply.on('error', () => response.destroy());
    },
  );
  next.once('timeout', () => {
    page(response, '504 Gateway Time-out');
    next.destroy();
  });
  next.on('error', () => page(response, '502 Bad Gateway'));
  // The client has disconnected, so the request behind nginx is aborted.
  response.once('close', () => next.destroy());
  if (hop.path === '/readyz') {
    request.resume();
    next.end();
  } else request.pipe(next);
}

function page(response: ServerResponse, title: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(Number(title.slice(0, 3)), { server: SERVER, 'content-type': 'text/html' });
  response.end(
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${SERVER}</center>\r\n</body>\r\n</html>\r\n`,
  );
}

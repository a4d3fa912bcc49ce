import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { findLocation, type NginxLocation, type NginxServer } from './nginx-config.ts';

const SERVER = 'nginx/1.24.0 (Ubuntu)';

interface Hop {
  readonly port: number;
  readonly path: string;
  readonly method: string | null;
  readonly limitMs: number;
}

/** Where a location sends a request on; null = nginx answers by itself. */
function hopOf({ proxy, path: matched }: NginxLocation, url: string): Hop | null {
  if (proxy === null) return null;
  const [path = '/', query] = url.split('?');
  const sent = proxy.uri === null ? path : `${proxy.uri}${path.slice(matched.length)}`;
  return { ...proxy, path: `${sent}${query === undefined ? '' : `?${query}`}` };
}

/** What nginx of the simulated host needs of it. */
interface Front {
  /** The server behind the port; null = none. */
  readonly server: () => NginxServer | null;
  /** Where a port of the simulated host really listens; null = a connection is refused. */
  readonly portOf: (port: number) => number | null;
  /** Whether a connection comes from another machine of the network, by its port there. */
  readonly isFromNetwork: (remotePort: number) => boolean;
}

/** nginx on the port of the site, in front of shim and backend, as its configuration says. */
export function createNginx(front: Front): Server {
  const server = createServer((request, response) => pass(request, response, front));
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const route = routeOf(front, request.url ?? '/');
    const hop = route?.hop ?? null;
    const port = hop === null ? null : front.portOf(hop.port);
    if (hop === null || port === null) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    // Without the header the program behind gets a request that is no WebSocket.
    if (route?.location.upgrades !== true)
      return void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    const next = connect(port, '127.0.0.1', () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
      next.write(`${request.method} ${hop.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
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

function routeOf({ server }: Front, url: string): { readonly location: NginxLocation; readonly hop: Hop | null } | null {
  const found = server();
  const location = found === null ? null : findLocation(found, url.split('?')[0] ?? '/');
  return location === null ? null : { location, hop: hopOf(location, url) };
}

function pass(request: IncomingMessage, response: ServerResponse, front: Front): void {
  response.on('error', () => response.destroy());
  const route = routeOf(front, request.url ?? '/');
  if (route === null || (route.hop === null && route.location.body === '')) {
    request.resume();
    page(response, route === null || route.location.status === 404 ? '404 Not Found' : String(route.location.status));
    return;
  }
  const { hop, location } = route;
  if (hop === null) {
    response.writeHead(
      location.status,
      location.types.flatMap((type) => ['content-type', type]),
    );
    request.resume();
    response.end(request.method === 'HEAD' ? undefined : location.body);
    return;
  }
  if (location.isRestricted && front.isFromNetwork(request.socket.remotePort ?? 0)) {
    request.resume();
    page(response, '403 Forbidden');
    return;
  }
  const port = front.portOf(hop.port);
  if (port === null) {
    page(response, '502 Bad Gateway');
    return;
  }
  const next = httpRequest(
    {
      host: '127.0.0.1',
      port,
      path: hop.path,
      method: hop.method ?? request.method ?? 'GET',
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
  if (hop.method !== null) {
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

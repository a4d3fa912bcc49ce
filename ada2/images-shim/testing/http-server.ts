import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Answers with JSON. */
export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** What newer InvokeAI answers to every path it does not know. */
export function answerPage(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<!doctype html><title>Invoke</title>');
}

export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return parts.length === 0 ? null : JSON.parse(Buffer.concat(parts).toString('utf8'));
}

/** Listens on 127.0.0.1; 0 takes any free port. */
export async function listening(server: Server, wanted = 0): Promise<{ readonly port: number; close(): Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export const serve = (route: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>): Server =>
  createServer((request, response) => void Promise.resolve(route(request, response)).catch(() => response.destroy()));

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked of a {@link TryServer}. */
export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly contentType: string | null;
  readonly text: string;
}

/** A server on 127.0.0.1 for one test, which keeps every request. */
export interface TryServer {
  readonly port: number;
  readonly requests: RecordedRequest[];
  close(): void;
}

/** Starts it; `answer` is called once the whole request is there. */
export async function startTryServer(answer: (requests: RecordedRequest, response: ServerResponse) => void): Promise<TryServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    textOf(request).then(
      (text) => {
        const one = {
          method: request.method ?? '',
          path: request.url ?? '',
          contentType: request.headers['content-type'] ?? null,
          text,
        };
        requests.push(one);
        answer(one, response);
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Answers with JSON; undefined is a 404 in FastAPI's words. */
export function answerJson(response: ServerResponse, document: unknown, status = document === undefined ? 404 : 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(document ?? { detail: 'Not Found' }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

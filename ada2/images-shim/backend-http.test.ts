import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BackendHttp, CancelSource, NEVER_CANCELLED } from './backend-http.ts';
import { ClientDisconnected } from './errors.ts';
import { readJson } from './read-body.ts';
import { answer, listening, serve } from './testing/http-server.ts';

const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\n{}';

/** A backend of bare sockets; `take` gets each request with its number on the connection. */
async function bare(take: (socket: Socket, numberOnConnection: number) => void): Promise<{ http: BackendHttp; connections: () => number }> {
  let connections = 0;
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    let requests = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      requests += 1;
      take(socket, requests);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const http = new BackendHttp(new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`));
  toClose.push(() => {
    http.close();
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { http, connections: () => connections };
}

const ask = { path: '/x', timeoutMs: 5_000, signal: NEVER_CANCELLED };

describe('requests to the backend', () => {
  it('are sent again when a kept connection turns out to be closed', async () => {
    const { http, connections } = await bare((socket, number) => (number === 1 ? socket.write(OK) : socket.destroy()));
    expect(await http.json(ask)).toEqual({});
    expect(await http.json(ask)).toEqual({});
    expect(connections()).toBe(2);
  });

  it('are not sent twice where twice would be two images', async () => {
    const { http, connections } = await bare((socket) => socket.destroy());
    await expect(http.json({ ...ask, method: 'POST', body: {} })).rejects.toMatchObject({ status: 502, code: 'backend_unreachable' });
    expect(connections()).toBe(1);
  });

  it('say when an answer ends in the middle, is slow, or is not what it should be', async () => {
    const { http: broken } = await bare((socket) => socket.end(OK.replace('length: 2', 'length: 20')));
    await expect(broken.json(ask)).rejects.toMatchObject({ code: 'backend_unreachable', message: expect.stringContaining('middle') });
    const { http: slow } = await bare(() => undefined);
    await expect(slow.json({ ...ask, timeoutMs: 30 })).rejects.toMatchObject({ status: 504, code: 'backend_slow' });
    const { http: garbled } = await bare((socket) => socket.write(OK.replace('{}', '{{')));
    await expect(garbled.json(ask)).rejects.toMatchObject({ code: 'backend_garbled' });
  });

  it('end with whoever asked', async () => {
    const { http } = await bare(() => undefined);
    const signal = new CancelSource();
    const requested = http.json({ ...ask, signal });
    signal.cancel();
    await expect(requested).rejects.toBeInstanceOf(ClientDisconnected);
    await expect(http.json({ ...ask, signal })).rejects.toBeInstanceOf(ClientDisconnected);
  });
});

describe('a body', () => {
  it('that comes in drips is waited for only so long', async () => {
    const { port, close } = await listening(
      serve(async (request, response) => {
        const refused: unknown = await readJson(request, 50).catch((thrown: unknown) => thrown);
        answer(response, 408, { code: refused instanceof Error && 'code' in refused ? refused.code : null });
      }),
    );
    toClose.push(() => void close());
    const drips = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"pro')) });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: drips, duplex: 'half' };
    const response = await fetch(`http://127.0.0.1:${port}/`, init);
    expect(await response.json()).toEqual({ code: 'body_slow' });
  });
});

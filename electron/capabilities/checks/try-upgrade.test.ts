import { Agent } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { tryUpgrade } from './try-upgrade.ts';

/** What a server that does this with each connection is found to answer to a WebSocket. */
async function answerOf(use: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => use(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  try {
    const peer = { code: 'nginx', layer: 'backend', name: 'nginx' } as const;
    return await tryUpgrade({ peer, agent: new Agent(), port, path: '/ws', signal: new AbortController().signal, timeoutMs: 50 });
  } finally {
    server.close();
  }
}

it('gives the status of the server', async () => {
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  expect(await answerOf((socket) => socket.write(upgrade))).toBe(101);
  expect(await answerOf((socket) => socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'))).toBe(404);
});

it('tells a server that is silent from one that closes the connection', async () => {
  await expect(answerOf((socket) => socket.destroy())).rejects.toMatchObject({ panelError: { code: 'nginx-broke-off' } });
  await expect(answerOf(() => {})).rejects.toMatchObject({ panelError: { code: 'nginx-slow' } });
});

import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { outcomeOf, tryPort } from './try-port.ts';

const { signal } = new AbortController();

it('tells a port that is open from one that refuses', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(await tryPort('127.0.0.1', port, signal)).toEqual({ kind: 'open' });
  await new Promise((resolve) => server.close(resolve));
  expect(await tryPort('127.0.0.1', port, signal)).toEqual({ kind: 'refused' });
});

it.each([
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'silent'],
  ['EHOSTUNREACH', 'silent'],
  // A computer without a network finds no port closed.
  ['ENETUNREACH', 'unknown'],
  ['ENETDOWN', 'unknown'],
  ['ENOTFOUND', 'unknown'],
  ['EACCES', 'unknown'],
])('%s is %s', (code, kind) => {
  expect(outcomeOf(Object.assign(new Error(`connect ${code}`), { code }), 'ada2')).toMatchObject({ kind });
});

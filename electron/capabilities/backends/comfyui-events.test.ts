import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { PATIENCE } from '../../../fixtures/patience.ts';
import { type ComfyUiEvent, type ComfyUiEvents, createComfyUiEvents } from './comfyui-events.ts';

const server = createServer();
let sockets: WebSocketServer;
let events: ComfyUiEvents;
let port = 0;
let moved: () => void = () => {};
const requested: string[] = [];
const received: string[] = [];

beforeEach(async () => {
  sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    requested.push(request.url ?? '');
    socket.on('message', (data) => received.push(String(data)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  events = createComfyUiEvents({
    endpoint: {
      address: () => ({ hostName: '127.0.0.1', port, agent: new Agent() }),
      onChange: (listener) => {
        moved = listener;
        return () => {};
      },
    },
    clientId: 'me',
  });
});
afterEach(async () => {
  events.close();
  sockets.close();
  for (const socket of sockets.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
  requested.length = received.length = 0;
});

it('opens with the first listener, announces what it takes, and closes with the last', async () => {
  expect(requested).toEqual([]);
  const heard: ComfyUiEvent[] = [];
  const stops = [events.on((event) => heard.push(event)), events.on(() => {})];
  await vi.waitUntil(() => received.length > 0, PATIENCE);
  expect(requested).toEqual(['/ws?clientId=me']);
  expect(JSON.parse(received[0] ?? '')).toEqual({ type: 'feature_flags', data: { supports_preview_metadata: true } });
  for (const socket of sockets.clients) socket.send(JSON.stringify({ type: 'status', data: {} }));
  await vi.waitUntil(() => heard.some(({ kind }) => kind === 'queue'), PATIENCE);
  expect([heard[0], events.isUp()]).toEqual([{ kind: 'socket', isUp: true }, true]);
  for (const stop of stops) stop();
  await vi.waitUntil(() => sockets.clients.size === 0, PATIENCE);
});

it('connects again after a loss, at once when it is told that ComfyUI answers, and at another address', async () => {
  const heard: ComfyUiEvent[] = [];
  events.on((event) => heard.push(event));
  await vi.waitUntil(() => events.isUp(), PATIENCE);
  for (const socket of sockets.clients) socket.terminate();
  await vi.waitUntil(() => heard.at(-1)?.kind === 'socket' && !events.isUp(), PATIENCE);
  events.revive();
  await vi.waitUntil(() => events.isUp(), PATIENCE);
  moved();
  await vi.waitUntil(() => requested.length === 3 && events.isUp(), PATIENCE);
});

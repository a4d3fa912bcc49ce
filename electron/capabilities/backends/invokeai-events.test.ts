import { Agent, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as SocketServer } from 'socket.io';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import type { BackendEndpoint } from './backend-endpoint.ts';
import { INVOKEAI_PEER } from './invokeai.ts';
import { createInvokeAiEvents, type InvokeAiEvent, type InvokeAiEvents, readEvent } from './invokeai-events.ts';

let ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
  ends = [];
});

/** A real Socket.IO server in InvokeAI's place, which refuses a namespace as long as `isRefusing`. */
async function startEvents(o: { isRefusing: boolean; token?: string | null }) {
  const server: Server = createServer();
  const sockets = new SocketServer(server, { path: '/ws/socket.io' });
  let refusals = 0;
  sockets.use((socket, next) => {
    const { token = null }: { token?: string | null } = socket.handshake.auth;
    if (!o.isRefusing && (o.token === undefined || o.token === token)) return next();
    refusals += 1;
    next(new Error('Connection rejected by server'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => void sockets.close());
  return { sockets, port: (server.address() as AddressInfo).port, refusals: () => refusals };
}

function openLine(port: number, token?: () => string | null): { line: InvokeAiEvents; events: InvokeAiEvent[]; isUp: () => boolean } {
  const endpoint: BackendEndpoint = {
    peer: INVOKEAI_PEER,
    address: () => ({ hostName: '127.0.0.1', port, agent: new Agent() }),
    identity: () => 'here',
    refresh: () => {},
    onChange: () => () => {},
  };
  const line = createInvokeAiEvents(endpoint, token);
  const events: InvokeAiEvent[] = [];
  line.onEvent((event) => events.push(event));
  ends.push(() => line.close());
  const isUp = (): boolean => events.findLast((event) => event.kind === 'line')?.isUp === true;
  return { line, events, isUp };
}

describe('the line to InvokeAI’s events', () => {
  it('is tried again after a refusal, whenever InvokeAI has answered', async () => {
    const server = { isRefusing: true };
    const events = await startEvents(server);
    const { line, isUp } = openLine(events.port);
    await vi.waitUntil(() => events.refusals() === 1, PATIENCE);
    await vi.waitUntil(() => {
      line.open();
      return events.refusals() > 1;
    }, PATIENCE);
    expect(isUp()).toBe(false);
    server.isRefusing = false;
    await vi.waitUntil(() => {
      line.open();
      return isUp();
    }, PATIENCE);
    // Not a second line beside the first.
    for (let again = 0; again < 5; again += 1) line.open();
    expect(events.sockets.of('/').sockets.size).toBe(1);
  });

  it('is opened again after the server ended it on purpose', async () => {
    const events = await startEvents({ isRefusing: false });
    const { line, isUp } = openLine(events.port);
    await vi.waitUntil(isUp, PATIENCE);
    events.sockets.disconnectSockets(false);
    await vi.waitUntil(() => !isUp(), PATIENCE);
    line.open();
    await vi.waitUntil(isUp, PATIENCE);
  });

  it('sends the login as it is at each attempt', async () => {
    let token: string | null = 'old';
    const events = await startEvents({ isRefusing: false, token: 'new' });
    const { line, isUp } = openLine(events.port, () => token);
    await vi.waitUntil(() => events.refusals() === 1, PATIENCE);
    token = 'new';
    line.reopen();
    await vi.waitUntil(isUp, PATIENCE);
  });
});

describe('an event of InvokeAI', () => {
  it.each(['batch_enqueued', 'queue_cleared', 'queue_items_canceled', 'queue_items_retried'])(
    '%s is of many jobs at once, whatever it holds',
    (name) => {
      for (const payload of [{ queue_id: 'default', canceled_item_ids: [7] }, {}, null])
        expect(readEvent(name, payload)).toEqual({ kind: 'queue' });
    },
  );

  it('of progress names its job, also without a percentage', () => {
    const payload = { item_id: 7, message: 'Saving image', percentage: null, image: null };
    expect(readEvent('invocation_progress', payload)).toEqual({
      kind: 'progress',
      itemId: 7,
      message: 'Saving image',
      share: null,
      preview: null,
    });
  });
});

import { createServer, type Server } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import type { InvokeAi } from './invokeai.ts';
import { invokeAiHandler } from './routes.ts';

/** Names of events about the queue go to who subscribed to it; the others to everybody. */
const ABOUT_QUEUE = /^(queue_|invocation_|batch_)/;

/** The HTTP server with its Socket.IO at /ws/socket.io; not listening yet. */
export function createInvokeAiServer(invokeai: InvokeAi): { readonly server: Server; close(): void } {
  const handle = invokeAiHandler(invokeai);
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const sockets = new SocketServer(server, { path: '/ws/socket.io', cors: { origin: '*' }, serveClient: false });
  sockets.use((socket, next) => {
    const { token }: { token?: unknown } = socket.handshake.auth;
    const isIn = !invokeai.faults.has('invokeai-multiuser') || invokeai.accounts.byToken(typeof token === 'string' ? token : null) !== null;
    if (isIn) next();
    else next(new Error('Connection rejected by server'));
  });
  sockets.on('connection', (socket) => {
    socket.on('subscribe_queue', () => void socket.join('default'));
    socket.on('unsubscribe_queue', () => void socket.leave('default'));
  });
  const stop = invokeai.onEvent(({ event, payload }) => {
    const isAboutQueue = ABOUT_QUEUE.test(event);
    const hasEars = isAboutQueue ? sockets.of('/').adapter.rooms.has('default') : sockets.engine.clientsCount > 0;
    if (!hasEars) return;
    const whole = { timestamp: Math.floor(invokeai.context.hostNow() / 1000), ...payload() };
    if (isAboutQueue) sockets.to('default').emit(event, whole);
    else sockets.emit(event, whole);
  });
  return {
    server,
    close: () => {
      stop();
      sockets.disconnectSockets(true);
    },
  };
}

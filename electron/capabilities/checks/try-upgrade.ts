import { randomBytes } from 'node:crypto';
import { type Agent, request } from 'node:http';
import { PanelException } from '../../../shared/errors.ts';
import { brokeOffError, type Peer, slowError } from '../../foundation/http/client.ts';

const TIMEOUT_MS = 8_000;

/** The status of the server at this port of the host for a WebSocket (RFC 6455, 4.1). Rejects with what the connection throws, …-slow or …-broke-off. */
export function tryUpgrade(o: {
  readonly peer: Peer;
  readonly agent: Agent;
  readonly port: number;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}): Promise<number> {
  const { timeoutMs = TIMEOUT_MS } = o;
  return new Promise((resolve, reject) => {
    const sent = request({
      agent: o.agent,
      host: '127.0.0.1',
      port: o.port,
      path: o.path,
      signal: o.signal,
      timeout: timeoutMs,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    });
    sent.once('upgrade', (reply, socket) => {
      socket.destroy();
      resolve(reply.statusCode ?? 0);
    });
    sent.once('response', (reply) => {
      reply.destroy();
      resolve(reply.statusCode ?? 0);
    });
    sent.once('timeout', () => sent.destroy(slowError(o.peer, timeoutMs)));
    sent.once('error', (cause) => reject(cause instanceof PanelException ? cause : brokeOffError(o.peer, cause)));
    sent.end();
  });
}

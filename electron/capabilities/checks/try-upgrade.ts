import { randomBytes } from 'node:crypto';
import { type Agent, request } from 'node:http';
import { PanelException, panelError } from '../../../shared/errors.ts';

const TIMEOUT_MS = 8_000;

/** The status of the server at this port of the host for a WebSocket (RFC 6455, 4.1). Rejects with what the connection throws, or nginx-broke-off. */
export function tryUpgrade(o: {
  readonly agent: Agent;
  readonly port: number;
  readonly path: string;
  readonly signal: AbortSignal;
}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({
      agent: o.agent,
      host: '127.0.0.1',
      port: o.port,
      path: o.path,
      signal: o.signal,
      timeout: TIMEOUT_MS,
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
    sent.once('timeout', () => sent.destroy(new Error(`nothing came within ${TIMEOUT_MS / 1000} s`)));
    sent.once('error', (cause) => reject(cause instanceof PanelException ? cause : brokeOffError(cause)));
    sent.end();
  });
}

const brokeOffError = (cause: Error): PanelException =>
  panelError({
    code: 'nginx-broke-off',
    layer: 'network',
    message: 'nginx closed the connection.',
    hint: 'Try again; if it fails again, see the log of nginx.',
    retryable: true,
    detail: cause.message,
  });

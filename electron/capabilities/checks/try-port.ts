import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PortOutcome } from './sources.ts';

const TIMEOUT_MS = 4_000;

const REFUSED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET']);
/** No answer, or none that comes this way. */
const SILENT: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH']);
/** Nothing was sent, which says nothing about the port. */
const NO_WAY: ReadonlySet<string> = new Set(['ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL']);

/** Connects to a port as any computer of the network could, and hangs up. Never rejects. */
export function tryPort(hostName: string, port: number, signal: AbortSignal): Promise<PortOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostName, port });
    const end = (outcome: PortOutcome): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(outcome);
    };
    const onAbort = (): void => end({ kind: 'unknown', reason: 'cancelled' });
    signal.addEventListener('abort', onAbort);
    socket.setTimeout(TIMEOUT_MS, () => end({ kind: 'silent' }));
    socket.once('connect', () => end({ kind: 'open' }));
    socket.once('error', (cause) => end(outcomeOf(cause, hostName)));
  });
}

/** What an error of connect(2) or of the name says about the port. */
export function outcomeOf(cause: Error, hostName: string): PortOutcome {
  const code = 'code' in cause ? String(cause.code) : '';
  if (REFUSED.has(code)) return { kind: 'refused' };
  if (SILENT.has(code)) return { kind: 'silent' };
  if (NO_WAY.has(code)) return { kind: 'unknown', reason: `this computer has no route to ${hostName}` };
  return { kind: 'unknown', reason: code === 'ENOTFOUND' ? `this computer does not know the name ${hostName}` : cause.message };
}

/** The same through a tunnel to an address that only a simulated network has. */
export async function tryTunnel(tunnel: () => Promise<Duplex>): Promise<PortOutcome> {
  try {
    (await tunnel()).destroy();
    return { kind: 'open' };
  } catch {
    return { kind: 'refused' };
  }
}

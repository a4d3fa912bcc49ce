import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import type { PanelException } from '../../../shared/errors.ts';
import { judgeCertificate, peerError, type Trust } from './certificate-verdict.ts';
import type { Peer } from './client.ts';
import { systemSecureContext } from './system-authorities.ts';
import { tlsAlertError } from './tls-alerts.ts';

export interface TlsTarget {
  /** Who should be there; the codes begin with its. */
  readonly peer: Peer;
  readonly hostName: string;
  readonly port: number;
  readonly trust: Trust;
  /** A connection that leads there already, e.g. through SSH; else one is opened. */
  readonly through?: () => Promise<Duplex>;
  /** For connecting and the handshake together. */
  readonly timeoutMs: number;
}

/**
 * Opens TLS and judges the certificate by the configured name or address, also over a connection that leads there already;
 * nothing is sent before that, least of all a token. Throws what {@link judgeCertificate} finds (facts: sha256, subject, issuer,
 * names, validFrom, validTo, reason: what the operator is shown before pinning), …-no-tls, …-unreachable, …-silent,
 * …-client-certificate-required; the peer's code comes first.
 */
export async function openTrusted(target: TlsTarget): Promise<TLSSocket> {
  const { peer, hostName, port, trust, timeoutMs } = target;
  const below = await target.through?.();
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...(below === undefined ? { host: hostName, port } : { socket: below }),
      // An address is no server name, and a name in it ends without a dot (RFC 6066, 3).
      ...(isIP(hostName) === 0 ? { servername: hostName.replace(/\.$/, '') } : {}),
      // An imported certificate ends the chain, even when another authority signed it.
      ...(trust.kind === 'authority' ? { ca: trust.pem, allowPartialTrustChain: true } : { secureContext: systemSecureContext() }),
      // Node would compare with `localhost` when it is given a stream.
      checkServerIdentity: (_name, certificate) => checkServerIdentity(hostName, certificate),
      // Judged below, in words, before the socket is handed to anyone.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => fail(silentError(peer, hostName, port, timeoutMs)), timeoutMs);
    const fail = (error: PanelException): void => {
      clearTimeout(timer);
      socket.destroy();
      below?.destroy();
      reject(error);
    };
    socket.once('error', (cause) => fail(handshakeError(peer, hostName, port, cause)));
    socket.once('secureConnect', () => {
      const verifyError = socket.authorized ? null : String(socket.authorizationError);
      const refusal = judgeCertificate({ shown: socket.getPeerCertificate(true), verifyError, hostName, peer, trust });
      if (refusal !== null) return fail(refusal);
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** As OpenSSL of Node has it, and as BoringSSL of Electron. */
const NO_TLS = /wrong[ _]version[ _]number|packet[ _]length[ _]too[ _]long/i;

/** Why a handshake failed: …-no-tls only where a server answered without TLS. */
export function handshakeError(peer: Peer, hostName: string, port: number, cause: Error & { readonly code?: string }): PanelException {
  const where = `${hostName}:${port}`;
  const alert = tlsAlertError(peer, cause);
  if (alert !== null) return alert;
  if ((cause.code === 'EPROTO' && !/alert/i.test(cause.message)) || NO_TLS.test(cause.message)) {
    return peerError(peer, {
      code: 'no-tls',
      message: `${where} does not support TLS.`,
      hint: 'If it runs without a certificate, use http:// in its address and connect via SSH.',
      detail: cause.message,
    });
  }
  const why: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Connection refused: check the port and that the service is running.',
    ENOTFOUND: 'Name not found: check it, or connect via SSH.',
    EHOSTUNREACH: 'No route: check the network or VPN.',
    ECONNRESET: 'Connection closed during the handshake: see the service log.',
  };
  return peerError(peer, {
    code: 'unreachable',
    layer: 'network',
    message: `${peer.name} is unreachable at ${where}.`,
    hint: why[cause.code ?? ''] ?? 'Check the address, the network and that the service is running.',
    retryable: true,
    detail: cause.message,
  });
}

export function silentError(peer: Peer, hostName: string, port: number, timeoutMs: number): PanelException {
  return peerError(peer, {
    code: 'silent',
    layer: 'network',
    message: `${hostName}:${port} did not respond within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'A firewall may block it, or the service may hang: check it on its host.',
    retryable: true,
  });
}

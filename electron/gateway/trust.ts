import type { Duplex } from 'node:stream';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { type PanelError, PanelException } from '../../shared/errors.ts';
import type { Peer } from '../http/client.ts';

/** By what a certificate is judged; a pin is the SHA-256 of the certificate as hex pairs with colons. */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'authority'; readonly pem: string }
  | { readonly kind: 'pinned'; readonly sha256: string };

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

const problem = (peer: Peer, error: Omit<PanelError, 'layer' | 'retryable'> & Partial<PanelError>): PanelException =>
  new PanelException({ layer: peer.layer, retryable: false, ...error, code: `${peer.code}-${error.code}` });

/**
 * Opens TLS and judges the certificate; nothing is sent before that, least of all a token. Throws …-certificate-unknown
 * (facts: sha256, subject, issuer, validFrom, validTo, reason: what the operator is shown before pinning),
 * …-certificate-changed (facts: knownSha256, shownSha256 …), …-no-tls, …-unreachable, …-silent; the peer's code comes first.
 */
export async function openTrusted(target: TlsTarget): Promise<TLSSocket> {
  const { peer, hostName, port, trust, timeoutMs } = target;
  const below = await target.through?.();
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...(below === undefined ? { host: hostName, port } : { socket: below }),
      // An address is no server name (RFC 6066, 3).
      ...(/^[\d.]+$|:/.test(hostName) ? {} : { servername: hostName }),
      ...(trust.kind === 'authority' ? { ca: trust.pem } : {}),
      // Judged below, in words, before the socket is handed to anyone.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => fail(silent(peer, hostName, port, timeoutMs)), timeoutMs);
    const fail = (error: PanelException): void => {
      clearTimeout(timer);
      socket.destroy();
      below?.destroy();
      reject(error);
    };
    socket.once('error', (cause) => fail(unreachable(peer, hostName, port, cause)));
    socket.once('secureConnect', () => {
      const refusal = judge(socket, peer, trust);
      if (refusal !== null) return fail(refusal);
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function judge(socket: TLSSocket, peer: Peer, trust: Trust): PanelException | null {
  const shown = socket.getPeerCertificate(true);
  const facts = certificateFacts(shown);
  if (trust.kind === 'pinned') {
    if (shown.fingerprint256 === trust.sha256) return null;
    return problem(peer, {
      code: 'certificate-changed',
      message: `${peer.name} shows another certificate than the one that was accepted.`,
      hint: 'Ask whoever runs it whether it was renewed, and compare the fingerprint. Nothing was sent to it.',
      facts: { ...facts, knownSha256: trust.sha256, shownSha256: shown.fingerprint256 },
    });
  }
  if (socket.authorized) return null;
  return problem(peer, {
    code: 'certificate-unknown',
    message: `${peer.name} shows a certificate that nobody this laptop trusts vouches for.`,
    hint: peer.mayBePinned
      ? 'Compare the fingerprint with the one on its machine, then accept it, or import the authority that signed it. Nothing was sent.'
      : 'Let this laptop trust the authority that signed it, or go through SSH. Nothing was sent.',
    facts: { ...facts, reason: String(socket.authorizationError) },
  });
}

function certificateFacts(shown: DetailedPeerCertificate): Record<string, string> {
  return {
    sha256: shown.fingerprint256,
    subject: String(shown.subject?.CN ?? ''),
    issuer: String(shown.issuer?.CN ?? ''),
    names: shown.subjectaltname ?? '',
    validFrom: shown.valid_from,
    validTo: shown.valid_to,
  };
}

function unreachable(peer: Peer, hostName: string, port: number, cause: Error & { readonly code?: string }): PanelException {
  const where = `${hostName}:${port}`;
  if (cause.code === 'EPROTO' || /wrong version number|packet length too long/i.test(cause.message)) {
    return problem(peer, {
      code: 'no-tls',
      message: `What answers at ${where} does not speak TLS.`,
      hint: 'If it runs without a certificate, write its address with http:// and reach it through SSH.',
      detail: cause.message,
    });
  }
  const why: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Nothing listens there: check the port, and whether it runs.',
    ENOTFOUND: 'The name is not known here: check it, or go through SSH.',
    EHOSTUNREACH: 'There is no way to that machine from here: check the network or VPN.',
    ECONNRESET: 'It hung up during the handshake: look at its log.',
  };
  return problem(peer, {
    code: 'unreachable',
    layer: 'network',
    message: `${peer.name} cannot be reached at ${where}.`,
    hint: why[cause.code ?? ''] ?? 'Check the address, the network, and whether it runs.',
    retryable: true,
    detail: cause.message,
  });
}

function silent(peer: Peer, hostName: string, port: number, timeoutMs: number): PanelException {
  return problem(peer, {
    code: 'silent',
    layer: 'network',
    message: `${hostName}:${port} took the connection or the packet and said nothing for ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'A firewall may swallow it, or it hangs: look at it on its own machine.',
    retryable: true,
  });
}

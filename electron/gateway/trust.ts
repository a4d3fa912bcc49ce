import type { Duplex } from 'node:stream';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { type PanelError, PanelException } from '../../shared/errors.ts';

/** By what a gateway's certificate is judged; a pin is the SHA-256 of the certificate as hex pairs with colons. */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'authority'; readonly pem: string }
  | { readonly kind: 'pinned'; readonly sha256: string };

export interface TlsTarget {
  readonly hostName: string;
  readonly port: number;
  readonly trust: Trust;
  /** A connection that leads there already, e.g. through SSH; else one is opened. */
  readonly through?: () => Promise<Duplex>;
  /** For connecting and the handshake together. */
  readonly timeoutMs: number;
}

const problem = (error: Omit<PanelError, 'layer' | 'retryable'> & Partial<PanelError>): PanelException =>
  new PanelException({ layer: 'gateway', retryable: false, ...error });

/**
 * Opens TLS and judges the certificate; nothing is sent before that, least of all a token. Throws gateway-certificate-unknown
 * (facts: sha256, subject, issuer, validFrom, validTo, reason: what the operator is shown before pinning),
 * gateway-certificate-changed (facts: knownSha256, shownSha256 …), gateway-no-tls, gateway-unreachable, gateway-silent.
 */
export async function openTrusted(target: TlsTarget): Promise<TLSSocket> {
  const { hostName, port, trust, timeoutMs } = target;
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
    const timer = setTimeout(() => fail(silent(hostName, port, timeoutMs)), timeoutMs);
    const fail = (error: PanelException): void => {
      clearTimeout(timer);
      socket.destroy();
      below?.destroy();
      reject(error);
    };
    socket.once('error', (cause) => fail(unreachable(hostName, port, cause)));
    socket.once('secureConnect', () => {
      const refusal = judge(socket, trust);
      if (refusal !== null) return fail(refusal);
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function judge(socket: TLSSocket, trust: Trust): PanelException | null {
  const shown = socket.getPeerCertificate(true);
  const facts = certificateFacts(shown);
  if (trust.kind === 'pinned') {
    if (shown.fingerprint256 === trust.sha256) return null;
    return problem({
      code: 'gateway-certificate-changed',
      message: 'The gateway shows another certificate than the one that was accepted.',
      hint: 'Ask whoever runs the gateway whether it was renewed, and compare the fingerprint. Nothing was sent to it.',
      facts: { ...facts, knownSha256: trust.sha256, shownSha256: shown.fingerprint256 },
    });
  }
  if (socket.authorized) return null;
  return problem({
    code: 'gateway-certificate-unknown',
    message: 'The certificate of the gateway is not vouched for by anyone this laptop trusts.',
    hint: 'Compare the fingerprint with the one on the gateway, then accept it, or import the authority that signed it. Nothing was sent.',
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

function unreachable(hostName: string, port: number, cause: Error & { readonly code?: string }): PanelException {
  const where = `${hostName}:${port}`;
  if (cause.code === 'EPROTO' || /wrong version number|packet length too long/i.test(cause.message)) {
    return problem({
      code: 'gateway-no-tls',
      message: `What answers at ${where} does not speak TLS.`,
      hint: 'If this gateway runs without a certificate, write its address with http:// and reach it through SSH.',
      detail: cause.message,
    });
  }
  const why: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Nothing listens there: check the port, and whether the gateway runs.',
    ENOTFOUND: 'The name is not known here: check it, or reach the gateway through SSH.',
    EHOSTUNREACH: 'There is no way to that machine from here: check the network or VPN.',
    ECONNRESET: 'It hung up during the handshake: look at its log.',
  };
  return problem({
    code: 'gateway-unreachable',
    layer: 'network',
    message: `The gateway cannot be reached at ${where}.`,
    hint: why[cause.code ?? ''] ?? 'Check the address, the network, and whether the gateway runs.',
    retryable: true,
    detail: cause.message,
  });
}

function silent(hostName: string, port: number, timeoutMs: number): PanelException {
  return problem({
    code: 'gateway-silent',
    layer: 'network',
    message: `${hostName}:${port} took the connection or the packet and said nothing for ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'A firewall may swallow it, or the gateway hangs: look at it on its own machine.',
    retryable: true,
  });
}

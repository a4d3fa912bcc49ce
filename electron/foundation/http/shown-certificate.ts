import type { Duplex } from 'node:stream';
import { connect, type PeerCertificate } from 'node:tls';
import { hasCode, type PanelException } from '../../../shared/errors.ts';
import { certificateFacts } from './certificate-verdict.ts';
import { handshakeError, silentError, type TlsTarget } from './trust.ts';

const MAX_TEXT_CHARS = 300;

/** A certificate as a server presents it. Its texts are the server's. */
export interface ShownCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string;
  /** Epoch ms; null = not readable. */
  readonly endsAt: number | null;
}

export const shownCertificate = (shown: PeerCertificate): ShownCertificate => fromFacts(certificateFacts(shown, ''));

/** The same of the facts of an error about a certificate; null = the error has none. */
export function certificateOfFacts(facts: Readonly<Record<string, string>> | undefined): ShownCertificate | null {
  return facts?.['validTo'] === undefined ? null : fromFacts(facts);
}

function fromFacts(facts: Readonly<Record<string, string>>): ShownCertificate {
  const text = (name: string): string => (facts[name] ?? '').slice(0, MAX_TEXT_CHARS);
  const endsAt = Date.parse(text('validTo'));
  const names = text('names').replace(/\b(?:DNS|IP Address):/g, '');
  return { subject: text('subject'), issuer: text('issuer'), names, endsAt: Number.isNaN(endsAt) ? null : endsAt };
}

/**
 * The certificate that a server presents over a connection, whoever signed it; nothing is sent to it. Null = it answers without TLS.
 * Throws …-unreachable, …-silent, …-handshake-refused, …-client-certificate-required; the peer's code comes first.
 */
export function readShownCertificate(
  below: Duplex,
  { peer, hostName, port, timeoutMs }: Pick<TlsTarget, 'peer' | 'hostName' | 'port' | 'timeoutMs'>,
): Promise<ShownCertificate | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ socket: below, rejectUnauthorized: false });
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      below.destroy();
    };
    const fail = (error: PanelException): void => {
      end();
      if (hasCode(error.panelError, `${peer.code}-no-tls`)) resolve(null);
      else reject(error);
    };
    const timer = setTimeout(() => fail(silentError(peer, hostName, port, timeoutMs)), timeoutMs);
    socket.on('error', (cause) => fail(handshakeError(peer, hostName, port, cause)));
    socket.once('secureConnect', () => {
      const shown = shownCertificate(socket.getPeerCertificate());
      end();
      resolve(shown);
    });
  });
}

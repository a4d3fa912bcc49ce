import type { Duplex } from 'node:stream';
import { connect, type PeerCertificate } from 'node:tls';
import { certificateFacts } from './certificate-verdict.ts';

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

/** The certificate that a server presents over a connection, whoever signed it; nothing is sent to it. Null = it has no TLS. Never rejects. */
export function readShownCertificate(below: Duplex, timeoutMs: number): Promise<ShownCertificate | null> {
  return new Promise((resolve) => {
    const socket = connect({ socket: below, rejectUnauthorized: false });
    const end = (found: ShownCertificate | null): void => {
      clearTimeout(timer);
      socket.destroy();
      below.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => end(null), timeoutMs);
    socket.on('error', () => end(null));
    socket.once('secureConnect', () => end(shownCertificate(socket.getPeerCertificate())));
  });
}

import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls';
import type { HttpFault } from '../../../shared/error-codes.ts';
import { type PanelError, type PanelException, panelError } from '../../../shared/errors.ts';
import type { Peer } from './client.ts';

/** By what a certificate is judged; a pin is the SHA-256 of the certificate as hex pairs with colons. */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'authority'; readonly pem: string }
  | { readonly kind: 'pinned'; readonly sha256: string };

/** An error about a peer; its code begins with the peer's. */
export const peerError = (
  peer: Peer,
  error: Omit<PanelError, 'code' | 'layer' | 'retryable'> & Partial<PanelError> & { readonly code: HttpFault },
): PanelException => panelError({ layer: peer.layer, retryable: false, ...error, code: `${peer.code}-${error.code}` });

const NOT_VALID_TODAY: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
};

/**
 * The refusal of a certificate that was shown for `hostName`, or null when it is good. `verifyError` is OpenSSL's code; null = none.
 * Codes: …-certificate-changed (of a pin), …-certificate-name-mismatch, …-certificate-not-valid-today, …-certificate-unknown.
 */
export function judgeCertificate(o: {
  readonly shown: DetailedPeerCertificate;
  readonly verifyError: string | null;
  readonly hostName: string;
  readonly peer: Peer;
  readonly trust: Trust;
}): PanelException | null {
  const { shown, verifyError, hostName, peer, trust } = o;
  const facts = certificateFacts(shown, hostName);
  if (trust.kind === 'pinned') {
    if (shown.fingerprint256 === trust.sha256) return null;
    return peerError(peer, {
      code: 'certificate-changed',
      message: `${peer.name}'s certificate has changed since it was accepted.`,
      hint: 'Check with its administrator that it was renewed, and compare the fingerprint. Nothing was sent.',
      facts: { ...facts, knownSha256: trust.sha256, shownSha256: shown.fingerprint256 },
    });
  }
  if (verifyError === null) return null;
  const reported = { ...facts, reason: verifyError };
  if (verifyError === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = namesOf(shown);
    return peerError(peer, {
      code: 'certificate-name-mismatch',
      message: `${peer.name}'s certificate is not valid for ${hostName}, but for ${names === '' ? 'no name' : names}.`,
      hint: `Use a name in the certificate as the address${orAccept(peer)}. Nothing was sent.`,
      facts: reported,
    });
  }
  const why = NOT_VALID_TODAY[verifyError];
  if (why !== undefined) {
    return peerError(peer, {
      code: 'certificate-not-valid-today',
      message: `${peer.name}'s certificate, or the CA that signed it, ${why}: valid from ${shown.valid_from} to ${shown.valid_to}.`,
      hint: `Check the clock of this computer, or renew the certificate${orAccept(peer)}. Nothing was sent.`,
      facts: reported,
    });
  }
  return peerError(peer, {
    code: 'certificate-unknown',
    message:
      trust.kind === 'authority'
        ? `${peer.name}'s certificate is not signed by the imported CA.`
        : `${peer.name}'s certificate is not signed by a CA that this computer trusts.`,
    hint: peer.mayBePinned
      ? 'Compare the fingerprint with the service, then accept it, or import the CA that signed it. Nothing was sent.'
      : 'Add the CA to this computer and restart the panel, or use http:// via SSH. Nothing was sent.',
    facts: reported,
  });
}

const orAccept = (peer: Peer): string => (peer.mayBePinned ? ', or compare the fingerprint and accept this certificate' : '');

/** `DNS:ai2, IP Address:192.168.1.7` as `ai2, 192.168.1.7`; the common name where there are none. */
function namesOf(shown: PeerCertificate): string {
  const names = (shown.subjectaltname ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
  return names.filter(Boolean).slice(0, 6).join(', ').slice(0, 200) || String(shown.subject?.CN ?? '').slice(0, 100);
}

/** What an operator is shown of a certificate that was presented for `hostName`. */
export function certificateFacts(shown: PeerCertificate, hostName: string): Record<string, string> {
  return {
    sha256: shown.fingerprint256,
    subject: String(shown.subject?.CN ?? ''),
    issuer: String(shown.issuer?.CN ?? ''),
    names: shown.subjectaltname ?? '',
    ...(checkServerIdentity(hostName, shown) === undefined ? {} : { otherName: `not valid for ${hostName}` }),
    validFrom: shown.valid_from,
    validTo: shown.valid_to,
  };
}

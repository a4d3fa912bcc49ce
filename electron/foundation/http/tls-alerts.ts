import type { PeerCode } from '../../../shared/error-codes.ts';
import { type CodedError, type PanelError, PanelException, panelError } from '../../../shared/errors.ts';

type AlertingPeer = { readonly code: PeerCode; readonly layer: PanelError['layer']; readonly name: string };

/** `certificate_required` of TLS 1.3 (RFC 8446, 6.2), which arrives after the handshake, and its kin of TLS 1.2. */
const CERTIFICATE_REQUIRED = /alert number (116|41|42)\b|ALERT_(CERTIFICATE_REQUIRED|NO_CERTIFICATE|BAD_CERTIFICATE)/i;
/** Servers of TLS 1.2 send it for a missing client certificate, and for versions or ciphers that do not match. */
const HANDSHAKE_FAILURE = /alert number (40|70)\b|ALERT_(HANDSHAKE_FAILURE|PROTOCOL_VERSION)/i;

/** The alert that a TLS server sent, as …-client-certificate-required or …-handshake-refused; null for every other cause. */
export function tlsAlertError(peer: AlertingPeer, cause: Error & { readonly code?: string }): PanelException | null {
  const reported = `${cause.code ?? ''} ${cause.message}`;
  if (CERTIFICATE_REQUIRED.test(reported)) return new PanelException(clientCertificateError(peer, cause.message), { cause });
  if (!HANDSHAKE_FAILURE.test(reported)) return null;
  return panelError(
    {
      code: `${peer.code}-handshake-refused`,
      layer: peer.layer,
      message: `${peer.name} refused the TLS handshake: it may require a client certificate, or TLS versions do not match.`,
      hint: 'See its log for the reason. The panel has no client certificate and supports TLS 1.2 and 1.3.',
      retryable: false,
      detail: cause.message,
    },
    { cause },
  );
}

/** The error of a server, or a proxy in front of it, that requires a client certificate. */
export function clientCertificateError(peer: AlertingPeer, detail: string): CodedError {
  return {
    code: `${peer.code}-client-certificate-required`,
    layer: peer.layer,
    message: `${peer.name}, or the proxy in front of it, requires a client certificate, and the panel has none.`,
    hint: 'Use an address that requires none, for example the service itself via SSH.',
    retryable: false,
    detail,
  };
}

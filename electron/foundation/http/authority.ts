import { X509Certificate } from 'node:crypto';
import type { GatewayTrust } from '../../../shared/capabilities/gateway/contract.ts';
import { panelError } from '../../../shared/errors.ts';
import type { Trust } from './certificate-verdict.ts';

/** A file of all authorities of a system has a few hundred. */
const MAX_CERTIFICATES = 1_000;

/** The certificates of a PEM file, alone; private keys and words beside them stay out. Throws gateway-authority-unreadable. */
export function readAuthority(text: string): {
  readonly pem: string;
  readonly first: X509Certificate;
  readonly certificates: readonly X509Certificate[];
} {
  const found = certificatesIn(text);
  try {
    const certificates = found.map((pem) => new X509Certificate(pem));
    const [first] = certificates;
    if (first === undefined) throw new Error('no certificate in this file');
    return { pem: `${found.join('\n')}\n`, first, certificates };
  } catch (cause) {
    throw panelError({
      code: 'gateway-authority-unreadable',
      layer: 'panel',
      message: 'No readable certificate in this file.',
      hint: 'Select the PEM file of the CA that signed the gateway’s certificate; it begins with BEGIN CERTIFICATE.',
      retryable: false,
      detail: cause instanceof Error ? cause.message : String(cause),
    });
  }
}

/** The blocks of a PEM text with this label, each separately; a block without an end is omitted. */
export function certificatesIn(text: string, label: 'CERTIFICATE' | 'TRUSTED CERTIFICATE' = 'CERTIFICATE'): string[] {
  const [begin, ending] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const found: string[] = [];
  for (let from = text.indexOf(begin); from >= 0 && found.length < MAX_CERTIFICATES; ) {
    const end = text.indexOf(ending, from);
    if (end < 0) break;
    found.push(text.slice(from, end + ending.length));
    from = text.indexOf(begin, end);
  }
  return found;
}

/** The part of the trust that the window gets. */
export function trustToShow(trust: Trust): GatewayTrust {
  if (trust.kind !== 'authority') return trust.kind === 'pinned' ? { kind: 'pinned', sha256: trust.sha256 } : { kind: 'system' };
  const { first } = readAuthority(trust.pem);
  return { kind: 'authority', subject: first.subject, sha256: first.fingerprint256, validTo: first.validTo };
}

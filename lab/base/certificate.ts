import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  type JsonGeneralName,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, as PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

cryptoProvider.set(crypto);

/** A certificate for these names and addresses, signed by `issuer`, or by itself. Valid from an hour ago for `days` (may be past). */
export async function makeCertificate(o: {
  readonly commonName: string;
  readonly names: readonly string[];
  readonly days: number;
  readonly isAuthority?: boolean;
  readonly issuer?: KeyedCertificate;
  readonly now?: number;
}): Promise<KeyedCertificate> {
  const now = o.now ?? Date.now();
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const altNames = o.names.map((name): JsonGeneralName => ({ type: /^[\d.]+$|:/.test(name) ? 'ip' : 'dns', value: name }));
  const subject = `CN=${o.commonName}`;
  const issuer = o.issuer === undefined ? null : new X509Certificate(o.issuer.certificate);
  const made = await X509CertificateGenerator.create({
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: new Date(Math.min(now - 3_600_000, now + o.days * DAY_MS - DAY_MS)),
    notAfter: new Date(now + o.days * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: o.issuer === undefined ? keys.privateKey : await importKey(o.issuer.privateKey),
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(o.isAuthority === true, undefined, true), new SubjectAlternativeNameExtension(altNames)],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: made.toString('pem'), privateKey: PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}

function importKey(privateKey: string): Promise<webcrypto.CryptoKey> {
  const [raw] = PemConverter.decode(privateKey);
  if (raw === undefined) throw new Error('no private key in this text');
  return crypto.subtle.importKey('pkcs8', raw, ALGORITHM, true, ['sign']);
}

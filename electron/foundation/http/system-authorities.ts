import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { certificatesIn } from './authority.ts';

/** Where Linux distributions, the BSDs and macOS keep the certificates of the trusted authorities as one file. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
/** Their own variables of OpenSSL and Node: both name a PEM file of authorities. */
const NAMED_IN = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** PEM of the authorities that this computer trusts: the operating system's, and those named in the environment; Node's own list where neither can be read. */
export function readSystemAuthorities(
  o: { readonly environment: Environment; readonly bundles?: readonly string[]; readonly fromNode?: () => readonly string[] } = {
    environment: process.env,
  },
): readonly string[] {
  const named = NAMED_IN.flatMap((name) => readBundle(o.environment[name] ?? '') ?? []);
  const found = (o.fromNode ?? systemStore)();
  const system = found.length > 0 ? found : ((o.bundles ?? BUNDLES).map(readBundle).find((pem) => pem !== null) ?? []);
  return [...(system.length > 0 ? system : tls.rootCertificates), ...named];
}

/** Node 22.15 and newer read the operating system's store themselves; older ones cannot. */
function systemStore(): readonly string[] {
  const read: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof read !== 'function') return [];
  try {
    const found: unknown = read('system');
    return Array.isArray(found) ? found.filter((pem): pem is string => typeof pem === 'string') : [];
  } catch {
    return [];
  }
}

function readBundle(file: string): readonly string[] | null {
  if (file === '') return null;
  try {
    const text = readFileSync(file, 'utf8');
    // One by one: Node drops a whole text in which one certificate cannot be read, without a word.
    const found = [...certificatesIn(text), ...certificatesIn(text, 'TRUSTED CERTIFICATE')];
    return found.length > 0 ? found : null;
  } catch {
    return null;
  }
}

let context: tls.SecureContext | null = null;

/** The context for {@link readSystemAuthorities}, made once: reading some hundred certificates takes a while. */
export function systemSecureContext(): tls.SecureContext {
  context ??= tls.createSecureContext({ ca: [...readSystemAuthorities()] });
  return context;
}

import { randomBytes } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { appendLine } from '../files/atomic-file.ts';
import { readKeyList } from './host-key-files.ts';
import {
  type HostKeyVerdict,
  isWritableName,
  judgeHostKey,
  type KnownHostName,
  knownHostEntry,
  knownHostName,
  knownKeyTypes,
  parseKnownHosts,
} from './known-hosts.ts';
import type { PromptUser } from './options.ts';
import { keyTypeOf, sha256Fingerprint } from './public-key.ts';
import { isKeyRevoked } from './revoked-keys.ts';

const DEFAULT_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];
/** Signed with SHA-1, which can be forged: offered only where the configuration names it, as ssh does. */
const SHA1_ALGORITHM = 'ssh-rsa';

export interface HostKeyPolicy {
  /** Read in this order: those of the user, then those of the system. */
  readonly files: readonly string[];
  /** Where an accepted key is written; null = nowhere (UserKnownHostsFile none). */
  readonly writeTo: string | null;
  /** RevokedHostKeys: a key in one of them is refused, and every key where one cannot be read. */
  readonly revokedKeyFiles: readonly string[];
  /** When given, the only keys believed in (base64 of raw blobs). */
  readonly trusted?: readonly string[];
  /** StrictHostKeyChecking yes: an unknown key is refused without asking. */
  readonly refuseUnknown: boolean;
  readonly hashNames: boolean;
  /** CheckHostIP: the keys known for the address must not contradict. */
  readonly checkAddress: boolean;
  /** KnownHostsCommand: there are known keys that the panel cannot see. */
  readonly hasCommand: boolean;
  /** HostKeyAlgorithms; null = not set. */
  readonly algorithms: readonly string[] | null;
}

export interface HostKeyCheck {
  /** Algorithms to offer, kinds already known for this host first. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /**
   * Resolves when the key is good; `address` is the host's where it is known. Throws host-key-changed, host-key-revoked,
   * host-key-refused.
   */
  verify(key: Buffer, address: string | null): Promise<void>;
}

/**
 * Reads the known_hosts files of one hop and judges its key as ssh would; asks the operator about an unknown one.
 * Throws known-hosts-unreadable, host-key-name-refused, ssh-no-common-algorithm.
 */
export async function openHostKeyCheck(o: {
  readonly hostName: string;
  readonly port: number;
  readonly names: KnownHostName;
  readonly policy: HostKeyPolicy;
  readonly promptUser: PromptUser;
  readonly signal: AbortSignal;
  /** Keys accepted earlier that could not be written down; good until the panel is closed. */
  readonly accepted: Set<string>;
  readonly onUnwritable: (file: string, cause: unknown) => void;
}): Promise<HostKeyCheck> {
  const { hostName, port, names, policy } = o;
  if (policy.trusted !== undefined) return builtInCheck(hostName, policy.trusted);
  if (!isWritableName(names.name)) throw hostKeyNameError(names.name);
  const texts = await Promise.all(policy.files.map(async (file) => parseKnownHosts((await readKeyList(file)).toString('utf8'), file)));
  const lines = texts.flat();
  return {
    algorithms: preferredAlgorithms(knownKeyTypes(lines, names), policy.algorithms),
    verify: async (key, address) => {
      await refuseRevoked(hostName, policy.revokedKeyFiles, key);
      const verdict = judgeHostKey(lines, names, key);
      refuseBad(hostName, verdict, key);
      const atAddress = policy.checkAddress && address !== null ? knownHostName(address, port).name : null;
      if (atAddress !== null && atAddress !== hostName) {
        refuseBad(`${hostName} (${address})`, judgeHostKey(lines, { name: atAddress, withoutPort: null }, key), key);
      }
      const memory = `${names.name} ${key.toString('base64')}`;
      if (verdict.kind === 'known' || o.accepted.has(memory)) return;
      await confirmUnknownKey(key, verdict.kind === 'unknown' && verdict.certificateAuthority);
      o.accepted.add(memory);
    },
  };

  async function confirmUnknownKey(key: Buffer, certificateAuthority: boolean): Promise<void> {
    const hostKeyError = (message: string, hint: string) =>
      panelError({ code: 'host-key-refused', layer: 'ssh', message, hint, retryable: false, facts: { offered: sha256Fingerprint(key) } });
    if (policy.hasCommand) {
      throw hostKeyError(
        `Host key of ${hostName} is unknown, and the panel cannot run the KnownHostsCommand of your SSH configuration.`,
        'Compare its fingerprint, then add the key to known_hosts, for example with "ssh-keyscan".',
      );
    }
    if (policy.refuseUnknown) {
      throw hostKeyError(
        `Host key of ${hostName} is unknown, and your SSH configuration forbids unknown keys.`,
        certificateAuthority
          ? 'Your known_hosts has a certificate authority for this host, which the panel cannot use. Add the plain host key.'
          : 'Connect once with ssh, or add its key to known_hosts.',
      );
    }
    const keyType = keyTypeOf(key) ?? 'unknown';
    const answer = await o.promptUser(
      { kind: 'host-key-unknown', hostName, port, keyType, sha256: sha256Fingerprint(key), knownHostsFile: policy.writeTo ?? '' },
      o.signal,
    );
    if (answer.kind !== 'accept') throw hostKeyError(`Host key of ${hostName} was not accepted.`, 'Press Reconnect to review it.');
    if (policy.writeTo === null) return;
    try {
      await appendLine(policy.writeTo, knownHostEntry(names, key, policy.hashNames ? randomBytes(20) : undefined));
    } catch (cause) {
      o.onUnwritable(policy.writeTo, cause);
    }
  }
}

function builtInCheck(hostName: string, trusted: readonly string[]): HostKeyCheck {
  const [first] = trusted;
  return {
    algorithms: preferredAlgorithms(
      trusted.map((key) => keyTypeOf(Buffer.from(key, 'base64')) ?? ''),
      null,
    ),
    verify: async (key) => {
      if (trusted.includes(key.toString('base64'))) return;
      const expected = first === undefined ? 'none' : sha256Fingerprint(Buffer.from(first, 'base64'));
      throw hostKeyChangedError(hostName, expected, key, 'built in', 0);
    },
  };
}

function hostKeyNameError(name: string): PanelException {
  return panelError({
    code: 'host-key-name-refused',
    layer: 'laptop',
    message: `"${plainText(name, 100)}" cannot be used as a name in known_hosts.`,
    hint: 'Correct HostKeyAlias or HostName: with a pattern, a list or a space the key would be trusted for other hosts.',
    retryable: false,
  });
}

/** RevokedHostKeys: also a file that cannot be read refuses every key (ssh_config(5)). */
async function refuseRevoked(hostName: string, files: readonly string[], key: Buffer): Promise<void> {
  for (const file of files) {
    let isRevoked: boolean;
    try {
      isRevoked = isKeyRevoked(await readKeyList(file, { mustExist: true }), key);
    } catch (cause) {
      throw panelError(
        {
          code: 'revoked-keys-unreadable',
          layer: 'laptop',
          message: `Could not read the list of revoked host keys, ${file}.`,
          hint: 'Correct RevokedHostKeys in your SSH configuration or the permissions of the file. No host key is trusted until then.',
          retryable: false,
          detail: String(cause),
        },
        { cause },
      );
    }
    if (isRevoked) throw hostKeyRevokedError(hostName, key, file, null);
  }
}

function refuseBad(hostName: string, verdict: HostKeyVerdict, key: Buffer): void {
  if (verdict.kind === 'revoked') throw hostKeyRevokedError(hostName, key, verdict.by.file, verdict.by.line);
  if (verdict.kind !== 'changed') return;
  const { expected } = verdict;
  throw hostKeyChangedError(hostName, sha256Fingerprint(Buffer.from(expected.key, 'base64')), key, expected.file, expected.line);
}

function hostKeyRevokedError(hostName: string, key: Buffer, file: string, line: number | null): PanelException {
  return panelError({
    code: 'host-key-revoked',
    layer: 'ssh',
    message: `Host key of ${hostName} is revoked.`,
    hint: `Do not connect; contact the administrator of the host. The key is revoked in ${file}${line === null ? '' : `, line ${line}`}.`,
    retryable: false,
    facts: { offered: sha256Fingerprint(key), file, ...(line === null ? {} : { line: String(line) }) },
  });
}

function hostKeyChangedError(hostName: string, expected: string, key: Buffer, file: string, line: number): PanelException {
  return panelError({
    code: 'host-key-changed',
    layer: 'ssh',
    message: `Host key of ${hostName} has changed.`,
    hint:
      line === 0
        ? 'Restart the lab; if it fails again, another program uses its port.'
        : 'The host was reinstalled, or someone intercepts the connection. Compare the offered fingerprint with the host ' +
          `(ssh-keygen -l -f its public key); only if it matches, remove line ${line} of ${file} and reconnect.`,
    retryable: false,
    facts: { expected, offered: sha256Fingerprint(key), keyType: keyTypeOf(key) ?? 'unknown', file, line: String(line) },
  });
}

function preferredAlgorithms(types: readonly string[], configured: readonly string[] | null): ServerHostKeyAlgorithm[] {
  const all: ServerHostKeyAlgorithm[] = configured?.includes(SHA1_ALGORITHM)
    ? [...DEFAULT_ALGORITHMS, SHA1_ALGORITHM]
    : [...DEFAULT_ALGORITHMS];
  const allowed = configured === null ? all : all.filter((algorithm) => configured.includes(algorithm));
  if (allowed.length === 0) {
    throw panelError({
      code: 'ssh-no-common-algorithm',
      layer: 'laptop',
      message: 'HostKeyAlgorithms in your SSH configuration has no algorithm that the panel supports.',
      hint: `Add one of ${DEFAULT_ALGORITHMS.join(', ')}.`,
      retryable: false,
    });
  }
  const isOfKnownKind = (algorithm: string): boolean =>
    types.includes(algorithm) || (types.includes('ssh-rsa') && algorithm.startsWith('rsa-'));
  return [...allowed.filter(isOfKnownKind), ...allowed.filter((algorithm) => !isOfKnownKind(algorithm))];
}

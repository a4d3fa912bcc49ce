import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { appendLine } from '../files/whole-file.ts';
import { problem } from './errors.ts';
import {
  judgeHostKey,
  type KnownHostLine,
  keyTypeOf,
  knownHostEntry,
  knownKeyTypes,
  parseKnownHosts,
  sha256Fingerprint,
} from './known-hosts.ts';
import type { Ask } from './options.ts';

const ALL_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

export interface HostKeyPolicy {
  /** Read in this order; the first one is written to. */
  readonly files: readonly string[];
  /** When given, the only keys believed in (base64 of raw blobs). */
  readonly trusted?: readonly string[];
  /** StrictHostKeyChecking yes: an unknown key is refused without asking. */
  readonly refuseUnknown: boolean;
  readonly hashNames: boolean;
}

export interface HostKeyCheck {
  /** Algorithms to offer, kinds already known for this host first. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /** Resolves when the key is good; throws host-key-changed, host-key-revoked, host-key-refused, known-hosts-unreadable. */
  verify(key: Buffer): Promise<void>;
}

/** Reads the known_hosts files of one hop and judges its key; asks the operator about an unknown one. */
export async function openHostKeyCheck(o: {
  readonly hostName: string;
  readonly port: number;
  readonly policy: HostKeyPolicy;
  readonly ask: Ask;
  readonly signal: AbortSignal;
  /** Keys accepted earlier that could not be written down; good until the panel is closed. */
  readonly accepted: Set<string>;
  readonly onUnwritable: (file: string, cause: unknown) => void;
}): Promise<HostKeyCheck> {
  const { hostName, port, policy } = o;
  const lines = policy.trusted === undefined ? (await Promise.all(policy.files.map(readKnownHosts))).flat() : [];
  const types = policy.trusted?.map((key) => keyTypeOf(Buffer.from(key, 'base64')) ?? '') ?? knownKeyTypes(lines, hostName, port);
  return {
    algorithms: preferredAlgorithms(types),
    verify: async (key) => {
      if (policy.trusted !== undefined) {
        const [first] = policy.trusted;
        if (policy.trusted.includes(key.toString('base64'))) return;
        const expected = first === undefined ? 'none' : sha256Fingerprint(Buffer.from(first, 'base64'));
        throw changed(hostName, expected, key, 'built in', 0);
      }
      const memory = `${hostName}:${port} ${key.toString('base64')}`;
      const verdict = judgeHostKey(lines, hostName, port, key);
      switch (verdict.kind) {
        case 'known':
          return;
        case 'changed': {
          const { expected } = verdict;
          throw changed(hostName, sha256Fingerprint(Buffer.from(expected.key, 'base64')), key, expected.file, expected.line);
        }
        case 'revoked':
          throw problem({
            code: 'host-key-revoked',
            layer: 'ssh',
            message: `The key that ${hostName} showed is marked as revoked.`,
            hint: `Do not connect. Ask whoever runs the host; the mark is in ${verdict.by.file}, line ${verdict.by.line}.`,
            retryable: false,
            facts: { offered: sha256Fingerprint(key), file: verdict.by.file, line: String(verdict.by.line) },
          });
        case 'unknown':
          if (o.accepted.has(memory)) return;
          await askAboutUnknown(key, verdict.certificateAuthority);
          o.accepted.add(memory);
      }
    },
  };

  async function askAboutUnknown(key: Buffer, certificateAuthority: boolean): Promise<void> {
    const file = policy.files[0] ?? '';
    const refuse = (message: string, hint: string) =>
      problem({ code: 'host-key-refused', layer: 'ssh', message, hint, retryable: false, facts: { offered: sha256Fingerprint(key) } });
    if (policy.refuseUnknown) {
      throw refuse(
        `The key of ${hostName} is not known, and your SSH configuration forbids unknown keys.`,
        certificateAuthority
          ? 'Your known_hosts trusts a certificate authority for this host, which the panel cannot use. Add the plain host key.'
          : 'Connect once with ssh, or add its key to known_hosts.',
      );
    }
    const keyType = keyTypeOf(key) ?? 'unknown';
    const answer = await o.ask(
      { kind: 'host-key-unknown', hostName, port, keyType, sha256: sha256Fingerprint(key), knownHostsFile: file },
      o.signal,
    );
    if (answer.kind !== 'accept') throw refuse(`The key of ${hostName} was not accepted.`, 'Press Reconnect to look at it again.');
    try {
      await appendLine(file, knownHostEntry(hostName, port, key, policy.hashNames ? randomBytes(20) : undefined));
    } catch (cause) {
      o.onUnwritable(file, cause);
    }
  }
}

function changed(hostName: string, expected: string, key: Buffer, file: string, line: number) {
  return problem({
    code: 'host-key-changed',
    layer: 'ssh',
    message: `${hostName} showed another key than the one known for it.`,
    hint:
      line === 0
        ? 'Start the lab again; if that does not help, something else answers on its port.'
        : 'Either the host was set up anew, or someone stands between you and it. Compare the offered fingerprint with the host ' +
          `(ssh-keygen -l -f its public key). Only if it is right, remove line ${line} of ${file} and connect again.`,
    retryable: false,
    facts: { expected, offered: sha256Fingerprint(key), keyType: keyTypeOf(key) ?? 'unknown', file, line: String(line) },
  });
}

function preferredAlgorithms(types: readonly string[]): ServerHostKeyAlgorithm[] {
  const ofKnownKind = (algorithm: string): boolean =>
    types.includes(algorithm) || (types.includes('ssh-rsa') && algorithm.startsWith('rsa-'));
  return [...ALL_ALGORITHMS.filter(ofKnownKind), ...ALL_ALGORITHMS.filter((algorithm) => !ofKnownKind(algorithm))];
}

/** A file that is not there is empty; one that cannot be read stops the connection (fail closed). */
async function readKnownHosts(file: string): Promise<KnownHostLine[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw problem(
      {
        code: 'known-hosts-unreadable',
        layer: 'laptop',
        message: `The list of known host keys, ${file}, cannot be read.`,
        hint: 'Check its permissions. Without it no host can be told from an impostor, so nothing is connected.',
        retryable: false,
        detail: String(cause),
      },
      cause,
    );
  }
}

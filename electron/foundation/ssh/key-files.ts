import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ParsedKey } from 'ssh2';
import type { SshErrorCode } from '../../../shared/error-codes.ts';
import { panelError } from '../../../shared/errors.ts';
import type { PromptUser } from './options.ts';
import { loadSsh2 } from './ssh2.ts';

export const DEFAULT_KEY_NAMES = ['id_ed25519', 'id_ecdsa', 'id_rsa'] as const;
const PASSPHRASE_TRIES = 3;
/** The longest RSA key that OpenSSH writes takes a quarter of it. */
const MAX_KEY_FILE_BYTES = 64 * 1024;

/** A private key that can be offered; its passphrase is prompted for only when the host accepts this key. */
export interface KeyFile {
  readonly path: string;
  readonly label: string;
  /** The raw public key; null = unknown until unlocked (an encrypted PEM without a .pub beside it). */
  readonly publicBlob: Buffer | null;
  /** Throws key-passphrase-refused, key-cancelled, key-unsupported. Null = only the public half is here, to name a key of the agent. */
  readonly unlock: ((promptUser: PromptUser, signal: AbortSignal) => Promise<ParsedKey>) | null;
}

/**
 * Reads key files; a missing file is skipped, an unusable file is reported to `onUnusable`. As with ssh, a public
 * key, or one beside a private key that is not there, names a key that the agent holds (ssh_config(5), IdentityFile).
 */
export async function readKeyFiles(
  paths: readonly string[],
  unlocked: Map<string, ParsedKey>,
  onUnusable: (path: string, why: string) => void,
): Promise<KeyFile[]> {
  const found: KeyFile[] = [];
  for (const path of new Set(paths)) {
    try {
      found.push(await openKey(path, await readKeyText(path), unlocked));
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) onUnusable(path, String(cause));
      const publicBlob = await publicBeside(path);
      if (publicBlob !== null) found.push({ path, label: basename(path), publicBlob, unlock: null });
    }
  }
  return found;
}

/** A key file is a regular file of some kilobytes; a device or a pipe would be read for ever. */
async function readKeyText(path: string): Promise<Buffer> {
  const info = await stat(path);
  if (!info.isFile() || info.size > MAX_KEY_FILE_BYTES) throw new Error('not a key file');
  return await readFile(path);
}

/** A key path of a profile. Throws key-path-refused for a network path, which would send the operator's credentials there. */
export function checkedKeyPath(path: string): string {
  if (!/^[\\/]{2}|\p{C}/u.test(path)) return path;
  throw keyError('key-path-refused', 'A key file is on a network path.', 'Copy the key to this computer and choose it in Settings.', path);
}

/** A key given as text (the lab's). */
export async function keyFromText(text: string): Promise<KeyFile> {
  return await openKey('built in', Buffer.from(text), new Map());
}

async function openKey(path: string, text: Buffer, unlocked: Map<string, ParsedKey>): Promise<KeyFile> {
  const { utils } = await loadSsh2();
  const named = publicLine(text.toString('utf8'));
  if (named !== null) return { path, label: basename(path), publicBlob: named, unlock: null };
  const parse = (passphrase?: string): ParsedKey | Error => {
    const parsed: unknown = utils.parseKey(text, passphrase);
    // The typings leave out that an OpenSSH file parses to an array.
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key instanceof Error) return key;
    return isPrivateKey(key) ? key : new Error('This file holds no private key.');
  };
  const plain = parse();
  const encrypted = plain instanceof Error && /encrypted/i.test(plain.message);
  if (plain instanceof Error && !encrypted) throw plain;
  const publicBlob = plain instanceof Error ? (publicPartOf(text) ?? (await publicBeside(path))) : plain.getPublicSSH();
  return {
    path,
    label: basename(path),
    publicBlob,
    unlock: async (promptUser, signal) => {
      const ready = plain instanceof Error ? unlocked.get(path) : plain;
      if (ready !== undefined) return ready;
      for (let attempt = 1; attempt <= PASSPHRASE_TRIES; attempt += 1) {
        const answer = await promptUser({ kind: 'passphrase', keyFile: path, attempt }, signal);
        if (answer.kind !== 'secret') {
          throw keyError('key-cancelled', `The key ${path} was not unlocked.`, 'Press Reconnect to try again.');
        }
        const key = parse(answer.secret);
        if (!(key instanceof Error)) {
          unlocked.set(path, key);
          return key;
        }
        if (/invalid initialization vector|unsupported|unknown cipher/i.test(key.message)) {
          throw keyError(
            'key-unsupported',
            `The encryption of the key ${path} is not supported.`,
            `Run "ssh-keygen -p -Z aes256-ctr -f ${path}", or load it into ssh-agent.`,
            key.message,
          );
        }
      }
      throw keyError(
        'key-passphrase-refused',
        `Wrong passphrase for ${path} (3 attempts).`,
        'Press Reconnect to try again, or load the key into ssh-agent.',
      );
    },
  };
}

function keyError(code: SshErrorCode, message: string, hint: string, detail?: string) {
  return panelError({ code, layer: 'laptop', message, hint, retryable: false, ...(detail === undefined ? {} : { detail }) });
}

function isPrivateKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'isPrivateKey' in key && typeof key.isPrivateKey === 'function' && key.isPrivateKey();
}

/** The public half of an `openssh-key-v1` file, which is never encrypted (PROTOCOL.key in OpenSSH). */
export function publicPartOf(text: Buffer): Buffer | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text.toString('latin1'))?.[1];
  if (body === undefined) return null;
  const raw = Buffer.from(body.replace(/\s+/g, ''), 'base64');
  let at = 'openssh-key-v1\0'.length;
  try {
    for (const _skipped of ['cipher', 'kdf', 'kdf options']) at += 4 + raw.readUInt32BE(at);
    at += 4; // number of keys: always one
    const length = raw.readUInt32BE(at);
    return at + 4 + length <= raw.length ? raw.subarray(at + 4, at + 4 + length) : null;
  } catch {
    return null;
  }
}

async function publicBeside(path: string): Promise<Buffer | null> {
  try {
    return publicLine((await readKeyText(`${path}.pub`)).toString('utf8'));
  } catch {
    return null;
  }
}

/** The raw key of a `type base64 comment` line; null = this is no public key. */
function publicLine(text: string): Buffer | null {
  const key = /^(?:ssh|ecdsa|sk)-\S+ ([A-Za-z0-9+/=]+)/.exec(text)?.[1];
  return key === undefined ? null : Buffer.from(key, 'base64');
}

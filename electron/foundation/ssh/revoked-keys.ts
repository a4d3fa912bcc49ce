import { createHash } from 'node:crypto';
import { parseKnownHosts } from './known-hosts.ts';

const KRL_MAGIC = Buffer.from('SSHKRL\n\0', 'latin1');
/** Magic, format version, number, date and flags, before the two strings of the header (PROTOCOL.krl in OpenSSH). */
const KRL_FIXED_BYTES = 8 + 4 + 8 + 8 + 8;
const KRL_FORMAT = 1;
const SECTION = { certificates: 1, keys: 2, sha1: 3, signature: 4, sha256: 5, extension: 255 } as const;

/**
 * Whether a file of RevokedHostKeys revokes this key: a KRL, or public keys one a line (ssh_config(5)).
 * Throws where the file cannot be read whole, since ssh then trusts no key either.
 */
export function isKeyRevoked(file: Buffer, key: Buffer): boolean {
  if (file.subarray(0, KRL_MAGIC.length).equals(KRL_MAGIC)) return isInKrl(file, key);
  // A line of keys is a known_hosts line without its hosts.
  const lines = file
    .toString('utf8')
    .split('\n')
    .filter((line) => line.length > 1);
  const keys = parseKnownHosts(lines.map((line) => `* ${line.trimStart()}`).join('\n'), '');
  return keys.some((line) => Buffer.from(line.key, 'base64').equals(key));
}

function isInKrl(krl: Buffer, key: Buffer): boolean {
  if (krl.readUInt32BE(KRL_MAGIC.length) !== KRL_FORMAT) throw new Error('unknown KRL format');
  const header = stringsOf(krl.subarray(KRL_FIXED_BYTES), 2);
  let at = KRL_FIXED_BYTES + header.bytes;
  const hashed: Readonly<Record<number, Buffer>> = {
    [SECTION.keys]: key,
    [SECTION.sha1]: createHash('sha1').update(key).digest(),
    [SECTION.sha256]: createHash('sha256').update(key).digest(),
  };
  const sections: number[] = Object.values(SECTION);
  while (at < krl.length) {
    const kind = krl.readUInt8(at);
    if (!sections.includes(kind)) throw new Error(`unknown KRL section ${kind}`);
    // Signatures come last and revoke nothing.
    if (kind === SECTION.signature) return false;
    const { strings, bytes } = stringsOf(krl.subarray(at + 1), 1);
    at += 1 + bytes;
    const wanted = hashed[kind];
    const [body] = strings;
    if (kind === SECTION.extension && body !== undefined && isCritical(body)) throw new Error('unknown critical KRL extension');
    if (wanted !== undefined && body !== undefined && stringsOf(body).strings.some((entry) => entry.equals(wanted))) return true;
  }
  return false;
}

/** An extension is its name, a byte that says whether it must be understood, and its contents. */
const isCritical = (extension: Buffer): boolean => extension.readUInt8(stringsOf(extension, 1).bytes) !== 0;

/** Length-prefixed strings from the start of `data`, at most `count`. Throws RangeError where one is cut. */
function stringsOf(data: Buffer, count = Number.POSITIVE_INFINITY): { readonly strings: Buffer[]; readonly bytes: number } {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < data.length && strings.length < count) {
    const end = at + 4 + data.readUInt32BE(at);
    if (end > data.length) throw new RangeError('a KRL that is cut');
    strings.push(data.subarray(at + 4, end));
    at = end;
  }
  if (count !== Number.POSITIVE_INFINITY && strings.length < count) throw new RangeError('a KRL that is cut');
  return { strings, bytes: at };
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { isWholeKey, keyTypeOf } from './public-key.ts';
import { asciiLowerCase, matchesPatterns } from './wildcard.ts';

const SSH_PORT = 22;
const HASH_BYTES = 20;

/** One usable line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostLine {
  readonly file: string;
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | null;
  /** The host field as written: names and patterns, or `|1|salt|hash`. */
  readonly hosts: string;
  readonly keyType: string;
  /** Base64 of the raw key. */
  readonly key: string;
}

export type HostKeyVerdict =
  | { readonly kind: 'known' }
  /** `certificateAuthority`: a @cert-authority line covers the host, which the panel cannot use. */
  | { readonly kind: 'unknown'; readonly certificateAuthority: boolean }
  | { readonly kind: 'changed'; readonly expected: KnownHostLine }
  | { readonly kind: 'revoked'; readonly by: KnownHostLine };

/** The names under which ssh looks for a key: a line is written under `name`. */
export interface KnownHostName {
  readonly name: string;
  /** The name without its port, whose key is valid as well; null = there is no such name. */
  readonly withoutPort: string | null;
}

/**
 * The name of a host in known_hosts: lower case, with the port when it is not 22. A HostKeyAlias is used unchanged and never
 * gets a port (get_hostfile_hostname_ipaddr in sshconnect.c).
 */
export function knownHostName(hostName: string, port: number, hostKeyAlias: string | null = null): KnownHostName {
  if (hostKeyAlias !== null) return { name: asciiLowerCase(hostKeyAlias), withoutPort: null };
  const name = asciiLowerCase(hostName);
  return port === SSH_PORT ? { name, withoutPort: null } : { name: `[${name}]:${port}`, withoutPort: name };
}

/** Lines of a known_hosts text; comments, blank lines and lines that ssh cannot read are left out. CRLF is fine. */
export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  const parsed: KnownHostLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const words = raw.split(/[ \t]/).filter((word) => word !== '');
    let marker: KnownHostLine['marker'] = null;
    if (words[0]?.startsWith('@') === true) {
      const word = words.shift();
      if (word === '@revoked') marker = 'revoked';
      else if (word === '@cert-authority') marker = 'cert-authority';
      else continue;
    }
    const [hosts, keyType, key] = words;
    if (hosts === undefined || hosts.startsWith('#') || hosts.startsWith('@') || keyType === undefined || key === undefined) continue;
    const blob = strictBase64(key.trim());
    if (blob === null || keyTypeOf(blob) !== keyType || !isWholeKey(blob)) continue;
    parsed.push({ file, line: index + 1, marker, hosts, keyType, key: key.trim() });
  }
  return parsed;
}

/** The bytes; null where a decoder that forgives nothing would refuse the text. */
function strictBase64(text: string): Buffer | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, 'base64');
}

/** Whether the host field of a line covers `name` (see {@link knownHostName}). A matching `!pattern` wins. */
export function hostFieldCovers(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return hashCovers(hosts, name);
  return matchesPatterns(asciiLowerCase(hosts).split(','), name);
}

function hashCovers(hosts: string, name: string): boolean {
  const [, kind, salt, hash] = hosts.split('|');
  if (kind !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = strictBase64(hash);
  const key = strictBase64(salt);
  if (wanted?.length !== HASH_BYTES || key?.length !== HASH_BYTES) return false;
  return timingSafeEqual(wanted, createHmac('sha1', key).update(name).digest());
}

const isSameKey = (line: KnownHostLine, offered: string): boolean => Buffer.from(line.key, 'base64').toString('base64') === offered;

/** Judges the key a host offered, as ssh does. A revoked key is refused even where another line trusts it. */
export function judgeHostKey(lines: readonly KnownHostLine[], names: KnownHostName, key: Buffer): HostKeyVerdict {
  const offered = key.toString('base64');
  const covering = lines.filter((line) => hostFieldCovers(line.hosts, names.name));
  const revoked = covering.find((line) => line.marker === 'revoked' && isSameKey(line, offered));
  if (revoked !== undefined) return { kind: 'revoked', by: revoked };
  const plain = covering.filter((line) => line.marker === null);
  if (plain.some((line) => isSameKey(line, offered))) return { kind: 'known' };
  const type = keyTypeOf(key);
  const expected = plain.find((line) => line.keyType === type) ?? plain[0];
  if (expected !== undefined) return { kind: 'changed', expected };
  // A key saved for the host without a port is valid on every port, and never a reason to refuse.
  if (names.withoutPort !== null) {
    const withoutPort = judgeHostKey(lines, { name: names.withoutPort, withoutPort: null }, key);
    if (withoutPort.kind === 'known' || withoutPort.kind === 'revoked') return withoutPort;
  }
  return { kind: 'unknown', certificateAuthority: covering.some((line) => line.marker === 'cert-authority') };
}

/** Key types saved for a host, in file order; requested first, or a host with several keys would seem changed. */
export function knownKeyTypes(lines: readonly KnownHostLine[], names: KnownHostName): string[] {
  return [...new Set(lines.filter((line) => line.marker === null && hostFieldCovers(line.hosts, names.name)).map((line) => line.keyType))];
}

/** Whether a name can be written unchanged: a pattern, a list, a blank or a marker in it would match other hosts. */
export function isWritableName(name: string): boolean {
  const bare = /^\[([^[\]]+)\]:\d{1,5}$/.exec(name)?.[1] ?? name;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused here
  return bare !== '' && bare.length <= 1_000 && !/[\u0000-\u0020\u007f-\u00a0\u2028\u2029,*?!#@[\]|'"\\]/.test(bare);
}

/** The line that makes a key known; with a salt the name is hashed (HashKnownHosts). The name must be writable. */
export function knownHostEntry(names: KnownHostName, key: Buffer, salt?: Buffer): string {
  if (!isWritableName(names.name)) throw new Error('a name that known_hosts cannot hold');
  const hosts =
    salt === undefined ? names.name : `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(names.name).digest('base64')}`;
  return `${hosts} ${keyTypeOf(key) ?? 'unknown'} ${key.toString('base64')}\n`;
}

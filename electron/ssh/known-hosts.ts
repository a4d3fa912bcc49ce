import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

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

/** Lines of a known_hosts text; comments, blank and broken lines are left out. CRLF is fine. */
export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  const parsed: KnownHostLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const words = raw.trim().split(/[ \t]+/);
    let marker: KnownHostLine['marker'] = null;
    if (words[0]?.startsWith('@') === true) {
      const word = words.shift();
      if (word === '@revoked') marker = 'revoked';
      else if (word === '@cert-authority') marker = 'cert-authority';
      else continue;
    }
    const [hosts, keyType, key] = words;
    if (hosts === undefined || hosts === '' || hosts.startsWith('#') || keyType === undefined || key === undefined) continue;
    if (keyTypeOf(Buffer.from(key, 'base64')) === null) continue;
    parsed.push({ file, line: index + 1, marker, hosts, keyType, key });
  }
  return parsed;
}

/** The name a key is kept under: lower case, with the port when it is not 22. */
export function knownHostName(hostName: string, port: number): string {
  const name = hostName.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether the host field of a line covers `name` (see {@link knownHostName}). A matching `!pattern` wins. */
export function hostFieldCovers(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return hashCovers(hosts, name);
  let covered = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!patternCovers(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    covered = true;
  }
  return covered;
}

function hashCovers(hosts: string, name: string): boolean {
  const [, kind, salt, hash] = hosts.split('|');
  if (kind !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

/** Iterative glob with `*` and `?` only: brackets are literal here, and no pattern can make it slow. */
function patternCovers(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Judges the key a host offered. A revoked key is refused even where another line trusts it. */
export function judgeHostKey(lines: readonly KnownHostLine[], hostName: string, port: number, key: Buffer): HostKeyVerdict {
  const name = knownHostName(hostName, port);
  const offered = key.toString('base64');
  const covering = lines.filter((line) => hostFieldCovers(line.hosts, name));
  const same = (line: KnownHostLine): boolean => Buffer.from(line.key, 'base64').toString('base64') === offered;
  const revoked = covering.find((line) => line.marker === 'revoked' && same(line));
  if (revoked !== undefined) return { kind: 'revoked', by: revoked };
  const plain = covering.filter((line) => line.marker === null);
  if (plain.some(same)) return { kind: 'known' };
  const type = keyTypeOf(key);
  const expected = plain.find((line) => line.keyType === type) ?? plain[0];
  if (expected !== undefined) return { kind: 'changed', expected };
  // As ssh does: a key kept for the host without a port is good on every port, and never a reason to refuse.
  if (port !== 22) {
    const withoutPort = judgeHostKey(lines, hostName, 22, key);
    if (withoutPort.kind === 'known' || withoutPort.kind === 'revoked') return withoutPort;
  }
  return { kind: 'unknown', certificateAuthority: covering.some((line) => line.marker === 'cert-authority') };
}

/** Key types kept for a host, in file order; asked for first, or a host with several keys would look changed. */
export function knownKeyTypes(lines: readonly KnownHostLine[], hostName: string, port: number): string[] {
  const typesUnder = (name: string): string[] => [
    ...new Set(lines.filter((line) => line.marker === null && hostFieldCovers(line.hosts, name)).map((line) => line.keyType)),
  ];
  const exact = typesUnder(knownHostName(hostName, port));
  return exact.length > 0 || port === 22 ? exact : typesUnder(knownHostName(hostName, 22));
}

/** The line that makes a key known; with a salt the name is hashed (HashKnownHosts). */
export function knownHostEntry(hostName: string, port: number, key: Buffer, salt?: Buffer): string {
  const name = knownHostName(hostName, port);
  const hosts = salt === undefined ? name : `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
  return `${hosts} ${keyTypeOf(key) ?? 'unknown'} ${key.toString('base64')}\n`;
}

/** The type a raw key names itself by (RFC 4253, 6.6); null = not a key. */
export function keyTypeOf(key: Buffer): string | null {
  if (key.length < 5) return null;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length < 4 + length) return null;
  const type = key.toString('latin1', 4, 4 + length);
  return /^[a-z0-9@.-]+$/.test(type) ? type : null;
}

/** `SHA256:…` exactly as ssh-keygen -l prints it. */
export function sha256Fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

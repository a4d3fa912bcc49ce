import { createHash } from 'node:crypto';

const MIN_RSA_BITS = 1_024;
const ED25519_BYTES = 32;
const CURVE_BYTES: Readonly<Record<string, number>> = { nistp256: 32, nistp384: 48, nistp521: 66 };
const MAX_TYPE_LENGTH = 64;

/** The length-prefixed strings that a raw key consists of; null = it is cut or has bytes too many. */
function fieldsOf(key: Buffer): Buffer[] | null {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < key.length) {
    if (at + 4 > key.length) return null;
    const end = at + 4 + key.readUInt32BE(at);
    if (end > key.length) return null;
    fields.push(key.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** The type a raw key names itself by (RFC 4253, 6.6); null = not a key. */
export function keyTypeOf(key: Buffer): string | null {
  if (key.length < 5) return null;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > MAX_TYPE_LENGTH || key.length < 4 + length) return null;
  const type = key.toString('latin1', 4, 4 + length);
  return /^[a-z0-9@.-]+$/.test(type) ? type : null;
}

/** Whether OpenSSH would read these bytes as a key of their type; lines with other bytes count for nothing (sshkey.c). */
export function isWholeKey(key: Buffer): boolean {
  const type = keyTypeOf(key);
  const [, ...fields] = fieldsOf(key) ?? [];
  if (type === null || fields.length === 0) return false;
  if (type === 'ssh-ed25519') return fields.length === 1 && fields[0]?.length === ED25519_BYTES;
  if (type === 'ssh-rsa') return fields.length === 2 && bitsOf(fields[1]) >= MIN_RSA_BITS;
  if (type.startsWith('ecdsa-sha2-')) return fields.length === 2 && isCurvePoint(type.slice('ecdsa-sha2-'.length), fields[0], fields[1]);
  if (type === 'ssh-dss') return fields.length === 4;
  if (type === 'sk-ssh-ed25519@openssh.com') return fields.length === 2 && fields[0]?.length === ED25519_BYTES;
  if (type === 'sk-ecdsa-sha2-nistp256@openssh.com') return fields.length === 3 && isCurvePoint('nistp256', fields[0], fields[1]);
  return /-cert-v0[01]@openssh\.com$/.test(type);
}

function bitsOf(number: Buffer | undefined): number {
  const first = number?.findIndex((byte) => byte !== 0) ?? -1;
  if (number === undefined || first < 0) return 0;
  return (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24;
}

function isCurvePoint(name: string, curve: Buffer | undefined, point: Buffer | undefined): boolean {
  const bytes = CURVE_BYTES[name];
  return bytes !== undefined && curve?.toString('latin1') === name && point?.length === 1 + 2 * bytes && point[0] === 4;
}

/** `SHA256:…` exactly as ssh-keygen -l prints it. */
export function sha256Fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

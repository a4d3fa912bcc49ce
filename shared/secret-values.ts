const GONE = '…';
const MIN_KNOWN_CHARS = 4;
/** Shorter lines of a secret are words that stand elsewhere as well. */
const MIN_LINE_CHARS = 8;

/** Secrets whose values are known, in every form in which programs write them. */
export interface SecretValues {
  removeFrom(text: string): string;
}

/** `known`: secrets that the panel holds. `found`: those of `findSecrets`. */
export function createSecretValues(known: readonly string[], found: readonly string[] = []): SecretValues {
  const needles = new Set<string>();
  for (const secret of [...known.filter((one) => one.length >= MIN_KNOWN_CHARS), ...found]) {
    for (const form of formsOf(secret)) if (form.length >= MIN_KNOWN_CHARS) needles.add(form);
    for (const line of secret.split('\n')) if (line.length >= MIN_LINE_CHARS) needles.add(line);
  }
  return { removeFrom: createRemover([...needles]) };
}

/** As it is, escaped for JSON, for an address, in hexadecimal and in base64 at each alignment. */
function formsOf(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const base64 = bytes.length < 6 ? [] : [0, 1, 2].map((shift) => base64At(bytes, shift));
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    ...(bytes.length < 6 ? [] : [hex, hex.toUpperCase()]),
    ...base64.flatMap((one) => [one, one.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}

/** The characters of base64 that these bytes alone decide, when `shift` bytes stand before them. */
function base64At(bytes: Uint8Array, shift: number): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(shift), ...bytes.slice(0, 4000)));
  const fromChar = Math.ceil((shift * 8) / 6);
  const toChar = Math.floor(((shift + Math.min(bytes.length, 4000)) * 8) / 6);
  return text.slice(fromChar, toChar);
}

const HASHES = 1 << 16;
const hashAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) * 31 + text.charCodeAt(at + 1)) * 31 + text.charCodeAt(at + 2) * 7 + text.charCodeAt(at + 3)) & (HASHES - 1);

/** Replaces every needle (at least four characters each) in one pass over the text. */
function createRemover(needles: readonly string[]): (text: string) => string {
  const byHash = new Map<number, string[]>();
  const isUsed = new Uint8Array(HASHES);
  for (const needle of [...needles].sort((a, b) => b.length - a.length)) {
    const hash = hashAt(needle, 0);
    isUsed[hash] = 1;
    byHash.set(hash, [...(byHash.get(hash) ?? []), needle]);
  }
  return (text) => {
    let left = '';
    let from = 0;
    for (let at = 0; at + 4 <= text.length; at += 1) {
      const hash = hashAt(text, at);
      if (isUsed[hash] === 0) continue;
      const needle = byHash.get(hash)?.find((one) => text.startsWith(one, at));
      if (needle === undefined) continue;
      left += `${text.slice(from, at)}${GONE}`;
      from = at + needle.length;
      at = from - 1;
    }
    return left + text.slice(from);
  };
}

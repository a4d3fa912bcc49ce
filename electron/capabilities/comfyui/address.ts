import { createHash } from 'node:crypto';
import { redactSecrets } from '../../../shared/redact.ts';
import { quoted } from '../../foundation/http/curl-config.ts';

/** Parameters that choose a file and open no door; all others count as secret, whatever they are called. */
const HARMLESS = new Set([
  ...['download', 'dl', 'raw', 'type', 'format', 'size', 'fp', 'variant', 'version', 'rev', 'ref', 'revision'],
  ...['filename', 'file', 'name', 'lang'],
]);
const MAX_HARMLESS_CHARS = 60;

export interface Address {
  /** Without user, password, fragment and any parameter that may be secret: this part is saved and shown. */
  readonly shown: string;
  /** Whether something was left out. */
  readonly hasSecret: boolean;
  /** Lines for curl's configuration, which goes to it by its standard input: the process list shows arguments to everybody. */
  readonly config: readonly string[];
}

/** Splits an address into its visible part and the part for curl only. Throws TypeError for an invalid address. */
export function splitAddress(text: string): Address {
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  const full = url.href;
  const kept = [...url.searchParams].filter(([name, value]) => HARMLESS.has(name.toLowerCase()) && value.length <= MAX_HARMLESS_CHARS);
  const isCut = kept.length < [...url.searchParams].length;
  if (isCut) url.search = new URLSearchParams(kept).toString();
  const hasLogin = username !== '' || password !== '';
  const login = `${decoded(username)}:${decoded(password)}`;
  // Some servers take the secret in the path, or under a name that says nothing.
  const shown = redactSecrets(url.href);
  return {
    shown,
    hasSecret: isCut || hasLogin || shown !== url.href,
    config: [`url = ${quoted(full)}`, ...(hasLogin ? [`user = ${quoted(login)}`] : [])],
  };
}

/** By what the host knows a download: the same file in the same folder is the same one. */
export function downloadId(folder: string, name: string): string {
  return createHash('sha256').update(`${folder}\0${name}`).digest('hex').slice(0, 32);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

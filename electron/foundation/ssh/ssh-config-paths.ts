import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { panelError } from '../../../shared/errors.ts';
import { expandHome } from './ssh-config-file.ts';

/** Longer than what any system opens. */
const MAX_PATH_LENGTH = 32_767;

/** Values of the tokens of a path (ssh_config(5), TOKENS). */
export interface TokenValues {
  readonly hostName: string;
  readonly alias: string;
  readonly hostKeyAlias: string | null;
  readonly port: number;
  readonly user: string;
  readonly proxyJump: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Replaces `%h` and the like, `${NAME}`, and `~` by the home folder. Unknown tokens remain unchanged. */
export function expandPath(text: string, values: TokenValues, homeFolder: string): string {
  if (text.length > MAX_PATH_LENGTH) return text;
  const local = hostname();
  const { username, uid } = userInfo();
  const jump = values.proxyJump === null ? '' : jumpHostName(values.proxyJump);
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: homeFolder,
    h: values.hostName,
    i: String(uid),
    k: values.hostKeyAlias ?? values.hostName,
    L: local.split('.')[0] ?? local,
    l: local,
    n: values.alias,
    p: String(values.port),
    r: values.user,
    u: username,
    C: createHash('sha1').update(`${local}${values.hostName}${values.port}${values.user}${jump}`).digest('hex'),
  };
  const replaced = text
    .replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole)
    .replace(/\$\{([^}]{1,200})\}/g, (whole, name: string) => values.environment[name] ?? whole);
  return expandHome(replaced, homeFolder);
}

/** The name of the last jump host, which ssh calls %j. */
function jumpHostName(proxyJump: string): string {
  const last = (proxyJump.split(',').at(-1) ?? '').trim().replace(/^ssh:\/\//, '');
  const place = last.slice(last.lastIndexOf('@') + 1);
  return /^\[([^\]]*)\]/.exec(place)?.[1] ?? place.replace(/:\d{1,5}\/?$/, '');
}

/** Whether {@link expandPath} leaves a part unchanged: a token or variable without a value, or another user's home. */
export function hasUnknownParts(text: string, values: TokenValues, homeFolder: string): boolean {
  const isUnset = [...text.matchAll(/\$\{([^}]{1,200})\}/g)].some(([, name = '']) => values.environment[name] === undefined);
  return isUnset || /%[^%CLdhiklnpru]/.test(text.replaceAll('%%', '')) || /^~[^\\/]/.test(expandPath(text, values, homeFolder));
}

interface Printed {
  readonly printed: string;
  /** The words of every line of the configuration with this keyword. */
  readonly configured: readonly (readonly string[])[];
  /** Null = the keyword knows neither tokens nor `~`. */
  readonly values: TokenValues | null;
  /** The home folder that ssh put in for `~`, and the one to put in its place. */
  readonly printedHome: string;
  readonly homeFolder: string;
}

/** The lists of paths that `ssh -G` would print as this text, expanded; it parts words by blanks and quotes none. */
function readingsOf({ printed, configured, values, printedHome, homeFolder }: Printed): readonly (readonly string[])[] {
  const expand = (words: readonly string[], home: string): readonly string[] =>
    values === null ? words : words.map((word) => expandPath(word, values, home));
  const readings = new Map<string, readonly string[]>();
  for (const words of configured) {
    if (words.join(' ') !== printed && expand(words, printedHome).join(' ') !== printed) continue;
    const paths = expand(words, homeFolder);
    readings.set(JSON.stringify(paths), paths);
  }
  return [...readings.values()];
}

/** The one path that `ssh -G` printed: the whole text, blanks included. */
export function pathOfPrinted(o: Printed): string {
  const [first] = readingsOf(o).filter((words) => words.length === 1);
  return first?.[0] ?? (o.values === null ? o.printed : expandPath(o.printed, o.values, o.homeFolder));
}

/**
 * Parts a list of paths that `ssh -G` printed; the words of the configuration files say where one path ends.
 * Throws ssh-config-ambiguous-path where two readings are possible.
 */
export function splitPrintedPaths(keyword: string, o: Printed): readonly string[] {
  const readings = readingsOf(o);
  const [only] = readings;
  if (readings.length === 1 && only !== undefined) return only;
  const byDefault = defaultPair(o.printed);
  if (readings.length === 0 && byDefault !== null) return byDefault;
  if (readings.length === 0 && !/\s/.test(o.printed)) return [o.printed];
  throw panelError({
    code: 'ssh-config-ambiguous-path',
    layer: 'laptop',
    message: `The file names of ${keyword} in your SSH configuration are ambiguous because they contain spaces.`,
    hint: `Use names without spaces for ${keyword}, or set it only once in ~/.ssh/config.`,
    retryable: false,
    detail: o.printed,
  });
}

/** `X known_hosts, X known_hosts2`: the default of OpenSSH, where X may hold blanks. */
function defaultPair(printed: string): readonly string[] | null {
  const first = printed.slice(0, (printed.length - 2) / 2);
  return first.endsWith('known_hosts') && printed === `${first} ${first}2` ? [first, `${first}2`] : null;
}

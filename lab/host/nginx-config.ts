/** A directive of nginx: its words, and the directives of its block. */
export interface Directive {
  readonly words: readonly string[];
  readonly block: readonly Directive[];
  readonly line: number;
}

export class NginxSyntaxError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly line: number;
}

/** Splits a configuration into words, `{`, `}` and `;`. Throws NginxSyntaxError. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    if (character === '\n') line += 1;
    if (/\s/.test(character)) at += 1;
    else if (character === '#') at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    else if ('{};'.includes(character)) {
      tokens.push({ text: character, isQuoted: false, line });
      at += 1;
    } else if (character === '"' || character === "'") {
      let end = at + 1;
      while (end < text.length && text.charAt(end) !== character) end += text.charAt(end) === '\\' ? 2 : 1;
      if (end >= text.length) throw new NginxSyntaxError('unexpected end of file, expecting ";" or "}"', line);
      tokens.push({
        text: text
          .slice(at + 1, end)
          .replaceAll('\\n', '\n')
          .replaceAll(/\\(.)/g, '$1'),
        isQuoted: true,
        line,
      });
      at = end + 1;
    } else {
      const word = /^(?:\$\{\w*\}|[^\s;{}])+/.exec(text.slice(at))?.[0] ?? character;
      tokens.push({ text: word, isQuoted: false, line });
      at += word.length;
    }
  }
  return tokens;
}

/** Parses a configuration (the syntax that nginx's beginner's guide describes). Throws NginxSyntaxError with nginx's words. */
export function parseNginx(text: string): readonly Directive[] {
  const tokens = tokensOf(text);
  let at = 0;
  const block = (isTop: boolean): readonly Directive[] => {
    const found: Directive[] = [];
    let words: string[] = [];
    for (; at < tokens.length; at += 1) {
      const token = tokens[at];
      if (token === undefined) break;
      const is = (sign: string): boolean => !token.isQuoted && token.text === sign;
      if (is('}')) {
        if (isTop || words.length > 0) throw new NginxSyntaxError('unexpected "}"', token.line);
        return found;
      }
      if (is(';') || is('{')) {
        if (words.length === 0) throw new NginxSyntaxError(`unexpected "${token.text}"`, token.line);
        const { line } = token;
        if (is('{')) at += 1;
        found.push({ words, block: is('{') ? block(false) : [], line });
        words = [];
      } else words.push(token.text);
    }
    const last = tokens.at(-1)?.line ?? 1;
    if (!isTop || words.length > 0) throw new NginxSyntaxError('unexpected end of file, expecting ";" or "}"', last);
    return found;
  };
  return block(true);
}

export interface NginxLocation {
  readonly kind: 'exact' | 'prefix' | 'strong-prefix' | 'pattern';
  readonly path: string;
  /** Where requests go: a port of the host and what replaces the matched prefix; null = nginx answers by itself. */
  readonly proxy: { readonly port: number; readonly uri: string | null; readonly method: string | null; readonly limitMs: number } | null;
  readonly status: number;
  readonly body: string;
  /** Whether other machines than those it names are refused; what nginx answers by itself is for all. */
  readonly isRestricted: boolean;
  /** Whether it passes WebSockets on. */
  readonly upgrades: boolean;
  /** Content types in the order in which nginx sends them: its own and the added ones. */
  readonly types: readonly string[];
}

export interface NginxServer {
  readonly ports: readonly number[];
  readonly isOnAllNetworks: boolean;
  readonly locations: readonly NginxLocation[];
}

const KINDS: Readonly<Record<string, NginxLocation['kind']>> = { '=': 'exact', '^~': 'strong-prefix', '~': 'pattern', '~*': 'pattern' };

/** The servers of parsed files that stand in the http block. */
export function serversOf(directives: readonly Directive[]): readonly NginxServer[] {
  const upstreams = new Map<string, number>();
  for (const { words, block } of directives) {
    const server = block.find((inner) => inner.words[0] === 'server')?.words[1] ?? '';
    if (words[0] === 'upstream') upstreams.set(words[1] ?? '', Number(server.split(':').at(-1)));
  }
  return directives
    .filter(({ words }) => words[0] === 'server')
    .map(({ block }) => ({
      ports: valuesIn(block, 'listen').map((listen) => Number(listen.split(':').at(-1))),
      isOnAllNetworks: valuesIn(block, 'listen').some((listen) => !/^(127\.|localhost|\[::1\])/.test(listen)),
      locations: block.filter(({ words }) => words[0] === 'location').map((location) => locationOf(location, block, upstreams)),
    }));
}

const valuesIn = (block: readonly Directive[], name: string): readonly string[] =>
  block.filter(({ words }) => words[0] === name).map(({ words }) => words[1] ?? '');

function locationOf({ words, block }: Directive, server: readonly Directive[], upstreams: ReadonlyMap<string, number>): NginxLocation {
  const modifier = KINDS[words[1] ?? ''];
  const one = (name: string): string | undefined => valuesIn(block, name).at(-1) ?? valuesIn(server, name).at(-1);
  const [, name = '', uri] = /^https?:\/\/([^/]+)(\/.*)?$/.exec(valuesIn(block, 'proxy_pass').at(-1) ?? '') ?? [];
  const port = upstreams.get(name) ?? Number(name.split(':')[1] ?? 80);
  const returned = block.find((inner) => inner.words[0] === 'return')?.words;
  const added = block.filter((inner) => inner.words[0] === 'add_header' && inner.words[1]?.toLowerCase() === 'content-type');
  return {
    kind: modifier ?? 'prefix',
    path: (modifier === undefined ? words[1] : words[2]) ?? '/',
    proxy:
      name === ''
        ? null
        : { port, uri: uri ?? null, method: one('proxy_method') ?? null, limitMs: milliseconds(one('proxy_read_timeout')) },
    status: Number(returned?.[1] ?? 404),
    body: returned?.[2] ?? '',
    isRestricted: accessIn(block) ?? accessIn(server) ?? false,
    upgrades: upgradesIn(block) ?? upgradesIn(server) ?? false,
    types: [one('default_type') ?? 'application/octet-stream', ...added.map((inner) => inner.words[2] ?? '')],
  };
}

/** Whether all other machines are refused; null = nothing is said of access. */
function accessIn(block: readonly Directive[]): boolean | null {
  const rules = block.filter(({ words }) => words[0] === 'allow' || words[0] === 'deny');
  return rules.length === 0 ? null : rules.some(({ words }) => words.join(' ') === 'deny all');
}

/** Headers of a block replace those of the outer one; null = it has none. */
function upgradesIn(block: readonly Directive[]): boolean | null {
  const headers = block.filter(({ words }) => words[0] === 'proxy_set_header');
  return headers.length === 0 ? null : headers.some(({ words }) => words[1]?.toLowerCase() === 'upgrade');
}

/** A time of nginx (`300s`, `5m`, seconds without a unit); its default for reading is 60 s. */
function milliseconds(text: string | undefined): number {
  const [, number = '60', unit = 's'] = /^(\d{1,6})(ms|s|m|h)?$/.exec(text ?? '60s') ?? [];
  return Number(number) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 1000);
}

/** The location that nginx would take (ngx_http_core_module, "location"). */
export function findLocation({ locations }: NginxServer, path: string): NginxLocation | null {
  const exact = locations.find((location) => location.kind === 'exact' && location.path === path);
  if (exact !== undefined) return exact;
  const prefixes = locations.filter(({ kind, path: prefix }) => (kind === 'prefix' || kind === 'strong-prefix') && path.startsWith(prefix));
  const longest = prefixes.sort((one, other) => other.path.length - one.path.length)[0] ?? null;
  if (longest?.kind === 'strong-prefix') return longest;
  return locations.find(({ kind, path: pattern }) => kind === 'pattern' && matches(pattern, path)) ?? longest;
}

/** A pattern that only nginx knows matches nothing. */
function matches(pattern: string, path: string): boolean {
  try {
    return new RegExp(pattern).test(path);
  } catch {
    return false;
  }
}

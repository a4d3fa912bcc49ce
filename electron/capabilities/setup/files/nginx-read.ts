import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { type NginxDirective, readNginx } from './nginx-tokens.ts';
import { INSTALLED_COMMENT } from './text.ts';

const MAX_ARG_CHARS = 300;

export interface NginxListen {
  /** `*` = all of IPv4; null = a socket in the file system. */
  readonly address: string | null;
  readonly port: number | null;
  readonly isTls: boolean;
}

export interface NginxLocation {
  /** `=`, `~`, `~*`, `^~`, or empty for a prefix. */
  readonly modifier: string;
  readonly path: string;
  readonly line: number;
  /** The address as written; null = it is answered here. */
  readonly proxyPass: string | null;
  /** The port of that address on this host; null = another host, an upstream's name, or none. */
  readonly localPort: number | null;
  /** What `return` gives: status and text. */
  readonly returns: readonly string[] | null;
  readonly hasPassword: boolean;
}

export interface NginxServer {
  readonly line: number;
  readonly listens: readonly NginxListen[];
  readonly names: readonly string[];
  readonly locations: readonly NginxLocation[];
}

export interface NginxSite {
  readonly servers: readonly NginxServer[];
  /** Patterns of files that are read in as well and are not seen here. */
  readonly includes: readonly string[];
  /** Where nginx refuses the text; null = nowhere. */
  readonly brokenAtLine: number | null;
}

/** Which ports the servers of a configuration listen on, and which location leads where. Texts are cut for the screen. Never throws. */
export function readNginxSite(text: string): NginxSite {
  const { directives, brokenAtLine } = readNginx(text);
  const servers: NginxServer[] = [];
  const includes: string[] = [];
  const visit = (block: readonly NginxDirective[]): void => {
    for (const directive of block) {
      if (directive.name === 'include') includes.push(shown(directive.args[0]));
      else if (directive.name === 'server' && directive.block !== null) servers.push(serverOf(directive, directive.block));
      else if (directive.name === 'http' && directive.block !== null) visit(directive.block);
    }
  };
  visit(directives);
  return { servers, includes, brokenAtLine };
}

const shown = (text: string | undefined): string => plainText(text ?? '', MAX_ARG_CHARS);
const named = (block: readonly NginxDirective[], name: string): readonly NginxDirective[] => block.filter((inner) => inner.name === name);

function serverOf({ line }: NginxDirective, block: readonly NginxDirective[]): NginxServer {
  const listens = named(block, 'listen').map(({ args }) => listenOf(args));
  return {
    line,
    // nginx listens on 80 when a server names nothing, and it runs as root.
    listens: listens.length === 0 ? [{ address: '*', port: 80, isTls: false }] : listens,
    names: named(block, 'server_name').flatMap(({ args }) => args.map(shown)),
    locations: locationsIn(block, hasPassword(block)),
  };
}

function listenOf([address = '', ...options]: readonly string[]): NginxListen {
  const isTls = options.includes('ssl');
  if (address.startsWith('unix:')) return { address: null, port: null, isTls };
  if (/^\d{1,5}$/.test(address)) return { address: '*', port: Number(address), isTls };
  const port = /:(\d{1,5})$/.exec(address)?.[1];
  const host = port === undefined ? address : address.slice(0, -port.length - 1);
  return { address: shown(host.replace(/^\[(.*)\]$/, '$1')), port: port === undefined ? 80 : Number(port), isTls };
}

/** `auth_basic off` ends what an outer block asks for. */
function hasPassword(block: readonly NginxDirective[], isOuter = false): boolean {
  const last = named(block, 'auth_basic').at(-1);
  return last === undefined ? isOuter : last.args[0] !== 'off';
}

function locationsIn(block: readonly NginxDirective[], isAsked: boolean): NginxLocation[] {
  return named(block, 'location').flatMap(({ args, line, block: inner }) => {
    if (inner === null) return [];
    const [first = '', second] = args;
    const pass = named(inner, 'proxy_pass').at(-1)?.args[0] ?? null;
    const isInnerAsked = hasPassword(inner, isAsked);
    const location: NginxLocation = {
      modifier: second === undefined ? '' : shown(first),
      path: shown(second ?? first),
      line,
      proxyPass: pass === null ? null : shown(pass),
      localPort: pass === null ? null : localPortOf(pass),
      returns: named(inner, 'return').at(0)?.args.map(shown) ?? null,
      hasPassword: isInnerAsked,
    };
    return [location, ...locationsIn(inner, isInnerAsked)];
  });
}

function localPortOf(address: string): number | null {
  const [, host, port] =
    /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?(?:[/?]|$)/.exec(address.slice(0, MAX_ARG_CHARS)) ?? [];
  if (host === undefined) return null;
  return port === undefined ? (address.startsWith('https') ? 443 : 80) : Number(port);
}

/** Whether a server of the site listens on a port, at any address. */
export const listensOn = (site: NginxSite, port: number): boolean =>
  site.servers.some(({ listens }) => listens.some((one) => one.port === port));

/** Where a path leads by an exact or prefix location of a server: the longest match, as nginx chooses it without regular expressions. */
export function locationFor({ locations }: NginxServer, path: string): NginxLocation | null {
  const exact = locations.find(({ modifier, path: own }) => modifier === '=' && own === path);
  const prefixes = locations.filter(({ modifier, path: own }) => (modifier === '' || modifier === '^~') && path.startsWith(own));
  return exact ?? prefixes.sort((one, other) => other.path.length - one.path.length)[0] ?? null;
}

/** Whose site a text is: Setup's own, that of the guide, that of ai-infra (which leads `/v1/` to InvokeAI), or another. */
export function kindOfNginxSite(text: string): 'setup' | 'guide' | 'ai-infra' | 'other' {
  if (text.startsWith(INSTALLED_COMMENT)) return 'setup';
  const server = readNginxSite(text).servers.find(({ listens }) => listens.some(({ port }) => port === DEFAULT_PORTS.nginx));
  const portOf = (path: string): number | null | undefined => (server === undefined ? undefined : locationFor(server, path)?.localPort);
  if (portOf('/readyz') !== DEFAULT_PORTS.shim || portOf('/v1/images/generations') !== DEFAULT_PORTS.shim) return 'other';
  const isRemapped = server?.locations.some(({ path, localPort }) => path === '/v1/' && localPort === DEFAULT_PORTS.invokeai) === true;
  return isRemapped ? 'ai-infra' : portOf('/v1/models') === DEFAULT_PORTS.invokeai ? 'guide' : 'other';
}

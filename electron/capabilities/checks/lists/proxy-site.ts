import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { type HostAnswers, readFileRequest, readFileState } from '../../../foundation/host-reader/answers.ts';
import { NGINX_FIRST_REQUESTS, nginxRequests, readNginxFacts } from '../../setup/adopt/nginx-facts.ts';
import { locationFor, type NginxServer } from '../../setup/files/nginx-read.ts';
import { type NginxDirective, readNginx } from '../../setup/files/nginx-tokens.ts';
import { byHand, byRecipe, type Finding, fail, type Reads, unknown } from '../check.ts';
import { PROXY_TEXT as TEXT } from './proxy-text.ts';

const MAIN_FILE = '/etc/nginx/nginx.conf';

export const NGINX_READS: Reads = { first: [...NGINX_FIRST_REQUESTS, readFileRequest(MAIN_FILE)], second: nginxRequests };

/** The server that serves port 7860, with what it inherits. */
export interface ServedSite {
  readonly kind: 'found';
  /** Of the file. */
  readonly path: string;
  readonly server: NginxServer;
  /** The directives of the server and those of `http`, as written. */
  readonly block: readonly NginxDirective[];
  readonly outer: readonly NginxDirective[];
}

/** Where port 7860 is served, or why that is not known. */
export function servedSite(answers: HostAnswers): ServedSite | { readonly kind: 'none'; readonly finding: Finding } {
  const facts = readNginxFacts(answers);
  if (facts === null) return { kind: 'none', finding: unknown(TEXT.notRead, byHand(TEXT.asRoot)) };
  for (const { path, target, site } of facts.sites) {
    const server = site.servers.find(({ listens }) => listens.some(({ port }) => port === DEFAULT_PORTS.nginx));
    if (server === undefined) continue;
    const file = target ?? path;
    const block = serverBlock(readNginx(textAt(file, answers)).directives, server.line);
    const outer = readNginx(textAt(MAIN_FILE, answers)).directives.find(({ name }) => name === 'http')?.block ?? [];
    return { kind: 'found', path: file, server, block, outer };
  }
  const isComplete = facts.links.every(({ target }) => facts.sites.some((site) => site.target === target));
  return {
    kind: 'none',
    finding: isComplete ? fail(TEXT.noSite, byRecipe('nginx', TEXT.apply)) : unknown(TEXT.notRead, byHand(TEXT.asRoot)),
  };
}

export const textAt = (path: string, answers: HostAnswers): string => readFileState(answers.get(readFileRequest(path)))?.text ?? '';

/** The directives of the server on this line; none = there is none. */
export function serverBlock(directives: readonly NginxDirective[], line: number): readonly NginxDirective[] {
  for (const directive of directives) {
    if (directive.block === null) continue;
    if (directive.name === 'server' && directive.line === line) return directive.block;
    const inner = serverBlock(directive.block, line);
    if (inner.length > 0) return inner;
  }
  return [];
}

/** The value of a directive for a path: of its location, of the server, or of `http`; null = nginx's default. */
export function valueFor({ server, block, outer }: ServedSite, path: string, name: string): string | null {
  const line = locationFor(server, path)?.line;
  const location = locationsIn(block).find((one) => one.line === line)?.block ?? [];
  for (const place of [location, block, outer]) {
    const found = place.filter((directive) => directive.name === name).at(-1)?.args[0];
    if (found !== undefined) return found;
  }
  return null;
}

/** `allow` and `deny` for a path: of the innermost place that has any, as nginx inherits them. */
export function accessFor({ server, block, outer }: ServedSite, path: string): readonly NginxDirective[] {
  const line = locationFor(server, path)?.line;
  const location = locationsIn(block).find((one) => one.line === line)?.block ?? [];
  const inPlaces = [location, block, outer].map((place) => place.filter(({ name }) => name === 'allow' || name === 'deny'));
  return inPlaces.find((access) => access.length > 0) ?? [];
}

const locationsIn = (block: readonly NginxDirective[]): readonly NginxDirective[] =>
  block.flatMap((directive) => (directive.name === 'location' ? [directive, ...locationsIn(directive.block ?? [])] : []));

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time of nginx such as `300s`, `5m` or `1h30m`, in ms; null = none that is read here. */
export function readNginxTime(text: string): number | null {
  if (!/^(?:\d{1,9}(?:ms|[smhd])?){1,4}$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d{1,9})(ms|[smhd])?/g)];
  return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (UNITS_MS[unit] ?? 0), 0);
}

const UNITS_BYTES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** A size of nginx such as `100m`, in bytes; 0 = no limit, null = none that is read here. */
export function readNginxSize(text: string): number | null {
  const [, number, unit = ''] = /^(\d{1,12})([kmg]?)$/i.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS_BYTES[unit.toLowerCase()] ?? 1);
}

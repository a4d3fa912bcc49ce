import { posix } from 'node:path';
import { formatBytes, formatDuration } from '../../../../shared/format.ts';
import { type HostAnswers, readFileRequest } from '../../../foundation/host-reader/answers.ts';
import { type EnabledSite, readNginxFacts } from '../../setup/adopt/nginx-facts.ts';
import { type NginxServer, readNginxSite } from '../../setup/files/nginx-read.ts';
import { type NginxDirective, readNginx } from '../../setup/files/nginx-tokens.ts';
import { SITE } from '../../setup/recipes/nginx.ts';
import { isPlainPath } from '../../setup/recipes/parameters.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, type Reads, skipped, unknown, warn } from '../check.ts';
import { judgeCertificate } from './certificate.ts';
import { NGINX_READS, readNginxSize, readNginxTime, type ServedSite, servedSite, serverBlock, textAt, valueFor } from './proxy-site.ts';
import { PROXY_TEXT as TEXT } from './proxy-text.ts';

const IMAGES = '/v1/images/generations';
const UPLOADS = '/api/v1/images/upload';
/** The images shim gives an image up after 300 s, the gateway after 120 s. */
const SHIM_MS = 300_000;
const GATEWAY_MS = 120_000;
/** A request holds a prompt; the user interface uploads images. */
const REQUEST_BYTES = 64 * 1024;
const UPLOAD_BYTES = 20 * 1024 ** 2;
const DEFAULT_TIME = '60s';
const DEFAULT_SIZE = '1m';

const APPLY = byRecipe('nginx', TEXT.apply);

/** Sites whose certificate can be read at once, since their names are known: Setup's own and that of guides. */
const KNOWN_FILES = [SITE, '/etc/nginx/sites-available/invokeai'];

/** The certificate of a server with this block. */
function certificateOf(server: NginxServer, block: readonly NginxDirective[]): string | null {
  if (!server.listens.some(({ isTls }) => isTls)) return null;
  const path = posix.resolve('/etc/nginx', block.find(({ name }) => name === 'ssl_certificate')?.args[0] ?? '');
  return isPlainPath(path) ? path : null;
}

function certificateIn(text: string): readonly string[] {
  const { directives } = readNginx(text);
  return readNginxSite(text).servers.flatMap((server) => certificateOf(server, serverBlock(directives, server.line)) ?? []);
}

const CERTIFICATE_READS: Reads = {
  first: [...NGINX_READS.first, ...KNOWN_FILES.map(readFileRequest)],
  second: (answers) => [
    ...(NGINX_READS.second?.(answers) ?? []),
    ...KNOWN_FILES.flatMap((path) => certificateIn(textAt(path, answers))).map((path) => `certificate ${path}`),
  ],
};

/** What the files of nginx show. */
export const PROXY_SITE_CHECKS: readonly Check[] = [
  {
    id: 'proxy_timeouts',
    title: 'Time limit of nginx',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'proxy_read_timeout for images is at least 300 s, after which the images shim gives an image up.',
    reads: NGINX_READS,
    run: ({ host }) => ofSite(host.answers(), judgeTimeout),
  },
  {
    id: 'proxy_body_size',
    title: 'Request size of nginx',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'client_max_body_size lets requests for images pass, and uploads of images to the user interface.',
    reads: NGINX_READS,
    run: ({ host }) => ofSite(host.answers(), judgeBodySize),
  },
  {
    id: 'proxy_sites',
    title: 'Sites of nginx',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'nginx can read every enabled site, and no two of them serve the same name on the same port.',
    reads: NGINX_READS,
    run: ({ host }) => judgeSites(host.answers()),
  },
  {
    id: 'proxy_certificate',
    title: 'Certificate of nginx',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'Where nginx serves TLS on port 7860, its certificate is valid for more than three weeks.',
    reads: CERTIFICATE_READS,
    run: ({ host, nowMs }) => ofSite(host.answers(), (site) => judgeNginxCertificate(site, host.answers(), nowMs)),
  },
];

function ofSite(answers: HostAnswers, judge: (site: ServedSite) => Finding): Finding {
  const site = servedSite(answers);
  return site.kind === 'found' ? judge(site) : site.finding;
}

function judgeTimeout(site: ServedSite): Finding {
  const value = valueFor(site, IMAGES, 'proxy_read_timeout');
  const evidence = [TEXT.directive('proxy_read_timeout', value ?? `${DEFAULT_TIME} (default)`, IMAGES), site.path];
  const timeMs = readNginxTime(value ?? DEFAULT_TIME);
  if (timeMs === null) return unknown(TEXT.notUnderstood('proxy_read_timeout'), null, ...evidence);
  if (timeMs >= SHIM_MS) return pass(TEXT.enough(formatDuration(timeMs)), ...evidence);
  const summary = TEXT.tooShort(formatDuration(timeMs), formatDuration(SHIM_MS));
  return timeMs < GATEWAY_MS ? fail(summary, APPLY, ...evidence) : warn(summary, APPLY, ...evidence);
}

function judgeBodySize(site: ServedSite): Finding {
  const sizes = [IMAGES, UPLOADS].map((path) => ({ path, value: valueFor(site, path, 'client_max_body_size') ?? DEFAULT_SIZE }));
  const evidence = [...sizes.map(({ path, value }) => TEXT.directive('client_max_body_size', value, path)), site.path];
  const [images, uploads] = sizes.map(({ value }) => readNginxSize(value));
  if (images === null || images === undefined || uploads === null || uploads === undefined) {
    return unknown(TEXT.notUnderstood('client_max_body_size'), null, ...evidence);
  }
  if (images !== 0 && images < REQUEST_BYTES) return fail(TEXT.bodiesTooSmall(formatBytes(images), IMAGES), APPLY, ...evidence);
  if (uploads !== 0 && uploads < UPLOAD_BYTES) return warn(TEXT.bodiesTooSmall(formatBytes(uploads), UPLOADS), APPLY, ...evidence);
  return pass(images === 0 ? TEXT.anyBody : TEXT.bodies(formatBytes(images)), ...evidence);
}

function judgeSites(answers: HostAnswers): Finding {
  const facts = readNginxFacts(answers);
  if (facts === null || (facts.sites.length === 0 && facts.links.length > 0)) return unknown(TEXT.notRead, byHand(TEXT.asRoot));
  const broken = facts.sites.find(({ site }) => site.brokenAtLine !== null);
  if (broken !== undefined) {
    const file = broken.target ?? broken.path;
    return fail(TEXT.broken(file, broken.site.brokenAtLine ?? 1), byHand(TEXT.fixLine(file)));
  }
  const twice = facts.links.filter(({ target, name }) => facts.links.some((other) => other.target === target && other.name !== name));
  if (twice.length > 0) return warn(TEXT.twice, byHand(TEXT.removeLink), ...twice.map(({ name, target }) => TEXT.link(name, target)));
  const clash = findClash(facts.sites);
  if (clash !== null) return warn(TEXT.sameName(clash.name, clash.port), byHand(TEXT.removeSite), ...clash.paths);
  return pass(TEXT.sitesFine(facts.sites.length), ...facts.sites.map(({ path }) => path));
}

/** Two files whose servers have a name and a port in common. */
function findClash(sites: readonly EnabledSite[]) {
  const owners = new Map<string, string>();
  for (const { path, site } of sites) {
    for (const { names, listens } of site.servers) {
      for (const name of names.length === 0 ? [''] : names) {
        for (const { address, port } of listens) {
          const key = `${name} ${address} ${port}`;
          const other = owners.get(key);
          if (other !== undefined && other !== path && port !== null)
            return { name: name === '' ? '""' : name, port, paths: [other, path] };
          owners.set(key, path);
        }
      }
    }
  }
  return null;
}

function judgeNginxCertificate({ server, block }: ServedSite, answers: HostAnswers, nowMs: number): Finding {
  const path = certificateOf(server, block);
  if (path === null) return skipped(TEXT.noTls);
  const answer = answers.get(`certificate ${path}`);
  if (answer?.status === 'absent') return fail(TEXT.noCertificate(path), APPLY);
  const end = answer?.lines.map((line) => /^notAfter=(.{1,60})$/.exec(line)?.[1]).find((found) => found !== undefined);
  const endsAt = Date.parse(end ?? '');
  if (Number.isNaN(endsAt)) return unknown(TEXT.certificateUnread(path), byHand(TEXT.allowCertificate(path)));
  return judgeCertificate(endsAt, nowMs, byHand(TEXT.renew(path)), path);
}

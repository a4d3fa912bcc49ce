import { posix } from 'node:path';
import {
  type ReadRequest,
  readFileRequest,
  readFileState,
  readListRequest,
  readUnitStates,
} from '../../../foundation/host-reader/answers.ts';
import { kindOfNginxSite, type NginxSite, readNginxSite } from '../files/nginx-read.ts';
import { isPlainPath } from '../recipes/parameters.ts';
import { type Answers, logRequest, NGINX_UNIT, serviceLog, UNITS_REQUEST } from './service-facts.ts';

const ENABLED = '/etc/nginx/sites-enabled';
const AVAILABLE = '/etc/nginx/sites-available';
const FRAGMENTS = '/etc/nginx/conf.d';
const MAX_SITES = 30;

/** A configuration that nginx reads. */
export interface EnabledSite {
  readonly name: string;
  readonly path: string;
  /** The file that it stands for, where it is a link. */
  readonly target: string | null;
  readonly site: NginxSite;
  readonly kind: ReturnType<typeof kindOfNginxSite>;
}

export interface NginxFacts {
  /** Those whose text was read. */
  readonly sites: readonly EnabledSite[];
  /** Names in the folder of enabled sites with the files that they are links to, also where the text is unknown. */
  readonly links: readonly { readonly name: string; readonly target: string }[];
  /** Properties of `systemctl show`. */
  readonly state: ReadonlyMap<string, string>;
  readonly log: readonly string[];
}

export const NGINX_FIRST_REQUESTS: readonly ReadRequest[] = [
  ...[ENABLED, AVAILABLE, FRAGMENTS].map(readListRequest),
  logRequest(NGINX_UNIT),
];

const namesIn = (folder: string, answers: Answers): readonly string[] =>
  (answers.get(readListRequest(folder))?.lines ?? []).filter((name) => isPlainPath(`${folder}/${name}`)).slice(0, MAX_SITES);

/** Which site a link stands for is known only afterwards, so all that are available are read. */
export const nginxRequests = (known: Answers): readonly ReadRequest[] =>
  [ENABLED, AVAILABLE, FRAGMENTS].flatMap((folder) => namesIn(folder, known).map((name) => readFileRequest(`${folder}/${name}`)));

/** The sites of nginx; null = it has no folder of sites. Never throws. */
export function readNginxFacts(answers: Answers): NginxFacts | null {
  if (answers.get(readListRequest(ENABLED))?.status !== 'ok') return null;
  const links: { name: string; target: string }[] = [];
  const sites: EnabledSite[] = [];
  const add = (folder: string, name: string): void => {
    const path = `${folder}/${name}`;
    const file = readFileState(answers.get(readFileRequest(path)));
    const target = file?.kind === 'link' && file.target !== null ? posix.resolve(folder, file.target) : null;
    if (target !== null) links.push({ name, target });
    const text = target === null ? file?.text : readFileState(answers.get(readFileRequest(target)))?.text;
    if (typeof text === 'string') sites.push({ name, path, target, site: readNginxSite(text), kind: kindOfNginxSite(text) });
  };
  for (const name of namesIn(ENABLED, answers)) add(ENABLED, name);
  for (const name of namesIn(FRAGMENTS, answers)) if (name.endsWith('.conf')) add(FRAGMENTS, name);
  return {
    sites,
    links,
    state: readUnitStates(answers.get(UNITS_REQUEST)).get(NGINX_UNIT) ?? new Map<string, string>(),
    log: serviceLog(NGINX_UNIT, answers),
  };
}

import { plainText } from '../../../../shared/plain-text.ts';
import { type HostAnswers, type ReadRequest, readFileRequest } from '../../../foundation/host-reader/answers.ts';
import { type AdoptFacts, readAdoptFacts } from '../../setup/adopt/facts.ts';
import { ADOPT_REQUESTS, adoptRequests } from '../../setup/adopt/requests.ts';
import { NGINX_UNIT, serviceRequests } from '../../setup/adopt/service-facts.ts';
import { readHostFacts } from '../../setup/host-facts.ts';
import type { Reads } from '../check.ts';

/** Read by other checks, or for root alone. */
const NOT_READ: ReadonlySet<ReadRequest> = new Set(['pci', 'list /etc/sudoers.d']);

/** Where packages put it. */
const NGINX_UNIT_FILES = ['/lib/systemd/system/nginx.service', '/usr/lib/systemd/system/nginx.service'];

/** Computes once for each reading, which all checks of a run share. */
function oncePerReading<T>(compute: (answers: HostAnswers) => T): (answers: HostAnswers) => T {
  const known = new WeakMap<HostAnswers, { readonly value: T }>();
  return (answers) => {
    const found = known.get(answers) ?? { value: compute(answers) };
    known.set(answers, found);
    return found.value;
  };
}

const secondRequests = oncePerReading((known): readonly ReadRequest[] => [...adoptRequests(known), ...serviceRequests(NGINX_UNIT, known)]);

/** What is read of the services of a host: the same as before Setup adopts them. */
export const SERVICE_READS: Required<Reads> = {
  first: [
    ...ADOPT_REQUESTS.filter((request) => !NOT_READ.has(request)),
    'listen',
    'os',
    'memory',
    'disk /var/lib',
    ...NGINX_UNIT_FILES.map(readFileRequest),
  ],
  second: secondRequests,
};

/** The facts of a host that was read with {@link SERVICE_READS}. Never throws. */
export const machineFacts: (answers: HostAnswers) => AdoptFacts = oncePerReading((answers) =>
  readAdoptFacts({ facts: readHostFacts(answers), known: answers, answers }),
);

/** Where InvokeAI keeps its files; null = it is not installed. */
export const rootOf = (answers: HostAnswers): string | null => machineFacts(answers).invokeAi?.root ?? null;

/** `KEY=VALUE` lines of an answer; an empty map where there is none. */
export function valuesOf(answers: HostAnswers, request: ReadRequest): ReadonlyMap<string, string> {
  return new Map(
    (answers.get(request)?.lines ?? []).flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      return at < 1 || at > 40 ? [] : [[line.slice(0, at), plainText(line.slice(at + 1), 500).trim()]];
    }),
  );
}

/** Whole numbers of an answer's first line, then its last word: rows of df(1). Null = it is none. */
export function rowOf(
  answers: HostAnswers,
  request: ReadRequest,
): { readonly free: number; readonly total: number; readonly mount: string } | null {
  const [, free, total, mount] =
    /^\s{0,20}(\d{1,18}|-) +(\d{1,18}|-) +(\/\S{0,200})\s*$/.exec((answers.get(request)?.lines[0] ?? '').slice(0, 300)) ?? [];
  if (free === undefined || total === undefined || mount === undefined) return null;
  return { free: free === '-' ? 0 : Number(free), total: total === '-' ? 0 : Number(total), mount: plainText(mount) };
}

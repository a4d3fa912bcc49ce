import { readUnitStates } from '../../../foundation/host-reader/answers.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { UNITS_REQUEST } from '../../setup/adopt/service-facts.ts';
import type { ShimBackend } from '../../setup/files/shim-unit.ts';
import { BACKEND_NAMES, findUsedBackends, READ_BACKENDS } from '../../setup/recipes/backends.ts';
import { SHIM_UNIT } from '../../setup/recipes/shim-steps.ts';
import { byHand, type Check, type Finding, fail, type Reads, skipped, unknown } from '../check.ts';
import type { CheckSources, EndpointName } from '../sources.ts';
import { BACKEND_TEXT as TEXT } from './backend-text.ts';
import { jsonIn, showReply } from './judge-reply.ts';
import { SHIM_TEXT } from './shim-text.ts';

type Parts = Pick<Check, 'id' | 'title' | 'about'> & Partial<Pick<Check, 'reads'>>;
type Run = (sources: CheckSources) => Finding | Promise<Finding>;

/** What most checks of a program ask for is asked while the host is still read. */
const ASKED_AHEAD: Readonly<Partial<Record<EndpointName, readonly string[]>>> = {
  invokeai: ['/api/v1/app/version', '/api/v2/models/'],
  shim: ['/healthz', '/readyz'],
};
const askAhead =
  (endpoint: EndpointName) =>
  ({ http }: CheckSources): void => {
    for (const path of ASKED_AHEAD[endpoint] ?? []) http(endpoint, { path }).catch(() => {});
  };

const ofGroup = (parts: Parts): Omit<Check, 'run'> => ({ group: 'backend', layer: 'backend', cost: 'reads', ...parts });

/** A check of a program that makes images, which a host that uses another one has no use for. */
export const backendCheck = (backend: ShimBackend, parts: Parts, run: Run): Check => ({
  ...ofGroup({ ...parts, reads: withFirst(parts.reads, READ_BACKENDS) }),
  begin: askAhead(backend),
  run: (sources) => {
    const answers = sources.host.answers();
    // What no unit runs may run all the same, so only the use of another program makes a check useless.
    if (readUnitStates(answers.get(READ_BACKENDS)).size === 0) return run(sources);
    return findUsedBackends(answers).includes(backend) ? run(sources) : skipped(TEXT.notInUse(BACKEND_NAMES[backend]));
  },
});

/** A check of the images shim, which a host without its unit has no use for. */
export const shimCheck = (parts: Parts, run: Run): Check => ({
  ...ofGroup({ ...parts, reads: withFirst(parts.reads, UNITS_REQUEST) }),
  begin: askAhead('shim'),
  run: (sources) => {
    const unit = readUnitStates(sources.host.answers().get(UNITS_REQUEST)).get(SHIM_UNIT);
    return unit?.get('LoadState') === 'not-found' ? skipped(SHIM_TEXT.noUnit) : run(sources);
  },
});

const withFirst = (reads: Reads | undefined, request: string): Reads => ({ ...reads, first: [request, ...(reads?.first ?? [])] });

/** The JSON of a success; what else was replied is a finding. */
export function withJson(
  name: string,
  request: string,
  reply: Reply,
  judge: (document: unknown, evidence: string) => Finding | Promise<Finding>,
): Finding | Promise<Finding> {
  const evidence = showReply(request, reply);
  if (reply.status < 200 || reply.status >= 300) return fail(TEXT.status(name, reply.status), byHand(TEXT.seeLog(name)), evidence);
  const document = jsonIn(reply.body);
  return document === undefined ? unknown(TEXT.notJson(name), byHand(TEXT.seeProgram), evidence) : judge(document, evidence);
}

/** The JSON of a GET; null where the program does not have the path, as its older versions, or refuses. Throws what the way to it throws. */
export async function optionalJson(sources: CheckSources, endpoint: EndpointName, path: string): Promise<unknown> {
  const { status, body } = await sources.http(endpoint, { path });
  return status === 200 ? (jsonIn(body) ?? null) : null;
}

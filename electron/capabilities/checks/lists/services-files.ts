import { readFileState, readListRequest, readStatRequest, readUserRequest } from '../../../foundation/host-reader/answers.ts';
import { INVOKEAI_UNIT_DIAGNOSES } from '../../setup/adopt/invokeai-unit.ts';
import { byHand, byRecipe, type Finding, fail, pass, unknown } from '../check.ts';
import { type Looked, neededPaths, serviceOf } from './chain-services.ts';
import { machineFacts } from './machine-facts.ts';
import { SERVICES_TEXT as TEXT } from './services-text.ts';

const AVAILABLE = '/etc/nginx/sites-available';
/** Faults of InvokeAI's unit that keep it from its files; each is looked for as Setup does before it adopts a host. */
const OF_FILES: ReadonlySet<string> = new Set([
  'invokeai-root-ignored',
  'invokeai-root-not-writable',
  'invokeai-root-read-only',
  'invokeai-gpu-hidden',
]);

/** Whether the user and the files that a unit names exist. */
export function judgeFiles({ service: { key, unit, name, recipe }, host }: Looked): Finding {
  const answers = host.answers();
  const service = serviceOf(answers, unit);
  if (service === null) return unknown(TEXT.notReported(unit));
  const apply = byRecipe(recipe, TEXT.apply(name));
  const user = service.user === 'root' ? null : answers.get(readUserRequest(service.user));
  if (user?.status === 'absent') return fail(TEXT.noUser(unit, service.user), apply, `User=${service.user}`);
  const paths = neededPaths(service);
  const files = paths.map((path) => ({ path, file: readFileState(answers.get(readStatRequest(path))) }));
  const missing = files.find(({ file }) => file === null);
  if (missing !== undefined) return fail(TEXT.missing(unit, missing.path), apply, ...paths);
  const facts = machineFacts(answers);
  if (key === 'nginx') {
    const available = answers.get(readListRequest(AVAILABLE));
    const isDead = (target: string): boolean =>
      available?.status === 'ok' && target.startsWith(`${AVAILABLE}/`) && !available.lines.includes(target.slice(AVAILABLE.length + 1));
    const dead = facts.nginx?.links.find(({ target }) => isDead(target));
    if (dead !== undefined) return fail(TEXT.deadLink(dead.name, dead.target), apply);
  }
  for (const { id, title, diagnose } of key === 'invokeai' ? INVOKEAI_UNIT_DIAGNOSES : []) {
    const found = OF_FILES.has(id) ? diagnose(facts) : null;
    if (found !== null)
      return fail(title, found.recipe === null ? byHand(found.remedy) : byRecipe(found.recipe, found.remedy), ...found.evidence);
  }
  const seen = files.filter(({ file }) => file !== undefined);
  if (seen.length === 0 || (service.user !== 'root' && user === null)) return unknown(TEXT.notReported(unit), null, ...paths);
  return pass(TEXT.filesFine(unit, service.user, seen.length), `User=${service.user}`, ...seen.map(({ path }) => path));
}

import type { HostAnswers, ReadRequest } from '../../../foundation/host-reader/answers.ts';
import { findListener, RETIRED_SUFFIX, readLaunchd } from '../files/launchd.ts';
import { blocked, changeBy, OK } from './plan-files.ts';
import type { Resource, Verdict } from './resources.ts';

type Launchd = Extract<Resource, { kind: 'launchd' }>;

const UNKNOWN: Verdict = { state: 'unknown' };
export const LAUNCHD_REQUEST: ReadRequest = 'launchd';
export const LISTEN_REQUEST: ReadRequest = 'listen';

/** Waits until nothing listens on a port; a service gets 20 s to end (launchd.plist(5), ExitTimeOut). */
const WAIT_FOR_PORT = 'n=0; while lsof -nP -iTCP:"$1" -sTCP:LISTEN >/dev/null 2>&1; do n=$((n+1)); [ $n -le 30 ] || exit 1; sleep 1; done';

/** A service of launchd and its property list: loaded, or put aside so that it does not start again. */
export function verdictOfLaunchd({ domain, label, plist, is, port }: Launchd, answers: HostAnswers): Verdict {
  const answer = answers.get(LAUNCHD_REQUEST);
  if (answer === null || answer.status !== 'ok') return UNKNOWN;
  const service = readLaunchd(answer.lines).find((one) => one.domain === domain && one.label === label);
  const [hasPlist, hasRetired] = [service?.plist === plist, service?.retiredPlist === plist];
  const isLoaded = service?.isLoaded === true;
  const aside = `${plist}${RETIRED_SUFFIX}`;
  if (plist !== null && hasPlist && hasRetired) return blocked(`${plist} and ${aside} are both there.`, 'Remove one of them on the host.');
  const commands: (readonly string[])[] = [];
  if (is === 'loaded') {
    if (plist === null || !(hasPlist || hasRetired))
      return blocked(`The property list of ${label} is missing.`, 'Install the program again.');
    if (hasRetired) commands.push(['mv', '-n', aside, plist]);
    if (!isLoaded) commands.push(['launchctl', 'bootstrap', domain, plist]);
    return commands.length === 0 ? OK : changeBy(...commands);
  }
  if (isLoaded && plist === null)
    return blocked(
      `The property list of ${label} was not found, so that it would start again.`,
      `Look for it with launchctl print ${domain}/${label}.`,
    );
  if (isLoaded) commands.push(['launchctl', 'bootout', `${domain}/${label}`]);
  if (plist !== null && hasPlist) commands.push(['mv', '-n', plist, aside]);
  if (isLoaded && port !== null) commands.push(['sh', '-c', WAIT_FOR_PORT, 'ada-wait-for-port', String(port)]);
  if (commands.length > 0) return changeBy(...commands);
  const listener = port === null ? null : findListener(answers.get(LISTEN_REQUEST)?.lines ?? [], port);
  if (listener === null) return OK;
  return blocked(`${listener.name} (process ${listener.pid}) still listens on port ${port}.`, 'Stop this process on the host.');
}

import { formatDateTime } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { type ReadRequest, readFileRequest, readFileState, readStatRequest } from '../../../foundation/host-reader/answers.ts';
import { changedSinceStart } from '../../setup/engine/plan-system.ts';
import { byHand, type Finding, fail, pass, unknown, warn } from '../check.ts';
import { configuredBy, type Looked, serviceOf } from './chain-services.ts';
import { SERVICES_TEXT as TEXT } from './services-text.ts';

const MINUTES = 60;
const MAX_LINES = 400;
/** A unit that is restarted as often within the hour is in a loop. */
const LOOP_RESTARTS = 5;
const MAX_LINE_CHARS = 400;
/** InvokeAI writes its settings itself when it starts. */
const OWN_WRITE_MS = 120_000;

export const logRequestOf = (unit: string): ReadRequest => `log ${unit} ${MINUTES} ${MAX_LINES}`;

/** Whether a service ended by itself: by the journal of the last hour, and by systemd's counter. */
export function judgeStable({ service: { unit }, state, host }: Looked): Finding {
  const answer = host.answers().get(logRequestOf(unit));
  if (answer === null) return unknown(TEXT.notReported(unit));
  const log = answer.status === 'ok' ? answer.lines.map((line) => plainText(line.slice(0, MAX_LINE_CHARS))) : null;
  const restarts = log?.filter((line) => line.includes(': Scheduled restart job, restart counter is at ')) ?? [];
  const ends = log?.filter((line) => line.includes(': Main process exited, ') || line.includes(": Failed with result '")) ?? [];
  const [active = '', result = '', counter = ''] = ['ActiveState', 'Result', 'NRestarts'].map((key) => state.get(key));
  const evidence = [`Result=${result}`, `NRestarts=${counter}`, ...restarts.slice(-5), ...ends.slice(-5)];
  if (active === 'failed') return fail(TEXT.failed(unit, TEXT.result(result)), byHand(TEXT.seeLog(unit)), ...evidence);
  if (restarts.length >= LOOP_RESTARTS || state.get('SubState') === 'auto-restart')
    return fail(TEXT.loop(unit), byHand(TEXT.seeLog(unit)), ...evidence);
  if (restarts.length > 0) return warn(TEXT.restarts(unit, restarts.length), byHand(TEXT.seeLog(unit)), ...evidence);
  if (!/^\d{1,9}$/.test(counter) || active === '') return unknown(TEXT.notReported(unit), null, ...evidence);
  // The counter goes back to the last start by an operator, which may be long ago.
  if (log === null && Number(counter) > 0)
    return warn(TEXT.restartsSinceStart(unit, Number(counter)), byHand(TEXT.seeLog(unit)), ...evidence, TEXT.noLog);
  return pass(TEXT.stable(unit, log === null ? '' : TEXT.inLastHour), ...evidence, log === null && TEXT.noLog);
}

/** Whether a service runs with its files as they are now. */
export function judgeCurrent({ service: { key, unit }, state, host }: Looked): Finding {
  const answers = host.answers();
  const needsReload = state.get('NeedDaemonReload');
  if (needsReload !== 'yes' && needsReload !== 'no') return unknown(TEXT.notReported(unit));
  if (needsReload === 'yes') return warn(TEXT.reload(unit), byHand(TEXT.daemonReload(unit)), 'NeedDaemonReload=yes');
  const active = state.get('ActiveState') ?? '';
  if (active !== 'active' && active !== 'reloading') return unknown(TEXT.notRunning(unit));
  const service = serviceOf(answers, unit);
  if (service === null) return unknown(TEXT.notReported(unit));
  const paths = configuredBy(key, service, answers);
  const changed = paths.filter(
    (path) => changedSinceStart([path], state, answers, path.endsWith('/invokeai.yaml') ? OWN_WRITE_MS : 0).length > 0,
  );
  const evidence = [`StateChangeTimestamp=${state.get('StateChangeTimestamp') ?? ''}`];
  if (changed.length === 0) return pass(TEXT.current(unit), ...evidence, ...paths);
  const times = changed.map((path) => {
    const file = readFileState(answers.get(readStatRequest(path)) ?? answers.get(readFileRequest(path)));
    return TEXT.changedAt(path, formatDateTime(file === null || file === undefined ? null : file.changedS * 1000));
  });
  return warn(TEXT.changed(unit, changed.length), byHand(TEXT.restart(unit)), ...evidence, ...times);
}

/** Properties whose change means "tell the operator now"; the counters (memory, CPU) come with the slow poll. */
export const TRIGGER_PROPERTIES =
  'Id,LoadState,ActiveState,SubState,Result,UnitFileState,MainPID,NRestarts,InvocationID,NeedDaemonReload,Job';

/** What one reading of a unit asks for (`systemctl show -p`). No property that may hold newlines. */
export const SHOW_PROPERTIES =
  'Id,Description,LoadState,ActiveState,SubState,Result,UnitFileState,Type,MainPID,ExecMainCode,ExecMainStatus,NRestarts,MemoryCurrent,CPUUsageNSec,TasksCurrent,ActiveEnterTimestamp,StateChangeTimestamp,InvocationID,FragmentPath,NeedDaemonReload,Job,RequiredBy,BoundBy,ConsistsOf';

/**
 * unitWatch UNIT…: prints a record-separator line whenever a trigger property of these units changed (and once at the
 * start). systemd sends change signals to subscribed bus clients only, and reading the bus needs tools that a bare
 * host lacks; a look every half second on the host itself costs no network.
 */
const unitWatch = {
  name: 'ada-unit-watch',
  text: [
    'prev=',
    `while :; do now=$(systemctl show -p ${TRIGGER_PROPERTIES} --no-pager -- "$@" 2>&1)`,
    'if [ "$now" != "$prev" ]; then prev=$now; printf "\\036changed\\n" || exit 0; fi',
    'sleep 0.5; done',
  ].join('\n'),
};

export const fromServices = { unitWatch };

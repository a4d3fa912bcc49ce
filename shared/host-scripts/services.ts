/** Properties whose change is shown at once; the slow poll covers the counters (memory, CPU). */
export const TRIGGER_PROPERTIES =
  'Id,LoadState,ActiveState,SubState,Result,UnitFileState,MainPID,NRestarts,InvocationID,NeedDaemonReload,Job';

/** Properties of one reading of a unit (`systemctl show -p`); none of them may contain newlines. */
export const SHOW_PROPERTIES =
  'Id,Description,LoadState,ActiveState,SubState,Result,UnitFileState,Type,MainPID,ExecMainCode,ExecMainStatus,NRestarts,MemoryCurrent,CPUUsageNSec,TasksCurrent,ActiveEnterTimestamp,StateChangeTimestamp,InvocationID,FragmentPath,NeedDaemonReload,Job,RequiredBy,BoundBy,ConsistsOf';

/**
 * unitWatch UNIT…: prints a record-separator line at the start and after each change of a trigger property of these units, for hosts
 * whose journal does not report it. It polls every half second on the host, which costs no network traffic: systemd signals changes
 * only on the bus, whose tools a bare host lacks.
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

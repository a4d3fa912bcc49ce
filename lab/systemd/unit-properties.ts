import type { LabUnit } from './lab-unit.ts';
import type { ServiceManager } from './service-manager.ts';

export type TimeStyle = 'unix' | 'us+utc' | 'pretty';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** A timestamp of `systemctl show --timestamp=…`; empty = never. */
function timestamp(atMs: number | null, style: TimeStyle): string {
  if (atMs === null) return '';
  if (style === 'unix') return `@${Math.floor(atMs / 1000)}`;
  const date = new Date(atMs);
  const [day = '', time = ''] = date.toISOString().split('T');
  const clock = style === 'us+utc' ? `${time.slice(0, -1)}000` : time.slice(0, 8);
  return `${DAYS[date.getUTCDay()] ?? ''} ${day} ${clock} UTC`;
}

/**
 * The properties of a unit that `systemctl show` prints, in systemd's order, not in the order of the request. A name without a unit file
 * is `not-found` with systemd's defaults.
 */
export function unitProperties(
  name: string,
  manager: ServiceManager,
  style: TimeStyle,
  bootedAtMs: number,
): readonly (readonly [string, string])[] {
  const unit = manager.loaded.find(name);
  if (unit === undefined) return missing(name);
  const { definition } = unit;
  const masked = manager.isMasked(unit);
  const running = unit.mainPid > 0;
  const sinceBootUs = (atMs: number | null): number => (atMs === null ? 0 : Math.round((atMs - bootedAtMs) * 1000));
  return [
    ['Type', masked ? '' : definition.type],
    ['Restart', 'always'],
    ['RestartUSec', '10s'],
    ['MainPID', String(unit.mainPid)],
    ['StatusText', ''],
    ['StatusErrno', '0'],
    ['Result', unit.result],
    ['NRestarts', String(unit.nRestarts)],
    ['ExecMainPID', String(unit.execMainPid)],
    ['ExecMainCode', String(unit.execMainCode)],
    ['ExecMainStatus', String(unit.execMainStatus)],
    ['MemoryCurrent', running ? String(unit.memoryBytes) : '[not set]'],
    ['CPUUsageNSec', unit.invocationId === '' ? '[not set]' : String(unit.cpuNs)],
    ['TasksCurrent', running ? String(definition.tasks) : '[not set]'],
    ['User', definition.user === 'root' ? '' : definition.user],
    ['WorkingDirectory', definition.workingFolder ?? ''],
    ['Id', definition.name],
    ['Names', definition.name],
    ['Requires', ['sysinit.target', 'system.slice', ...definition.requires].join(' ')],
    [
      'RequiredBy',
      manager.loaded
        .requiredBy(name)
        .map((other) => other.definition.name)
        .join(' '),
    ],
    ['WantedBy', unit.unitFileState === 'enabled' ? definition.wantedBy.join(' ') : ''],
    ['BoundBy', ''],
    ['ConsistsOf', ''],
    ['Description', masked ? definition.name : definition.description],
    ['LoadState', masked ? 'masked' : 'loaded'],
    ['ActiveState', unit.activeState],
    ['SubState', unit.subState],
    ['FragmentPath', definition.fragmentPath],
    ['DropInPaths', ''],
    ['UnitFileState', masked ? 'masked' : unit.unitFileState],
    ['UnitFilePreset', 'enabled'],
    ['StateChangeTimestamp', timestamp(unit.stateChangeMs, style)],
    ['StateChangeTimestampMonotonic', String(sinceBootUs(unit.stateChangeMs))],
    ['ActiveEnterTimestamp', timestamp(unit.activeEnterMs, style)],
    ['ActiveEnterTimestampMonotonic', String(sinceBootUs(unit.activeEnterMs))],
    ['InactiveEnterTimestamp', timestamp(unit.inactiveEnterMs, style)],
    ['CanReload', name === 'nginx.service' ? 'yes' : 'no'],
    ['Job', unit.job === null ? '' : String(unit.job.id)],
    ['NeedDaemonReload', manager.loaded.isOutdated(unit) ? 'yes' : 'no'],
    ['LoadError', masked ? `org.freedesktop.systemd1.UnitMasked "Unit ${name} is masked."` : ''],
    ['InvocationID', unit.invocationId],
  ];
}

function missing(name: string): readonly (readonly [string, string])[] {
  return [
    ['Type', ''],
    ['Restart', 'no'],
    ['RestartUSec', '100ms'],
    ['MainPID', '0'],
    ['StatusText', ''],
    ['StatusErrno', '0'],
    ['Result', 'success'],
    ['NRestarts', '0'],
    ['ExecMainPID', '0'],
    ['ExecMainCode', '0'],
    ['ExecMainStatus', '0'],
    ['MemoryCurrent', '[not set]'],
    ['CPUUsageNSec', '[not set]'],
    ['TasksCurrent', '[not set]'],
    ['User', ''],
    ['Id', name],
    ['Names', name],
    ['RequiredBy', ''],
    ['BoundBy', ''],
    ['ConsistsOf', ''],
    ['Description', name],
    ['LoadState', 'not-found'],
    ['ActiveState', 'inactive'],
    ['SubState', 'dead'],
    ['FragmentPath', ''],
    ['DropInPaths', ''],
    ['UnitFileState', ''],
    ['UnitFilePreset', ''],
    ['StateChangeTimestamp', ''],
    ['StateChangeTimestampMonotonic', '0'],
    ['ActiveEnterTimestamp', ''],
    ['ActiveEnterTimestampMonotonic', '0'],
    ['InactiveEnterTimestamp', ''],
    ['CanReload', 'no'],
    ['Job', ''],
    ['NeedDaemonReload', 'no'],
    ['LoadError', `org.freedesktop.systemd1.NoSuchUnit "Unit ${name} not found."`],
    ['InvocationID', ''],
  ];
}

/** The load column of `list-units`. */
export function loadWord(unit: LabUnit, manager: ServiceManager): string {
  return manager.isMasked(unit) ? 'masked' : 'loaded';
}

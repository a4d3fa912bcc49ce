import type { HostAnswers, ReadRequest } from '../../../foundation/host-reader/answers.ts';
import {
  readFileRequest,
  readFileState,
  readPackagesRequest,
  readStatRequest,
  readUnitStates,
  readUnitsRequest,
  readUserRequest,
} from '../../../foundation/host-reader/answers.ts';
import { parseTimestampMs } from '../../services/show-parser.ts';
import { blocked, changeBy, OK } from './plan-files.ts';
import type { Action, Resource, Verdict } from './resources.ts';

type Of<K extends Resource['kind']> = Extract<Resource, { kind: K }>;

const UNKNOWN: Verdict = { state: 'unknown' };
/** `'URI' file bytes checksum`, as `apt-get --print-uris` prints them (apt-get(8)). */
const URI_LINE = /^'[^']{1,2000}' \S{1,300} (\d{1,12}) /;

const packageKey = (name: string): string => `package ${name}`;
const userKey = (name: string): string => `user ${name}`;

/** What later steps of a plan find done: paths, packages and users. `packages`: that some are installed. */
export function keysOf(resource: Resource): readonly string[] {
  if (resource.kind === 'packages') return ['packages', ...resource.names.map((name) => packageKey(name.split('|')[0] ?? name))];
  if (resource.kind === 'user') return [userKey(resource.name)];
  return 'path' in resource ? [resource.path] : [];
}

export const readsOfPackages = ({ names }: Of<'packages'>): readonly ReadRequest[] => [readPackagesRequest(names)];

/** Debian packages that are installed completely. The size of the download is unknown before the lists of packages were fetched. */
export function verdictOfPackages({ names }: Of<'packages'>, answers: HostAnswers, willChange: ReadonlySet<string>): Verdict {
  const answer = answers.get(readPackagesRequest(names));
  if (answer === null || answer.status !== 'ok') return UNKNOWN;
  const at = answer.lines.indexOf('--');
  const listed = at < 0 ? answer.lines : answer.lines.slice(0, at);
  const installed = new Set(
    listed
      .map((line) => line.split(' '))
      .filter(([, , status]) => status === 'ii')
      .map(([name]) => name),
  );
  const missing = names
    .filter((name) => !name.split('|').some((either) => installed.has(either) || willChange.has(packageKey(either))))
    .map((name) => name.split('|')[0] ?? name);
  if (missing.length === 0) return OK;
  const sizes = (at < 0 ? [] : answer.lines.slice(at + 1))
    .map((line) => URI_LINE.exec(line.slice(0, 3000))?.[1])
    .filter((size) => size !== undefined);
  return {
    state: 'change',
    actions: [{ kind: 'long', script: 'packages', subject: names, args: missing, user: 'root' }],
    downloadBytes: sizes.length === 0 ? null : sizes.map(Number).reduce((sum, bytes) => sum + bytes, 0),
    note: null,
  };
}

export const readsOfUser = ({ name }: Of<'user'>): readonly ReadRequest[] => [readUserRequest(name)];

/** A system user; an existing user of the name is left as it is. */
export function verdictOfUser({ name, home, shell }: Of<'user'>, answers: HostAnswers, willChange: ReadonlySet<string>): Verdict {
  const answer = answers.get(readUserRequest(name));
  if (answer === null) return UNKNOWN;
  if (answer.status === 'ok' || willChange.has(userKey(name))) return OK;
  return changeBy(['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', home, '--shell', shell, '--', name]);
}

export const readsOfMember = ({ user }: Of<'member' | 'member-absent'>): readonly ReadRequest[] => [readUserRequest(user)];

/** Membership of a group; it holds from the next sign-in. */
export function verdictOfMember({ user, group }: Of<'member'>, answers: HostAnswers): Verdict {
  const answer = answers.get(readUserRequest(user));
  if (answer === null) return UNKNOWN;
  const groups = (answer.lines[1] ?? '').split(' ');
  if (groups.includes(group)) return OK;
  return changeBy(['gpasswd', '-a', user, group]);
}

/** Debian packages that are gone, with what only they needed. */
export function verdictOfPackagesAbsent({ names }: Of<'packages-absent'>, answers: HostAnswers): Verdict {
  if (names.length === 0) return OK;
  const answer = answers.get(readPackagesRequest(names));
  if (answer === null || answer.status !== 'ok') return UNKNOWN;
  const installed = names.filter((name) => answer.lines.some((line) => line.startsWith(`${name} `) && line.endsWith(' ii ')));
  if (installed.length === 0) return OK;
  return {
    state: 'change',
    actions: [{ kind: 'long', script: 'packages-absent', subject: names, args: installed, user: 'root' }],
    downloadBytes: null,
    note: null,
  };
}

/** A user that is gone; its files are steps of their own. */
export function verdictOfUserAbsent({ name }: Of<'user-absent'>, answers: HostAnswers): Verdict {
  const answer = answers.get(readUserRequest(name));
  if (answer === null) return UNKNOWN;
  return answer.status === 'ok' ? changeBy(['userdel', '--', name]) : OK;
}

export function verdictOfMemberAbsent({ user, group }: Of<'member-absent'>, answers: HostAnswers): Verdict {
  const answer = answers.get(readUserRequest(user));
  if (answer === null) return UNKNOWN;
  return (answer.lines[1] ?? '').split(' ').includes(group) ? changeBy(['gpasswd', '-d', user, group]) : OK;
}

export const readsOfUnit = ({ name, reads }: Of<'unit'>): readonly ReadRequest[] => [
  readUnitsRequest([name]),
  ...reads.map(readStatRequest),
];

/** A file that is younger than the process by less than this counts as read; longer where systemd reports whole seconds. */
const READ_WITHIN_MS = { fraction: 50, second: 1_050 } as const;

/**
 * Whether a unit is enabled and runs with the present files. `willChange` are the paths that earlier steps change. A process that started
 * before one of its files changed is restarted, so that an interruption between the two is repaired.
 */
export function verdictOfUnit(unit: Of<'unit'>, answers: HostAnswers, willChange: ReadonlySet<string>): Verdict {
  const state = readUnitStates(answers.get(readUnitsRequest([unit.name]))).get(unit.name);
  if (state === undefined) return UNKNOWN;
  const fileName = `/etc/systemd/system/${unit.name}`;
  const isNew = willChange.has(fileName);
  const isThere = state.get('LoadState') === 'loaded' || isNew;
  if (!isThere) {
    if (!unit.isActive && !unit.isEnabled) return OK;
    // A package of an earlier step may bring it; whether it did is verified after the step.
    if (!willChange.has('packages'))
      return blocked(`There is no unit ${unit.name}.`, 'Install the program that brings it, then plan again.');
  }
  if (state.get('LoadState') === 'masked') return blocked(`${unit.name} is masked.`, `Run systemctl unmask ${unit.name} if it should run.`);
  const actions: Action[] = [];
  const command = (...argv: readonly string[]): void => void actions.push({ kind: 'command', argv });
  if (isNew || state.get('NeedDaemonReload') === 'yes') command('systemctl', 'daemon-reload');
  const isEnabled = state.get('UnitFileState') === 'enabled';
  if (unit.isEnabled && !isEnabled) command('systemctl', 'enable', '--', unit.name);
  if (!unit.isEnabled && isEnabled) command('systemctl', 'disable', '--', unit.name);
  const active = state.get('ActiveState');
  const isActive = active === 'active' || active === 'reloading';
  if (!unit.isActive && active !== 'inactive' && active !== 'failed') command('systemctl', 'stop', '--', unit.name);
  if (unit.isActive && (!isActive || unit.reads.some((path) => willChange.has(path)) || isOutdated(unit, state, answers))) {
    if (unit.test !== undefined) command(...unit.test);
    if (active === 'failed') command('systemctl', 'reset-failed', '--', unit.name);
    command('systemctl', unit.onChange === 'reload' ? 'reload-or-restart' : 'restart', '--', unit.name);
  }
  return actions.length === 0 ? OK : { state: 'change', actions, downloadBytes: null, note: null };
}

const isOutdated = (unit: Of<'unit'>, state: ReadonlyMap<string, string>, answers: HostAnswers): boolean =>
  changedSinceStart(unit.reads, state, answers).length > 0;

/**
 * Those of the paths that changed after a unit was started or reloaded. Both times are of the host's wall clock: a monotonic one stands still while
 * the host is suspended, and files have none.
 */
export function changedSinceStart(
  paths: readonly string[],
  state: ReadonlyMap<string, string>,
  answers: HostAnswers,
  withinMs: number = 0,
): readonly string[] {
  const reported = state.get('StateChangeTimestamp') ?? '';
  const startedMs = parseTimestampMs(reported);
  if (startedMs === null) return [];
  const readMs = startedMs + Math.max(withinMs, reported.includes('.') ? READ_WITHIN_MS.fraction : READ_WITHIN_MS.second);
  return paths.filter((path) => {
    const file = readFileState(answers.get(readStatRequest(path)) ?? answers.get(readFileRequest(path)));
    return file !== null && file !== undefined && file.changedS * 1000 > readMs;
  });
}

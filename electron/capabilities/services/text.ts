import type { Verb } from '../../../shared/capabilities/services/contract.ts';
import type { ShownUnit } from './show-parser.ts';

/** States of a unit, in lower case, since sentences use them as well ("nginx is stopped."); the window capitalises them. */
export const VERDICTS = {
  running: 'running',
  completed: 'completed',
  reloading: 'reloading',
  starting: 'starting',
  stopping: 'stopping',
  failed: 'failed',
  maintenance: 'in maintenance',
  stopped: 'stopped',
  unknown: 'unknown',
  notInstalled: 'not installed',
  masked: 'masked',
  unitFileInvalid: 'unit file invalid',
} as const;

/** Detail of the event of a unit that is again in the state it was in, by another run. */
export const RESTARTED = 'restarted';

/** Reasons for a state, each a part of a sentence. */
export const REASONS = {
  completed: 'ran once and exited without an error',
  notInstalled: 'no unit file of this name on the host',
  masked: 'cannot be started until it is unmasked',
  unitFileInvalid: 'systemd cannot load the unit file',
  startFailed: 'exited right after the start',
} as const;

/** "restarting (3 times)"; null = the host does not count restarts. */
export function describeRestarting(restarts: number | null): string {
  if (restarts === null || restarts === 0) return 'restarting';
  return restarts === 1 ? 'restarting (once)' : `restarting (${restarts} times)`;
}

/** Exit statuses of systemd for a program that it could not execute (systemd.exec(5), "Process Exit Codes"). */
const EXEC_FAILURES: Readonly<Record<number, string>> = {
  200: 'working directory does not exist or is not accessible',
  202: 'file descriptors could not be set up',
  203: 'program does not exist or is not executable',
  204: 'not enough memory to start',
  205: 'resource limits could not be set',
  209: 'standard output could not be opened',
  213: 'control group could not be set up',
  216: 'group does not exist',
  217: 'user does not exist',
  218: 'capabilities could not be set',
  226: 'a folder required by the sandbox does not exist (ReadWritePaths or similar)',
  233: 'runtime directory could not be created',
  238: 'state directory could not be created',
  239: 'cache directory could not be created',
  240: 'log directory could not be created',
};

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  6: 'ABRT',
  7: 'BUS',
  8: 'FPE',
  9: 'KILL',
  11: 'SEGV',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
  24: 'XCPU',
  31: 'SYS',
};

const CLD_EXITED = 1;
const CLD_KILLED = 2;
const CLD_DUMPED = 3;

type Ending = Pick<ShownUnit, 'result' | 'execMainCode' | 'execMainStatus'>;

/** How the main process ended; null when systemd does not report it. */
function describeExit(unit: Ending): string | null {
  const status = unit.execMainStatus;
  if (status === null) return null;
  if (unit.execMainCode === CLD_KILLED || unit.execMainCode === CLD_DUMPED) {
    const name = SIGNALS[status];
    const signal = name === undefined ? `signal ${status}` : `signal ${status} (${name})`;
    return unit.execMainCode === CLD_DUMPED ? `crashed with ${signal}, core dumped` : `killed by ${signal}`;
  }
  if (unit.execMainCode !== CLD_EXITED) return null;
  const failure = EXEC_FAILURES[status];
  if (failure !== undefined) return `${failure} (status ${status})`;
  return status === 0 ? 'exited without an error' : `exited with status ${status}`;
}

/**
 * Why a unit failed, as part of a sentence, from `Result` (systemd.service(5)), exit status and signal.
 * Null when the result is success or unknown.
 */
export function describeResult(unit: Ending): string | null {
  const ended = describeExit(unit);
  switch (unit.result) {
    case 'success':
    case '':
      return null;
    case 'exit-code':
    case 'signal':
    case 'core-dump':
      return ended ?? 'main process failed';
    case 'oom-kill':
      return 'killed because the host ran out of memory';
    case 'timeout':
      return 'start or stop timed out';
    case 'watchdog':
      return 'stopped responding to the watchdog';
    case 'start-limit-hit':
      return 'failed too often in a short time; reset the failed state before the next start';
    case 'protocol':
      return 'did not report readiness as the unit file requires';
    case 'resources':
      return 'systemd could not set up required resources (memory, files or a dependency)';
    case 'condition':
    case 'exec-condition':
      return 'a condition in the unit file was not met';
    default:
      return ended === null ? `result: ${unit.result}` : `${ended} (result: ${unit.result})`;
  }
}

/** What a verb does to the unit itself. */
export function describeEffect(unit: string, verb: Verb, { host, isUp }: { readonly host: string; readonly isUp: boolean }): string {
  switch (verb) {
    case 'start':
      return isUp ? `${unit} on ${host} is already running.` : `Starts ${unit} on ${host}.`;
    case 'stop':
      return isUp ? `Stops ${unit} on ${host}.` : `${unit} on ${host} is not running.`;
    case 'restart':
      return isUp ? `Restarts ${unit} on ${host}, which interrupts the service.` : `Starts ${unit} on ${host}, which is not running.`;
    case 'enable':
      return `${unit} will start when ${host} boots.`;
    case 'disable':
      return `${unit} will no longer start when ${host} boots.`;
    case 'reset-failed':
      return `Resets the failed state and the restart count of ${unit} on ${host}.`;
  }
}

/** Consequences of a verb, each a sentence. */
export const CONSEQUENCES = {
  jobsLost: 'Running jobs will be lost.',
  queueUnknown: 'Its queue is unknown. Running jobs will be lost.',
  queueEmpty: 'No job is running or waiting.',
  startsAtBoot: 'It is enabled and will start again at boot.',
  notAtBoot: 'It is not enabled and will not start at boot.',
  keepsRunning: 'It keeps running until it is stopped.',
  notStarted: 'This does not start it.',
  cannotEnable: 'Its unit file has no [Install] section, so enabling it has no effect.',
  oldUnitFile: 'Its unit file changed on disk; systemd uses the old one until "systemctl daemon-reload".',
  unknown: 'Dependent services are unknown: the host did not report them.',
} as const;

/** "1 job is running, 3 are waiting. The running job will be lost; the waiting ones stay in the queue." Null = the queue is unknown. */
export function describeLostJobs(
  jobs: { readonly running: number; readonly waiting: number; readonly areWaitingKept: boolean } | null,
): string {
  if (jobs === null) return CONSEQUENCES.queueUnknown;
  const { running, waiting, areWaitingKept } = jobs;
  if (running + waiting === 0) return CONSEQUENCES.queueEmpty;
  const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');
  const counts = `${running} ${running === 1 ? 'job' : 'jobs'} ${isOrAre(running)} running, ${waiting} ${isOrAre(waiting)} waiting.`;
  if (!areWaitingKept) return `${counts} All of them will be lost.`;
  if (running === 0) return `${counts} Waiting jobs stay in the queue.`;
  return `${counts} Running jobs will be lost${waiting === 0 ? '' : '; waiting jobs stay in the queue'}.`;
}

export function describeDependants(names: readonly string[], verb: Verb): string {
  const effect = verb === 'restart' ? 'be stopped or restarted' : 'stop';
  return `${listed(names)} will also ${effect}.`;
}

export function describeFreedVram(heldMiB: number, verb: Verb): string {
  const vram = `${(heldMiB / 1024).toFixed(1)} GiB of VRAM`;
  return verb === 'stop' ? `Frees ${vram}.` : `Releases ${vram}, which fills again after the start.`;
}

function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** What a verb is called in questions and errors. */
export const VERB_LABELS: Readonly<Record<Verb, string>> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  enable: 'Enable',
  disable: 'Disable',
  'reset-failed': 'Reset failed state of',
};

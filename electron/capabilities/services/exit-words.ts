import type { ShownUnit } from './show-parser.ts';

/** What systemd says by an exit status of its own, before the program even ran (systemd.exec(5), "Process Exit Codes"). */
const EXEC_FAILURES: Readonly<Record<number, string>> = {
  200: 'its working directory does not exist or may not be entered',
  202: 'a file descriptor could not be set up',
  203: 'its program does not exist or may not be run',
  204: 'there was not enough memory to start it',
  205: 'a resource limit could not be set',
  209: 'its standard output could not be opened',
  213: 'its control group could not be set up',
  216: 'its group does not exist',
  217: 'its user does not exist',
  218: 'a capability could not be set',
  226: 'a folder its sandbox needs does not exist (ReadWritePaths or similar)',
  233: 'its run-time folder could not be made',
  238: 'its state folder could not be made',
  239: 'its cache folder could not be made',
  240: 'its log folder could not be made',
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

/** How the main process ended, in words; null when systemd does not say. */
function howItEnded(unit: Ending): string | null {
  const status = unit.execMainStatus;
  if (status === null) return null;
  if (unit.execMainCode === CLD_KILLED || unit.execMainCode === CLD_DUMPED) {
    const name = SIGNALS[status];
    const signal = name === undefined ? `signal ${status}` : `signal ${status} (${name})`;
    return unit.execMainCode === CLD_DUMPED ? `it crashed with ${signal} and left a core dump` : `it was ended by ${signal}`;
  }
  if (unit.execMainCode !== CLD_EXITED) return null;
  const failure = EXEC_FAILURES[status];
  if (failure !== undefined) return `${failure} (exit status ${status})`;
  return status === 0 ? 'it ended by itself without an error' : `it ended with exit status ${status}`;
}

/**
 * Why a unit failed, in words: from `Result` (systemd.service(5)), the exit status and the signal.
 * Null when its result is success or nothing is known.
 */
export function explainResult(unit: Ending): string | null {
  const ended = howItEnded(unit);
  switch (unit.result) {
    case 'success':
    case '':
      return null;
    case 'exit-code':
    case 'signal':
    case 'core-dump':
      return ended ?? 'its main process failed';
    case 'oom-kill':
      return 'the host ran out of memory and ended it';
    case 'timeout':
      return 'it did not start or stop within the time systemd allows';
    case 'watchdog':
      return 'it stopped answering the watchdog';
    case 'start-limit-hit':
      return 'it failed too often in a short time, and systemd gave up; reset the failure before starting it again';
    case 'protocol':
      return 'it did not report its start in the way its unit file promises';
    case 'resources':
      return 'systemd could not set up what it needs (memory, files or a missing dependency)';
    case 'condition':
    case 'exec-condition':
      return 'a condition in its unit file was not met';
    default:
      return ended === null ? `result: ${unit.result}` : `${ended} (result: ${unit.result})`;
  }
}

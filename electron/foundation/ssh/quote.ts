import { panelError } from '../../../shared/errors.ts';
import { HOST_SCRIPTS } from '../../../shared/host-scripts/index.ts';
import { launchLine } from '../../../shared/host-scripts/launcher.ts';

const SCRIPT_TEXTS: ReadonlySet<string> = new Set(Object.values(HOST_SCRIPTS).map((script) => script.text));
const PLAIN_WORD = /^[A-Za-z0-9_@%+:,./-]+$/;

/**
 * One argument as a POSIX shell word. A newline is allowed only in the panel's own fixed host scripts.
 * Throws `ssh-bad-argument`.
 */
export function quoteArgument(argument: string): string {
  const bad = argument.includes('\0') || (/[\r\n]/.test(argument) && !SCRIPT_TEXTS.has(argument));
  if (bad) {
    throw panelError({
      code: 'ssh-bad-argument',
      layer: 'panel',
      message: 'A command for the host contained a character that is not allowed.',
      hint: 'Check names and paths for line breaks; if there are none, copy the details and report them.',
      retryable: false,
      detail: JSON.stringify(argument),
    });
  }
  return PLAIN_WORD.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** An argv as words of a shell command. The first word is always quoted when it could be an assignment or a keyword. */
export function quoteArgv(argv: readonly string[]): string {
  if (argv.length === 0 || argv[0] === '') {
    throw panelError({
      code: 'ssh-bad-argument',
      layer: 'panel',
      message: 'Internal error: empty command for the host.',
      hint: 'Copy the details and report them.',
      retryable: false,
    });
  }
  return argv.map(quoteArgument).join(' ');
}

/**
 * What an exec request carries: the argv under a fixed locale, with the system folders (and WSL's for the driver of Windows) on PATH, in a form that every login shell
 * understands alike. Output before the line `marker` is the login shell's own.
 */
export function remoteCommand(argv: readonly string[], marker: string): string {
  return launchLine(quoteArgv(argv), marker);
}

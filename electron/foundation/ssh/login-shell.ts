import { type PanelException, panelError } from '../../../shared/errors.ts';

/** How a session ended whose login shell never came to the panel's command. */
export interface ShellEnding {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const EXPIRED = /password (?:has )?expired|password change required|change your password/i;
const RESTRICTED = /restricted/i;
const NO_SHELL = /account is (?:currently )?(?:not available|disabled)|nologin/i;
const NO_RESOURCES = /resource temporarily unavailable|cannot allocate memory|cannot fork|no more processes/i;

/** Why the login shell ran nothing of the panel's, and what to do. Code `login-shell-unusable`; retryable only when the host was short of something. */
export function loginShellUnusableError(ended: ShellEnding): PanelException {
  const printed = `${ended.stdout}\n${ended.stderr}`.trim();
  return panelError({
    code: 'login-shell-unusable',
    layer: 'host',
    retryable: false,
    ...causeOf(printed, ended.exitCode),
    detail: [`exit status ${ended.exitCode ?? 'unknown'}`, printed === '' ? 'nothing was printed' : printed].join('\n'),
  });
}

function causeOf(printed: string, exitCode: number | null): { message: string; hint: string; retryable?: boolean } {
  if (EXPIRED.test(printed)) {
    return {
      message: 'Your password on the host has expired, so the host runs no commands.',
      hint: 'Sign in with ssh in a terminal and set a new password, then press Reconnect.',
    };
  }
  if (NO_RESOURCES.test(printed)) {
    return {
      message: 'The host could not start a shell: out of processes or memory.',
      hint: 'Check the load of the host and the process limit of your user (ulimit -u, TasksMax).',
      retryable: true,
    };
  }
  if (RESTRICTED.test(printed)) {
    return {
      message: 'Your login shell is restricted and does not start /bin/sh.',
      hint: 'Set another login shell on the host ("sudo chsh -s /bin/bash USER"), or sign in as another user.',
    };
  }
  if (NO_SHELL.test(printed) || (printed === '' && exitCode !== 0)) {
    return {
      message: 'Your user has no login shell on the host, so no command can run.',
      hint: 'Set one on the host ("sudo chsh -s /bin/bash USER"), or sign in as another user.',
    };
  }
  return {
    message: "The host did not run the panel's command: it has a forced command, or a login shell that starts no programs.",
    hint: 'Remove command="…" before this key in authorized_keys, or ForceCommand from sshd_config. If there is neither, set the login shell with "chsh -s /bin/bash". See the details for the host\'s output.',
  };
}

/** The login shell neither ran the panel's command nor ended. Code `login-shell-silent`. */
export function loginShellSilentError(limitMs: number): PanelException {
  return panelError({
    code: 'login-shell-silent',
    layer: 'host',
    message: `Signed in, but the login shell timed out after ${Math.round(limitMs / 1000)} s.`,
    hint: 'Its start-up files (such as ~/.bashrc) may wait for input, or the host may be overloaded. Run "ssh HOST true" in a terminal to check.',
    retryable: true,
  });
}

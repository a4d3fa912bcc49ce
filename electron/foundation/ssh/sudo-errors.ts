import type { SudoErrorCode } from '../../../shared/error-codes.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';
import type { SudoVerdict } from './sudo-said.ts';

const PASSWORD_FREE =
  'In a terminal on the host, add the rule that the Services page shows with "sudo visudo -f /etc/sudoers.d/ada-panel": its commands ask nothing.';

export const sudoCancelledError = (): PanelException =>
  panelError({
    code: 'sudo-cancelled',
    layer: 'sudo',
    message: 'Cancelled: nothing was changed on the host.',
    hint: 'Try again when you have the password at hand.',
    retryable: true,
  });

/** `of`: whose password it is; null = the user's own. */
export const wrongPasswordError = (of: string | null): PanelException =>
  panelError({
    code: 'sudo-wrong-password',
    layer: 'sudo',
    message: 'The password for sudo was wrong three times.',
    hint: `It is the password of ${of ?? 'your user'} on the host. Try again.`,
    retryable: true,
  });

/** sudo waits for an answer that is no password: a one-time code, a new password, a touch of a key. */
export const secondFactorError = (question: string): PanelException =>
  panelError({
    code: 'sudo-second-factor',
    layer: 'sudo',
    message: `sudo on the host asks for more than a password: "${plainText(question, 120)}".`,
    hint: `The panel answers password questions only. ${PASSWORD_FREE}`,
    retryable: false,
  });

/** The named problem of a verdict other than `ran`. `stderr` goes into the detail, without prompts. */
export function sudoError(verdict: Exclude<SudoVerdict, 'ran'>, stderr: string): PanelException {
  return panelError({ layer: 'sudo', retryable: false, ...WORDS[verdict], detail: stderr.trim() });
}

const WORDS: Readonly<Record<Exclude<SudoVerdict, 'ran'>, { code: SudoErrorCode; message: string; hint: string }>> = {
  'not-permitted': {
    code: 'sudo-not-permitted',
    message: 'Your user may not do this as root on the host.',
    hint: 'Ask whoever runs the host for a sudo rule. The Services page shows the smallest one that is enough.',
  },
  'needs-terminal': {
    code: 'sudo-needs-terminal',
    message: 'sudo on the host runs from a terminal only (requiretty).',
    hint: 'In a terminal on the host, run "sudo visudo" and remove "Defaults requiretty", or add "Defaults:USER !requiretty" for your user.',
  },
  'password-expired': {
    code: 'sudo-password-expired',
    message: 'The password or the account of your user on the host has expired, so sudo refuses.',
    hint: 'Sign in with ssh in a terminal, set a new password with "passwd", and try again.',
  },
  'timed-out': {
    code: 'sudo-timed-out',
    message: 'sudo on the host stopped waiting for the password.',
    hint: 'Try again, and answer the question sooner (passwd_timeout in sudoers).',
  },
  missing: {
    code: 'sudo-missing',
    message: 'sudo is not installed on the host.',
    hint: 'Install sudo on the host and give your user a rule, or sign in as root.',
  },
  'password-needed': {
    code: 'sudo-refused',
    message: 'sudo on the host did not take a password from the panel.',
    hint: 'Run the same command with sudo in a terminal on the host; the details hold what sudo printed.',
  },
  'wrong-password': {
    code: 'sudo-wrong-password',
    message: 'The password for sudo was wrong.',
    hint: 'It is the password of your user on the host. Try again.',
  },
  refused: {
    code: 'sudo-refused',
    message: 'sudo on the host refused to run.',
    hint: 'Run the same command with sudo in a terminal on the host; the details hold what sudo printed.',
  },
};

/** sudo is not there, doas is. */
export const sudoMissingError = (): PanelException =>
  panelError({
    code: 'sudo-missing',
    layer: 'sudo',
    message: 'The host has doas, but no sudo.',
    hint: 'Install sudo on the host and give your user a rule, or sign in as root: doas takes passwords from a terminal only, so the panel cannot use it.',
    retryable: false,
  });

import type { SudoErrorCode } from '../../../shared/error-codes.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';
import type { SudoVerdict } from './sudo-output.ts';

const PASSWORD_FREE =
  'In a terminal on the host, add the rule of Setup’s recipe Least privilege with "sudo visudo -f /etc/sudoers.d/ada-panel": its commands require no password.';

export const sudoCancelledError = (): PanelException =>
  panelError({
    code: 'sudo-cancelled',
    layer: 'sudo',
    message: 'Cancelled: nothing was changed on the host.',
    hint: 'Try again with the password.',
    retryable: true,
  });

/** `of`: whose password it is; null = the user's own. */
export const wrongPasswordError = (of: string | null): PanelException =>
  panelError({
    code: 'sudo-wrong-password',
    layer: 'sudo',
    message: 'Wrong sudo password (3 attempts).',
    hint: `Try again with the password of ${of ?? 'your user'} on the host.`,
    retryable: true,
  });

/** The error of a sudo that waits for a one-time code, a new password or the touch of a key. */
export const secondFactorError = (question: string): PanelException =>
  panelError({
    code: 'sudo-second-factor',
    layer: 'sudo',
    message: `sudo on the host requires more than a password: "${plainText(question, 120)}".`,
    hint: `The panel supports passwords only. ${PASSWORD_FREE}`,
    retryable: false,
  });

/** The error of a verdict other than `ran`. `stderr`, without prompts, becomes the detail. */
export function sudoError(verdict: Exclude<SudoVerdict, 'ran'>, stderr: string): PanelException {
  return panelError({ layer: 'sudo', retryable: false, ...WORDS[verdict], detail: stderr.trim() });
}

const WORDS: Readonly<Record<Exclude<SudoVerdict, 'ran'>, { code: SudoErrorCode; message: string; hint: string }>> = {
  'not-permitted': {
    code: 'sudo-not-permitted',
    message: 'Your user is not allowed to run this as root on the host.',
    hint: 'Request the sudo rule shown on the Services page from the administrator of the host.',
  },
  'needs-terminal': {
    code: 'sudo-needs-terminal',
    message: 'sudo on the host requires a terminal (requiretty).',
    hint: 'In a terminal on the host, run "sudo visudo" and remove "Defaults requiretty", or add "Defaults:USER !requiretty" for your user.',
  },
  'password-expired': {
    code: 'sudo-password-expired',
    message: 'sudo refused: your password or account on the host has expired.',
    hint: 'Sign in with ssh in a terminal, set a new password with "passwd", and try again.',
  },
  'timed-out': {
    code: 'sudo-timed-out',
    message: 'sudo on the host timed out waiting for the password.',
    hint: 'Try again and enter it sooner (passwd_timeout in sudoers).',
  },
  missing: {
    code: 'sudo-missing',
    message: 'sudo is not installed on the host.',
    hint: 'Install sudo on the host and give your user a rule, or sign in as root.',
  },
  'password-needed': {
    code: 'sudo-refused',
    message: 'sudo on the host did not accept a password from the panel.',
    hint: 'Run the same command with sudo in a terminal on the host; see the details for its output.',
  },
  'wrong-password': {
    code: 'sudo-wrong-password',
    message: 'Wrong sudo password.',
    hint: 'Try again with the password of your user on the host.',
  },
  refused: {
    code: 'sudo-refused',
    message: 'sudo on the host refused to run.',
    hint: 'Run the same command with sudo in a terminal on the host; see the details for its output.',
  },
};

/** sudo is not there, doas is. */
export const sudoMissingError = (): PanelException =>
  panelError({
    code: 'sudo-missing',
    layer: 'sudo',
    message: 'The host has doas but not sudo.',
    hint: 'Install sudo on the host and give your user a rule, or sign in as root: doas reads passwords from a terminal only.',
    retryable: false,
  });

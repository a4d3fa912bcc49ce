import { type PanelException, panelError } from '../../../shared/errors.ts';

/** The host accepts the password only together with a new one (RFC 4252, 8). */
export const passwordExpiredError = (where: string, prompt: string): PanelException =>
  panelError({
    code: 'ssh-password-expired',
    layer: 'host',
    message: `${where} requires a new password before you can sign in.`,
    hint: 'Sign in with ssh in a terminal and set a new password, then press Reconnect.',
    retryable: false,
    ...(prompt === '' ? {} : { detail: prompt }),
  });

export const tooManyQuestionsError = (where: string, count: number): PanelException =>
  panelError({
    code: 'ssh-too-many-questions',
    layer: 'ssh',
    message: `${where} requires ${count} answers at once to sign in; the panel cannot show that many.`,
    hint: 'Check that this is the right host, or sign in with a key.',
    retryable: false,
  });

export function promptTimeoutError(where: string): PanelException {
  return panelError({
    code: 'ssh-prompt-timeout',
    layer: 'ssh',
    message: `${where} closed the connection while it waited for your answer.`,
    hint: 'Press Reconnect and answer within two minutes.',
    retryable: false,
  });
}

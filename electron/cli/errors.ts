import { panelError } from '../../shared/errors.ts';

/** `command` prints its options with --help. */
export const usageError = (message: string, command = 'npm run setup --') =>
  panelError({
    code: 'command-line-usage',
    layer: 'panel',
    message: /[.!?]$/.test(message) ? message : `${message}.`,
    hint: `Run ${command} --help for the options.`,
    retryable: false,
  });

export const unknownHostError = (name: string, known: readonly string[]) =>
  panelError({
    code: 'host-unknown',
    layer: 'panel',
    message: `No host is named ${name}.`,
    hint: known.length === 0 ? 'Use user@host[:port].' : `Use user@host[:port], or one of: ${known.join(', ')}.`,
    retryable: false,
  });

export const noTerminalError = (what: string, hint: string) =>
  panelError({
    code: 'command-line-no-terminal',
    layer: 'panel',
    message: `${what}, and there is no terminal to confirm it on.`,
    hint,
    retryable: false,
  });

export const cancelledError = () =>
  panelError({
    code: 'command-line-cancelled',
    layer: 'panel',
    message: 'Cancelled.',
    hint: 'Run it again to start anew.',
    retryable: true,
  });

export const notConfirmedError = () =>
  panelError({
    code: 'setup-cancelled',
    layer: 'panel',
    message: 'Nothing was applied.',
    hint: 'Run it again to apply the plan.',
    retryable: true,
  });

import { panelError } from '../../../shared/errors.ts';

export const hostReadFailedError = (detail: string) =>
  panelError({
    code: 'host-read-failed',
    layer: 'host',
    message: 'Could not read the state of the host.',
    hint: 'Check that the host has a POSIX shell and GNU coreutils, or copy the details.',
    retryable: true,
    detail,
  });

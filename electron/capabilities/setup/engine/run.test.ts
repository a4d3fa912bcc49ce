import { expect, it } from 'vitest';
import type { ErrorCode } from '../../../../shared/error-codes.ts';
import { panelError } from '../../../../shared/errors.ts';
import { isLostConnection } from './run.ts';

const thrown = (code: ErrorCode) => panelError({ code, layer: 'network', message: '', hint: '', retryable: true });

it('takes every end of a connection for one, and the failure of a command for none', () => {
  const lost: readonly ErrorCode[] = ['ssh-connection-lost', 'ssh-not-connected', 'ssh-keepalive-timeout', 'ssh-no-route', 'ssh-failed'];
  expect(lost.filter((code) => !isLostConnection(thrown(code)))).toEqual([]);
  const other: readonly ErrorCode[] = ['ssh-command-timeout', 'ssh-channel-refused', 'sudo-refused', 'setup-step-failed'];
  expect(other.filter((code) => isLostConnection(thrown(code)))).toEqual([]);
  expect(isLostConnection(new Error('ssh-connection-lost'))).toBe(false);
});

import { type PanelException, panelError } from '../../../shared/errors.ts';
import type { Reply } from '../../foundation/http/client.ts';
import { messageOf } from './json-client.ts';

export const loginNeededError = (): PanelException =>
  panelError({
    code: 'invokeai-login-needed',
    layer: 'backend',
    message: 'InvokeAI requires a login (multi-user mode).',
    hint: 'Log in on the Models page with an account of this InvokeAI.',
    retryable: false,
  });

export const setupNeededError = (): PanelException =>
  panelError({
    code: 'invokeai-setup-needed',
    layer: 'backend',
    message: 'InvokeAI is in multi-user mode and has no administrator yet.',
    hint: 'Open its web page, create the administrator account there, then log in here.',
    retryable: false,
  });

export const adminNeededError = (email: string | null): PanelException =>
  panelError({
    code: 'invokeai-admin-needed',
    layer: 'backend',
    message: `InvokeAI allows this to administrators only${email === null ? '' : `, and ${email} is not one`}.`,
    hint: 'Log in on the Models page with an administrator account.',
    retryable: false,
  });

export const loginRefusedError = (reply: Reply): PanelException =>
  panelError({
    code: 'invokeai-login-refused',
    layer: 'backend',
    message: `InvokeAI refused the login: ${messageOf(reply.body) || `status ${reply.status}`}.`.replace(/\.\.$/, '.'),
    hint: 'Check the email address and the password; an administrator can reset them with invoke-usermod on the host.',
    retryable: false,
    facts: { status: String(reply.status) },
  });

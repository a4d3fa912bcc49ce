import { type PanelException, panelError } from '../../../shared/errors.ts';

export const notConnectedError = (): PanelException =>
  panelError({
    code: 'ssh-not-connected',
    layer: 'ssh',
    message: 'The host is not connected.',
    hint: 'Wait for the connection, or press Reconnect.',
    retryable: true,
  });

export const connectionLostError = (detail?: string): PanelException =>
  panelError({
    code: 'ssh-connection-lost',
    layer: 'network',
    message: 'The connection to the host was lost.',
    hint: 'Reconnecting. If it fails, check the network and that the host is up.',
    ...(detail === undefined ? {} : { detail }),
    retryable: true,
  });

export const channelRefusedError = (detail: string): PanelException =>
  panelError({
    code: 'ssh-channel-refused',
    layer: 'ssh',
    message: 'The SSH server refused another session on this connection.',
    hint: 'Raise MaxSessions in sshd_config on the host (default 10), or reconnect to end leftover sessions.',
    detail,
    retryable: true,
  });

export const commandTimeoutError = (argv: readonly string[], timeoutMs: number): PanelException =>
  panelError({
    code: 'ssh-command-timeout',
    layer: 'host',
    message: `"${argv[0] ?? ''}" timed out on the host after ${Math.round(timeoutMs / 100) / 10} s.`,
    hint: 'The host may be busy or the program may hang. Try again; if it fails again, check the load of the host.',
    detail: argv.join(' '),
    retryable: true,
  });

/**
 * ssh-auth-refused, which is never retried without the operator. `tried` lists what was offered; `typed`: the host refused what the
 * operator typed, not a key; `keysLeftOut`: how many keys were not offered, because sshd ends a sign-in after some refused keys.
 */
export function authRefusedError(
  where: string,
  tried: string,
  o: { readonly typed?: boolean; readonly keysLeftOut?: number } = {},
): PanelException {
  const { typed = false, keysLeftOut = 0 } = o;
  return panelError({
    code: 'ssh-auth-refused',
    layer: 'ssh',
    message: typed ? `${where} refused the sign-in: wrong password or answer.` : `${where} refused the sign-in.`,
    hint: `${
      typed
        ? 'Check the user name, then press Reconnect and try again. Each failed attempt counts on the host.'
        : 'Check the user name and that your key is in authorized_keys on the host, then press Reconnect.'
    }${describeLeftOut(keysLeftOut)}`,
    retryable: false,
    detail: keysLeftOut === 0 ? tried : `${tried}; not offered: ${keysLeftOut}`,
    ...(keysLeftOut === 0 ? {} : { facts: { keysLeftOut: String(keysLeftOut) } }),
  });
}

/** The message of pam_nologin, which refuses every sign-in while the host starts up or shuts down. */
const NOBODY_YET = /pam_nologin|system is (?:booting up|going down)/i;
/** Messages of pam_unix about closed accounts; an expired password is not among them, since it can be changed at the sign-in. */
const ACCOUNT_CLOSED = /account (?:has|is) (?:expired|locked|disabled)/i;

/**
 * The error of a host that closed the connection during the sign-in. `banner` is what the host printed, `sent`: the operator's password
 * or answers were sent, so they are not sent again automatically.
 */
export function signInEndedError(where: string, banner: string, sent: boolean): PanelException {
  const detail = `closed during sign-in${banner === '' ? '' : `; the host printed: ${banner}`}`;
  if (NOBODY_YET.test(banner)) {
    return panelError({
      code: 'ssh-sign-in-closed',
      layer: 'host',
      message: `${where} refuses all sign-ins while it starts up or shuts down.`,
      hint: 'Retrying automatically. If it persists, remove /run/nologin or /etc/nologin as root.',
      detail,
      retryable: true,
    });
  }
  if (ACCOUNT_CLOSED.test(banner)) {
    return panelError({
      code: 'ssh-account-closed',
      layer: 'host',
      message: `${where} refused the sign-in: the account has expired or is locked.`,
      hint: 'Unlock the account on the host, for example with "sudo chage -E -1 USER", then press Reconnect.',
      retryable: false,
      detail,
    });
  }
  if (!sent) return connectionLostError(detail);
  return panelError({
    code: 'ssh-auth-refused',
    layer: 'ssh',
    message: `${where} closed the connection after your answer was sent.`,
    hint: 'The answer may be wrong or the account locked. Press Reconnect to try again; each failed attempt counts on the host.',
    retryable: false,
    detail,
  });
}

/** The remedy for keys that were not offered; empty if all were offered. */
function describeLeftOut(keysLeftOut: number): string {
  if (keysLeftOut === 0) return '';
  return (
    ` ${keysLeftOut} more ${keysLeftOut === 1 ? 'key was' : 'keys were'} not offered, because hosts allow only a few attempts: ` +
    'set the right key as IdentityFile in ~/.ssh/config or as a key file of this host.'
  );
}

export const authCancelledError = (where: string, keysLeftOut = 0): PanelException =>
  panelError({
    code: 'ssh-auth-cancelled',
    layer: 'ssh',
    message: `Sign-in to ${where} cancelled.`,
    hint: `Press Reconnect to try again.${describeLeftOut(keysLeftOut)}`,
    retryable: false,
  });

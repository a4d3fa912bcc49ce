import { PanelException, panelError } from '../../../shared/errors.ts';

/** What ssh2 and Node hang on their errors. `level` is ssh2's: client-socket, handshake, client-authentication… */
interface SshLibraryError extends Error {
  readonly level?: string;
  readonly code?: string | number;
}

export const notConnectedError = (): PanelException =>
  panelError({
    code: 'ssh-not-connected',
    layer: 'ssh',
    message: 'The host is not connected.',
    hint: 'Wait until the connection is back, or press Reconnect.',
    retryable: true,
  });

export const connectionLostError = (detail?: string): PanelException =>
  panelError({
    code: 'ssh-connection-lost',
    layer: 'network',
    message: 'The connection to the host was lost.',
    hint: 'The panel reconnects by itself. If it stays away, check the network and whether the host is up.',
    ...(detail === undefined ? {} : { detail }),
    retryable: true,
  });

export const channelRefusedError = (detail: string): PanelException =>
  panelError({
    code: 'ssh-channel-refused',
    layer: 'ssh',
    message: 'The SSH server allows no further session on this connection.',
    hint: 'Raise MaxSessions in sshd_config on the host (10 is the default), or reconnect to end leftover sessions.',
    detail,
    retryable: true,
  });

export const commandTimeoutError = (argv: readonly string[], timeoutMs: number): PanelException =>
  panelError({
    code: 'ssh-command-timeout',
    layer: 'host',
    message: `"${argv[0] ?? ''}" did not finish on the host within ${Math.round(timeoutMs / 100) / 10} s.`,
    hint: 'The host may be busy or the program may hang. Try again; look at the load of the host if it happens again.',
    detail: argv.join(' '),
    retryable: true,
  });

const isLibraryError = (thrown: unknown): thrown is SshLibraryError => thrown instanceof Error;

/**
 * What ssh2, the resolver or a socket threw while dialling or online, in the operator's words. `where` is host:port.
 * Codes: ssh-dns-failed, ssh-refused, ssh-timeout, ssh-no-route, ssh-keepalive-timeout, ssh-auth-refused,
 * ssh-no-common-algorithm, ssh-handshake-failed, ssh-connection-lost, ssh-failed.
 */
export function sshError(thrown: unknown, where: string): PanelException {
  if (thrown instanceof PanelException) return thrown;
  const error: SshLibraryError = isLibraryError(thrown) ? thrown : new Error(String(thrown));
  const detail = error.message;
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ENODATA':
      return panelError({
        code: 'ssh-dns-failed',
        layer: 'network',
        message: `The name of ${where} could not be found.`,
        hint: 'Check the spelling, and whether the network or VPN that knows this name is on.',
        detail,
        retryable: true,
      });
    case 'ECONNREFUSED':
      return panelError({
        code: 'ssh-refused',
        layer: 'ssh',
        message: `Nothing answers SSH at ${where}.`,
        hint: 'Check the port, and whether sshd runs on the host (it may still be starting).',
        detail,
        retryable: true,
      });
    case 'ETIMEDOUT':
      return connectTimeoutError(where, detail);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return panelError({
        code: 'ssh-no-route',
        layer: 'network',
        message: `There is no way to ${where} from this network.`,
        hint: 'Check Wi-Fi, cable or VPN. The panel tries again by itself.',
        detail,
        retryable: true,
      });
    case 'ECONNRESET':
    case 'EPIPE':
      return connectionLostError(detail);
    default:
  }
  if (error.level === 'client-authentication' || /too many authentication failures/i.test(detail)) return authRefusedError(where, detail);
  if (/keepalive timeout/i.test(detail)) {
    return panelError({
      code: 'ssh-keepalive-timeout',
      layer: 'network',
      message: `${where} stopped answering.`,
      hint: 'The panel reconnects by itself. Check the network, and whether the host is up.',
      detail,
      retryable: true,
    });
  }
  if (error.level === 'client-timeout') return connectTimeoutError(where, detail);
  if (/no matching|unsupported algorithm/i.test(detail)) {
    return panelError({
      code: 'ssh-no-common-algorithm',
      layer: 'ssh',
      message: `The panel and the SSH server at ${where} share no common encryption.`,
      hint: /host key/i.test(detail)
        ? 'The host may have an RSA key with SHA-1 signatures only. Update its SSH server, or set "HostKeyAlgorithms +ssh-rsa" for it in ~/.ssh/config.'
        : 'Allow curve25519-sha256 and an AES cipher in sshd_config on the host.',
      retryable: false,
      detail,
    });
  }
  if (error.level === 'handshake' || error.level === 'protocol') {
    return panelError({
      code: 'ssh-handshake-failed',
      layer: 'ssh',
      message: `${where} broke off before SSH was set up.`,
      hint: 'Check that this port is an SSH server. A busy or banning server (MaxStartups, fail2ban) looks like this, too.',
      detail,
      retryable: true,
    });
  }
  return panelError({
    code: 'ssh-failed',
    layer: 'ssh',
    message: `SSH to ${where} failed.`,
    hint: 'Try again. If it happens again, copy the details.',
    detail,
    retryable: true,
  });
}

function connectTimeoutError(where: string, detail: string): PanelException {
  return panelError({
    code: 'ssh-timeout',
    layer: 'network',
    message: `${where} did not answer in time.`,
    hint: 'Check that the host is up, and that no firewall drops SSH on this port.',
    detail,
    retryable: true,
  });
}

/**
 * Blocks: never tried again without the operator. `tried` says what was offered; `typed`: what was refused is what the operator
 * typed, not a key; `keysLeftOut`: how many keys were not offered, because sshd ends a sign-in after some refused ones.
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
    message: typed ? `${where} refused the sign-in: what was typed is not right.` : `${where} refused the sign-in.`,
    hint: `${
      typed
        ? 'Check the user name, press Reconnect and type it again. Each wrong try counts on the host.'
        : 'Check the user name, and that your key is in authorized_keys on the host. Then press Reconnect.'
    }${describeLeftOut(keysLeftOut)}`,
    retryable: false,
    detail: keysLeftOut === 0 ? tried : `${tried}; not offered: ${keysLeftOut}`,
    ...(keysLeftOut === 0 ? {} : { facts: { keysLeftOut: String(keysLeftOut) } }),
  });
}

/** What a host says where PAM lets nobody in for now: pam_nologin, while it starts up or shuts down. */
const NOBODY_YET = /pam_nologin|system is (?:booting up|going down)/i;
/** What PAM says of accounts (pam_unix); a password that has expired is another matter, which can be changed at the sign-in. */
const ACCOUNT_CLOSED = /account (?:has|is) (?:expired|locked|disabled)/i;

/**
 * The host closed the connection during the sign-in. `banner` is what it printed, `sent`: the operator's password or answers were
 * sent, and are not sent again by themselves.
 */
export function signInEndedError(where: string, banner: string, sent: boolean): PanelException {
  const detail = `closed during sign-in${banner === '' ? '' : `; the host printed: ${banner}`}`;
  if (NOBODY_YET.test(banner)) {
    return panelError({
      code: 'ssh-sign-in-closed',
      layer: 'host',
      message: `${where} lets nobody sign in at the moment.`,
      hint: 'It is starting up or shutting down. The panel tries again; if it stays so, remove /run/nologin or /etc/nologin as root.',
      detail,
      retryable: true,
    });
  }
  if (ACCOUNT_CLOSED.test(banner)) {
    return panelError({
      code: 'ssh-account-closed',
      layer: 'host',
      message: `${where} refused the sign-in: the account has expired or is locked.`,
      hint: 'Have the account opened again on the host, for example by "sudo chage -E -1 USER". Then press Reconnect.',
      retryable: false,
      detail,
    });
  }
  if (!sent) return connectionLostError(detail);
  return panelError({
    code: 'ssh-auth-refused',
    layer: 'ssh',
    message: `${where} ended the sign-in after your answer was sent.`,
    hint: 'The answer may be wrong, or the account may not sign in (expired, locked, or not allowed). Press Reconnect to try again. Each wrong try counts on the host.',
    retryable: false,
    detail,
  });
}

/** What to do about keys that were not offered; empty when all were. */
function describeLeftOut(keysLeftOut: number): string {
  if (keysLeftOut === 0) return '';
  return (
    ` ${keysLeftOut} more ${keysLeftOut === 1 ? 'key was' : 'keys were'} not offered, because hosts allow only a few tries: ` +
    'name the right key as IdentityFile in ~/.ssh/config or as a key file of this host.'
  );
}

export const authCancelledError = (where: string, keysLeftOut = 0): PanelException =>
  panelError({
    code: 'ssh-auth-cancelled',
    layer: 'ssh',
    message: `Signing in to ${where} was cancelled.`,
    hint: `Press Reconnect to try again.${describeLeftOut(keysLeftOut)}`,
    retryable: false,
  });

import { PanelException, panelError } from '../../../shared/errors.ts';
import { authRefusedError, connectionLostError } from './errors.ts';

/** The properties that ssh2 and Node add to their errors. `level` is ssh2's: client-socket, handshake, client-authentication… */
interface SshLibraryError extends Error {
  readonly level?: string;
  readonly code?: string | number;
}

const isLibraryError = (thrown: unknown): thrown is SshLibraryError => thrown instanceof Error;

/**
 * The PanelException for an error of ssh2, the resolver or a socket, while connecting or online. `where` is host:port.
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
        message: `Name of ${where} not found.`,
        hint: 'Check the spelling and the network or VPN that resolves this name.',
        detail,
        retryable: true,
      });
    case 'ECONNREFUSED':
      return panelError({
        code: 'ssh-refused',
        layer: 'ssh',
        message: `Connection refused by ${where}.`,
        hint: 'Check the port and that sshd is running on the host (it may still be starting).',
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
        message: `No route to ${where}.`,
        hint: 'Check Wi-Fi, cable or VPN. Retrying automatically.',
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
      message: `${where} stopped responding.`,
      hint: 'Reconnecting. Check the network and that the host is up.',
      detail,
      retryable: true,
    });
  }
  if (error.level === 'client-timeout') return connectTimeoutError(where, detail);
  if (/no matching|unsupported algorithm/i.test(detail)) {
    return panelError({
      code: 'ssh-no-common-algorithm',
      layer: 'ssh',
      message: `No common encryption with the SSH server at ${where}.`,
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
      message: `${where} closed the connection during the SSH handshake.`,
      hint: 'Check that this port is an SSH server and that the server is not limiting connections (MaxStartups, fail2ban).',
      detail,
      retryable: true,
    });
  }
  return panelError({
    code: 'ssh-failed',
    layer: 'ssh',
    message: `SSH to ${where} failed.`,
    hint: 'Try again; if it fails again, copy the details and report them.',
    detail,
    retryable: true,
  });
}

function connectTimeoutError(where: string, detail: string): PanelException {
  return panelError({
    code: 'ssh-timeout',
    layer: 'network',
    message: `Connection to ${where} timed out.`,
    hint: 'Check that the host is up and that no firewall blocks this port.',
    detail,
    retryable: true,
  });
}

import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { SshErrorCode } from '../../../shared/error-codes.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';

const MAX_NAME_LENGTH = 255;

function nameError(code: SshErrorCode, message: string, hint: string): PanelException {
  return panelError({ code, layer: 'laptop', message, hint, retryable: false });
}

const shown = (text: string): string => plainText(text, 100);

/**
 * The host name as configured, brackets around an IPv6 address taken off.
 * Throws ssh-host-name-with-port and ssh-bad-host-name: patterns, lists and options are no host names.
 */
export function checkedHostName(hostName: string): string {
  const name = /^\[([^[\]]*)\]$/.exec(hostName)?.[1] ?? hostName;
  if (isIPv6(name)) return name;
  const withPort = /^(.{1,255}):(\d{1,5})$/.exec(hostName);
  if (withPort !== null) {
    throw nameError(
      'ssh-host-name-with-port',
      `The host name "${shown(hostName)}" contains a port.`,
      `In ~/.ssh/config write "HostName ${shown(withPort[1] ?? '')}" and "Port ${withPort[2]}" on separate lines; here, use the port field.`,
    );
  }
  if (name.length > MAX_NAME_LENGTH || !/^[\p{L}\p{M}\p{N}._%-]+$/u.test(name) || name.startsWith('-')) {
    throw nameError(
      'ssh-bad-host-name',
      `"${shown(hostName)}" is not a host name or address.`,
      'Correct HostName or ProxyJump and try again.',
    );
  }
  return name;
}

/** The name that the resolver takes: a name with letters outside ASCII in its encoded form (IDNA). */
export function resolvableHostName(hostName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  return /^[\u0000-\u007f]*$/.test(hostName) ? hostName : domainToASCII(hostName) || hostName;
}

/** The user name. Throws ssh-bad-user-name for control characters and what a command would read as an option. */
export function checkedUserName(user: string): string {
  if (user === '' || user.length > MAX_NAME_LENGTH || /\p{C}/u.test(user) || user.startsWith('-')) {
    throw nameError('ssh-bad-user-name', `"${shown(user)}" is not a user name.`, 'Correct User or ProxyJump and try again.');
  }
  return user;
}

/**
 * A name to give to `ssh -G`, which may hand it on to a shell in `Match exec`: what OpenSSH 9.6 refuses is refused here for all.
 * Throws ssh-bad-alias.
 */
export function checkedAlias(alias: string): string {
  const isSafe = !/[\p{C}'"`$\\;&<>|(){}*?!,]/u.test(alias) && !/(?:^|\s)-/.test(alias) && alias.trim() !== '';
  if (!isSafe || alias.length > MAX_NAME_LENGTH) {
    throw nameError('ssh-bad-alias', `"${shown(alias)}" cannot be used as a host name for ssh.`, 'Rename the Host entry in ~/.ssh/config.');
  }
  return alias;
}

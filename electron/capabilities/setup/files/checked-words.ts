import { isIP } from 'node:net';
import { UnitName } from '../../../../shared/identifiers.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { setupBadParameterError } from '../errors.ts';

/** Words that mean the same in a unit file, an nginx configuration and a shell: without blanks, quotes, `%`, `$` and `;`. */
const PATH = /^\/(?:[\w.@+,-]+\/?){0,64}$/;
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;
const VARIABLE = /^[A-Z_][A-Z0-9_]{0,63}$/i;

const refuse = (name: string, value: string, expected: string): never => {
  throw setupBadParameterError({ key: name, label: name, reason: `must be ${expected}, got "${plainText(value, 100)}"` });
};

const checked = (pattern: RegExp, name: string, value: string, expected: string): string =>
  value.length <= 4_096 && pattern.test(value) ? value : refuse(name, value, expected);

/** An absolute path without `..`; errors: `setup-bad-parameter`. */
export const checkedPath = (name: string, value: string): string =>
  value.split('/').includes('..')
    ? refuse(name, value, 'a path without ..')
    : checked(PATH, name, value, 'an absolute path of letters, digits and . _ - @ + ,');

/** A user or group of the host; errors: `setup-bad-parameter`. */
export const checkedUser = (name: string, value: string): string =>
  checked(USER, name, value, 'a user name of lower-case letters, digits, _ and -');

/** Errors: `setup-bad-parameter`. */
export const checkedUnit = (name: string, value: string): string =>
  UnitName.safeParse(value).success ? value : refuse(name, value, 'a unit name like invokeai.service');

/** The name of an environment variable; errors: `setup-bad-parameter`. */
export const checkedVariable = (value: string): string => checked(VARIABLE, 'A variable', value, 'a name of letters, digits and _');

/** A port to listen on; errors: `setup-bad-parameter`. */
export const checkedPort = (name: string, value: number): number =>
  Number.isInteger(value) && value >= 1 && value <= 65_535 ? value : refuse(name, String(value), 'a port from 1 to 65535');

/** A whole or fractional number of GiB as systemd writes it; errors: `setup-bad-parameter`. */
export const checkedGiB = (name: string, value: number): string =>
  Number.isFinite(value) && value > 0 && value < 1e6 ? `${Math.round(value * 1024)}M` : refuse(name, String(value), 'a size in GiB');

/** Enough for a list of presets in JSON. */
const MAX_LINE_CHARS = 32 * 1024;

/** Whether a text is one line without control characters, not empty, and of a usual length. */
export const isOneLine = (value: string): boolean => value !== '' && plainText(value, MAX_LINE_CHARS) === value;

/** One line of printable text; errors: `setup-bad-parameter`. */
export const checkedLine = (name: string, value: string): string => (isOneLine(value) ? value : refuse(name, value, 'one line of text'));

/** An address to listen on; errors: `setup-bad-parameter`. */
export const checkedAddress = (name: string, value: string): string =>
  isIP(value) !== 0 && !value.includes('%') ? value : refuse(name, value, 'an IP address');

/** An address or a network like 192.168.1.0/24; errors: `setup-bad-parameter`. */
export function checkedCidr(name: string, value: string): string {
  const [address = '', bits, more] = value.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  const isRight = isIP(address) !== 0 && !address.includes('%') && more === undefined;
  return isRight && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    ? value
    : refuse(name, value, 'an address or a network like 192.168.1.0/24');
}

/** A host name, or `_` for any; errors: `setup-bad-parameter`. */
export const checkedServerName = (name: string, value: string): string =>
  checked(/^(?:_|(?:\*\.)?[\w-]{1,63}(?:\.[\w-]{1,63}){0,20})$/, name, value, 'a host name');

/** A size as nginx writes it; errors: `setup-bad-parameter`. */
export const checkedSize = (name: string, value: string): string => checked(/^\d{1,9}[kKmMgG]?$/, name, value, 'a size like 100m');

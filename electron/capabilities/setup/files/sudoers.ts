import { VERBS } from '../../../../shared/capabilities/services/contract.ts';
import { panelError } from '../../../../shared/errors.ts';
import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { UnitName } from '../../../../shared/identifiers.ts';
import { allowsWithoutPassword, commandsWithoutPassword } from '../../../foundation/ssh/sudo-list.ts';

/** How the arguments of a rule are read: sudo unescapes them and matches them by fnmatch(3), sudo-rs only unescapes them. */
export type SudoDialect = 'sudo' | 'sudo-rs';

/** sudo-rs takes at most 127 commands in one list. */
const MAX_UNITS_PER_ALIAS = 20;

/** Whether a rule can contain the name unescaped; sudo-rs has no escape for `jane@corp.example` or `CORP\jane`. */
export const isPlainUserName = (name: string): boolean => /^[a-z_][a-z0-9_.-]*$/i.test(name) && name !== 'ALL';

/**
 * The drop-in that lets `user`, a name or `#UID`, run the panel's verbs on exactly these units without a password. Pure; the same input
 * gives the same text. No wildcard, no pager, no editor: each line is one whole command (sudoers(5)).
 * Throws sudoers-bad-input when a name could match more than itself.
 */
export function sudoersText(user: string, units: readonly string[], dialect: SudoDialect): string {
  if (!isPlainUserName(user) && !/^#[1-9]\d{0,9}$/.test(user)) throw sudoersInputError(`user ${user}`);
  const names = [...new Set(units)].sort();
  for (const name of names) if (!UnitName.safeParse(name).success) throw sudoersInputError(`unit ${name}`);
  if (names.length === 0) throw sudoersInputError('an empty list of services');
  const aliases: string[] = [];
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += MAX_UNITS_PER_ALIAS) {
    const some = names.slice(at, at + MAX_UNITS_PER_ALIAS);
    const commands = some.flatMap((name) => VERBS.map((verb) => `/usr/bin/systemctl ${verb} ${escaped(name, dialect)}`));
    const alias = at === 0 ? 'ADA_PANEL' : `ADA_PANEL_${at / MAX_UNITS_PER_ALIAS + 1}`;
    aliases.push(alias);
    lines.push(`Cmnd_Alias ${alias} = ${commands.join(', \\\n    ')}`);
  }
  return [
    '# Written by Ada Panel: lets one user start and stop these services without a password.',
    '# Delete this file to revoke the permission.',
    ...lines,
    `${user} ALL=(root) NOPASSWD: ${aliases.join(', ')}`,
    '',
  ].join('\n');
}

/**
 * sudoers(5): `,`, `:`, `=` and `\` in the arguments of a command are escaped by a backslash. sudo matches them as a pattern, in which
 * a backslash needs a second escape.
 */
const escaped = (name: string, dialect: SudoDialect): string =>
  (dialect === 'sudo' ? name.replaceAll('\\', '\\\\') : name).replace(/[\\:=,]/g, '\\$&');

/** What `sudo -n -ll` lists for a login. */
export interface SudoListing {
  readonly dialect: SudoDialect;
  /** Empty where sudo would need a password to list, which is so while no rule goes without one (sudoers(5), listpw). */
  readonly listing: string;
}

/** Whether {@link sudoersText} of these units is in effect for a login; unknown where its rules allow other services as well. */
export function findRule({ dialect, listing }: SudoListing, units: readonly string[]): 'present' | 'absent' | 'unknown' {
  const wanted = [...new Set(units)].flatMap((unit) => VERBS.map((verb) => ['/usr/bin/systemctl', verb, unit]));
  const free = wanted.filter((argv) => allowsWithoutPassword(listing, argv, dialect === 'sudo' ? 'pattern' : 'literal'));
  if (free.length === 0) return 'absent';
  const listed = commandsWithoutPassword(listing).filter((command) => command === 'ALL' || command.startsWith('/usr/bin/systemctl'));
  return free.length === wanted.length && listed.length === wanted.length ? 'present' : 'unknown';
}

const sudoersInputError = (what: string) =>
  panelError({
    code: 'sudoers-bad-input',
    layer: 'sudo',
    message: `Cannot create a sudo rule for ${what}.`,
    hint: 'Pin only the services you want to control, and sign in as a named user.',
    retryable: false,
  });

/** What the file allows, in sentences for the plan and its confirmation. */
export function explainSudoers(user: string, units: readonly string[]): readonly string[] {
  const names = [...new Set(units)].sort();
  return [
    `Allows ${user} to ${VERBS.join(', ')} ${names.length === 1 ? 'this service' : `these ${names.length} services`} as root without a password: ${names.join(', ')}.`,
    'Allows nothing else: every command is written in full, without wildcards, so no other service or option matches.',
    `Anyone who can sign in as ${user} gets this permission, also outside the panel.`,
    'visudo checks the rule before it takes effect, and a file you have not seen is never overwritten.',
    `To revoke the permission, delete ${SUDOERS_PATH} on the host.`,
  ];
}

import { VERBS } from '../../../shared/capabilities/services/contract.ts';
import { panelError } from '../../../shared/errors.ts';
import { SUDOERS_PATH } from '../../../shared/host-scripts/sudoers.ts';
import { UnitName } from '../../../shared/identifiers.ts';

/** How a sudo reads the arguments of a rule: sudo unescapes them and takes them for a pattern of fnmatch(3), sudo-rs only unescapes. */
export type SudoDialect = 'sudo' | 'sudo-rs';

/** sudo-rs takes at most 127 commands in one list. */
const MAX_UNITS_PER_ALIAS = 20;

/** Whether every sudo reads the name in a rule as it is; sudo-rs has no way to write `jane@corp.example` or `CORP\jane`. */
export const isPlainUserName = (name: string): boolean => /^[a-z_][a-z0-9_.-]*$/i.test(name) && name !== 'ALL';

/**
 * The drop-in that lets `user`, a name or `#UID`, do the panel's verbs on exactly these units without a password. Pure; the same input
 * gives the same text. No wildcard, no pager, no editor: each line is one whole command (sudoers(5)).
 * Throws sudoers-bad-input when a name could mean more than itself.
 */
export function sudoersText(user: string, units: readonly string[], dialect: SudoDialect): string {
  if (!isPlainUserName(user) && !/^#[1-9]\d{0,9}$/.test(user)) throw sudoersInputError(`user ${user}`);
  const names = [...new Set(units)].sort();
  for (const name of names) if (!UnitName.safeParse(name).success) throw sudoersInputError(`unit ${name}`);
  if (names.length === 0) throw sudoersInputError('no unit');
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
    '# Remove this file to take the permission back.',
    ...lines,
    `${user} ALL=(root) NOPASSWD: ${aliases.join(', ')}`,
    '',
  ].join('\n');
}

/**
 * sudoers(5): `,`, `:`, `=` and `\` in a command's arguments are escaped by a backslash. In the pattern that sudo makes of them a
 * backslash escapes once more.
 */
const escaped = (name: string, dialect: SudoDialect): string =>
  (dialect === 'sudo' ? name.replaceAll('\\', '\\\\') : name).replace(/[\\:=,]/g, '\\$&');

const sudoersInputError = (what: string) =>
  panelError({
    code: 'sudoers-bad-input',
    layer: 'sudo',
    message: `No sudoers rule can be made for ${what}.`,
    hint: 'Pin only the services you want to control, and sign in as a named user.',
    retryable: false,
  });

/** What the file allows and what it does not, for the dialog. */
export function explainSudoers(user: string, units: readonly string[], hostLabel: string): readonly string[] {
  return [
    `Allows ${user} on ${hostLabel} to ${VERBS.join(', ')} ${units.length === 1 ? 'this service' : `these ${units.length} services`} as root without a password: ${[...units].sort().join(', ')}.`,
    'Allows nothing else: every command is written out in full, without wildcards, so no other service and no other option fits.',
    `Anyone who can sign in as ${user} gets this permission, in the panel or not.`,
    'The text is checked by root with "visudo -c" before it is put in place; installing it asks for your password once.',
    `To take it back, remove ${SUDOERS_PATH} on the host.`,
  ];
}

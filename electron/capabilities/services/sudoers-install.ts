import { createHash } from 'node:crypto';
import type { SudoersPlan } from '../../../shared/capabilities/services/contract.ts';
import { panelError } from '../../../shared/errors.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { SUDOERS_EXITS, SUDOERS_PATH } from '../../../shared/host-scripts/sudoers.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { isVersionOfSudoRs } from '../../foundation/ssh/sudo-list.ts';
import type { ExecResult, Transport } from '../../foundation/ssh/transport.ts';
import { explainSudoers, isPlainUserName, type SudoDialect, sudoersText } from './sudoers.ts';

const MAX_BYTES = 256 * 1024;

/**
 * The drop-in for these units and how it compares with the file on the host. Without `asRoot` no password is requested.
 * Throws sudoers-bad-input, what exec throws, and with `asRoot` the sudo errors.
 */
export async function planSudoers(
  transport: Transport,
  o: { readonly units: readonly string[]; readonly hostLabel: string; readonly asRoot: boolean },
): Promise<SudoersPlan> {
  const user = plainText((await transport.exec(['id', '-un'])).stdout);
  // A rule cannot contain every user name of a directory service.
  const inRule = isPlainUserName(user) ? user : `#${(await transport.exec(['id', '-u'])).stdout.trim()}`;
  const text = sudoersText(inRule, o.units, await dialectOf(transport));
  return {
    path: SUDOERS_PATH,
    text,
    ...compared(text, await readPresent(transport, o.asRoot)),
    explanation: [...explainSudoers(user, o.units, o.hostLabel)],
  };
}

/** Which sudo the host has; `sudo -V` needs no password. */
async function dialectOf(transport: Transport): Promise<SudoDialect> {
  return isVersionOfSudoRs(await transport.exec(['sudo', '-V'])) ? 'sudo-rs' : 'sudo';
}

/** The text at the path; null = no file, undefined = unknown, since only root may read the folder. */
async function readPresent(transport: Transport, asRoot: boolean): Promise<string | null | undefined> {
  const argv = ['cat', SUDOERS_PATH];
  const limit = { maxOutputBytes: MAX_BYTES };
  const plain = textIn(await transport.exec(argv, limit));
  if (plain !== undefined) return plain;
  // sudo -l would also report commands that need a password, once one rule needs none (sudoers(5), listpw).
  if (!asRoot) return textIn(await transport.exec(['sudo', '-n', '--', ...argv], limit));
  return textIn(await transport.exec(argv, { ...limit, sudo: { purpose: `read ${SUDOERS_PATH}` } }));
}

function textIn(answer: ExecResult): string | null | undefined {
  if (answer.exitCode === 0) return answer.stdout;
  return /No such file/.test(answer.stderr) ? null : undefined;
}

/** The text without blank lines and comments; `#1000` begins a rule, and a comment that ends in a backslash may continue (sudoers(5)). */
const rulesOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^# (?!.*\\$)/.test(line))
    .join('\n');

function compared(text: string, present: string | null | undefined): Pick<SudoersPlan, 'installed' | 'present'> {
  if (present === undefined) return { installed: 'unknown', present: null };
  if (present === null) return { installed: 'absent', present };
  return { installed: rulesOf(present) === rulesOf(text) ? 'same' : 'differs', present };
}

/**
 * Installs the drop-in of a plan: reads the present file as root, passes the text on standard input to a script of root that checks it
 * with `visudo -cf` and installs it as root:root 0440, and reads it back. Throws sudoers-changed when `text` is not the plan's,
 * sudoers-unseen when the host has other text than `replaces`, sudoers-rejected, sudoers-install-failed, and the sudo errors.
 */
export async function installSudoers(
  transport: Transport,
  plan: SudoersPlan,
  o: { readonly text: string; readonly replaces: string | null },
): Promise<SudoersPlan> {
  const { text } = o;
  if (text !== plan.text) throw sudoersChangedError();
  const before = compared(text, await readPresent(transport, true));
  if (before.installed === 'unknown') throw sudoersInstallError('The current file cannot be read, even as root.');
  // A file with the same rules may have comments of its own, which would be lost as well.
  if (before.present !== null && before.present !== text && before.present !== o.replaces) throw sudoersUnseenError();
  const old = before.present === null ? '-' : sha256(before.present);
  const installed = await transport.exec(scriptArgv(HOST_SCRIPTS.sudoersInstall, sha256(text), old), {
    stdin: text,
    sudo: { purpose: `install ${SUDOERS_PATH}` },
  });
  if (installed.exitCode === SUDOERS_EXITS.rejected) throw sudoersRejectedError(`${installed.stdout}\n${installed.stderr}`);
  if (installed.exitCode === SUDOERS_EXITS.unseen) throw sudoersUnseenError();
  if (installed.exitCode === SUDOERS_EXITS.incomplete)
    throw sudoersInstallError('The file arrived incomplete on the host and was removed.');
  if (installed.exitCode !== 0) throw sudoersInstallError(installed.stderr);
  const now = compared(text, await readPresent(transport, true));
  if (now.present !== text) throw sudoersInstallError(`The file on the host is not the one that was installed (${now.installed}).`);
  return { ...plan, ...now };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const sudoersUnseenError = () =>
  panelError({
    code: 'sudoers-unseen',
    layer: 'sudo',
    message: `${SUDOERS_PATH} differs from the file that was shown and was not replaced.`,
    hint: 'Review the changes, then install again.',
    retryable: false,
  });

export const sudoersChangedError = () =>
  panelError({
    code: 'sudoers-changed',
    layer: 'sudo',
    message: 'The list of services changed since the rule was shown; nothing was installed.',
    hint: 'Review the new rule, then install it.',
    retryable: false,
  });

const sudoersRejectedError = (detail: string) =>
  panelError({
    code: 'sudoers-rejected',
    layer: 'sudo',
    message: 'The host rejected the sudo rule; nothing was installed.',
    hint: 'Copy the details for the output of visudo, and check that sudo is installed on the host.',
    detail,
    retryable: false,
  });

const sudoersInstallError = (detail: string) =>
  panelError({
    code: 'sudoers-install-failed',
    layer: 'sudo',
    message: `Could not install ${SUDOERS_PATH}.`,
    hint: 'Check that root can write to /etc/sudoers.d on the host, or copy the details.',
    retryable: true,
    detail,
  });

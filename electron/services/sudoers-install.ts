import type { SudoersPlan } from '../../shared/contract/services.ts';
import type { Transport } from '../ssh/transport.ts';
import { systemdProblem } from './problems.ts';
import { explainSudoers, SUDOERS_PATH, sudoersText } from './sudoers.ts';

/** The drop-in for these units and how it compares with what the host has. Throws sudoers-bad-input and what exec throws. */
export async function planSudoers(transport: Transport, units: readonly string[], hostLabel: string): Promise<SudoersPlan> {
  const user = (await transport.exec(['id', '-un'])).stdout.trim();
  const text = sudoersText(user, units);
  return {
    path: SUDOERS_PATH,
    text,
    installed: await compare(transport, text),
    explanation: [...explainSudoers(user, units, hostLabel)],
  };
}

/** The folder is closed to normal users: `unknown` then, unless root may be had without asking. */
async function compare(transport: Transport, text: string): Promise<SudoersPlan['installed']> {
  const argv = ['cat', SUDOERS_PATH];
  const plain = await transport.exec(argv);
  if (plain.exitCode === 0) return plain.stdout === text ? 'same' : 'differs';
  if (/No such file/.test(plain.stderr)) return 'absent';
  if (!(await transport.mayRunAsRoot(argv))) return 'unknown';
  return await compareAsRoot(transport, text);
}

async function compareAsRoot(transport: Transport, text: string): Promise<SudoersPlan['installed']> {
  const answer = await transport.exec(['cat', SUDOERS_PATH], { sudo: { purpose: `read ${SUDOERS_PATH}` } });
  if (answer.exitCode === 0) return answer.stdout === text ? 'same' : 'differs';
  return /No such file/.test(answer.stderr) ? 'absent' : 'unknown';
}

/**
 * Installs the drop-in of a plan: uploads it, has `visudo -cf` check it, puts it in place as root:root 0440 and reads it back.
 * Throws sudoers-changed when `text` is not the plan's, sudoers-rejected, sudoers-install-failed, and the sudo errors.
 */
export async function installSudoers(transport: Transport, plan: SudoersPlan, text: string, random: string): Promise<SudoersPlan> {
  if (text !== plan.text) {
    throw systemdProblem({
      code: 'sudoers-changed',
      layer: 'sudo',
      message: 'The list of services changed since this text was shown, so it was not installed.',
      hint: 'Look at the new text, and install that.',
    });
  }
  const upload = `/tmp/ada-panel-sudoers-${random}`;
  await transport.writeFile(upload, text, { mode: 0o600, backup: false });
  try {
    const checked = await transport.exec(['visudo', '-cf', upload]);
    if (checked.exitCode !== 0) throw rejected(`${checked.stdout}\n${checked.stderr}`);
    const installed = await transport.exec(['/usr/bin/install', '-o', 'root', '-g', 'root', '-m', '0440', upload, SUDOERS_PATH], {
      sudo: { purpose: `install ${SUDOERS_PATH}` },
    });
    if (installed.exitCode !== 0) throw failed(installed.stderr);
    const state = await compareAsRoot(transport, text);
    if (state !== 'same') throw failed(`The host has other text than was installed (${state}).`);
    return { ...plan, installed: 'same' };
  } finally {
    await transport.exec(['rm', '-f', '--', upload]).catch(() => null);
  }
}

const rejected = (detail: string) =>
  systemdProblem({
    code: 'sudoers-rejected',
    layer: 'sudo',
    message: 'The host does not accept the sudoers text; nothing was installed.',
    hint: 'Copy the details: they hold what visudo said. sudo must be installed on the host.',
    detail,
  });

const failed = (detail: string) =>
  systemdProblem({
    code: 'sudoers-install-failed',
    layer: 'sudo',
    message: `The sudoers file could not be put into ${SUDOERS_PATH}.`,
    hint: 'Copy the details, and check that /etc/sudoers.d exists on the host and can be written by root.',
    retryable: true,
    detail,
  });

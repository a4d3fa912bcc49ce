import { createHash } from 'node:crypto';
import { SETUP_FILE_EXITS, SETUP_STATE_FOLDER } from '../../shared/host-scripts/setup.ts';
import { plainPath } from '../base/file-entries.ts';
import { describeFault, FileError, type LabFile } from '../base/files.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { firstSyntaxError } from './sudoers.ts';
import { verifyUnit } from './unit-verify.ts';

const KEPT_BACKUPS = 5;
const sum = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** The entry of a path; null = nothing is there. */
function entryAt(machine: Machine, path: string, user: string): LabFile | null {
  try {
    return machine.files.lstat(path, user);
  } catch (thrown) {
    if (thrown instanceof FileError && thrown.fault === 'no-such-file') return null;
    throw thrown;
  }
}

/** Whether nobody else can exchange a name on the way to a folder. */
function isSafe(machine: Machine, folder: string, user: string): boolean {
  const parts = plainPath(folder)
    .split('/')
    .filter((part) => part !== '');
  return parts
    .map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`)
    .every((path) => {
      const entry = entryAt(machine, path, user);
      const isOwn = entry?.owner === user || entry?.owner === 'root';
      return entry?.kind === 'folder' && isOwn && (entry.mode & 0o022) === 0;
    });
}

interface Wanted {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly replaces: string;
  readonly check: string;
  readonly data: Buffer;
}

/** Why a file cannot be written. */
class Refusal extends Error {
  readonly reason: keyof typeof SETUP_FILE_EXITS;
  constructor(reason: keyof typeof SETUP_FILE_EXITS) {
    super(reason);
    this.reason = reason;
  }
}

/** Writes files from its input (docstring of `setupFiles`); the lab's files change in one step, so that nothing is written beside them. */
export const writeSetupFiles: Program = async (process, machine) => {
  const [stamp = ''] = process.argv;
  for (let head = await process.stdin.readLine(); head !== null; head = await process.stdin.readLine()) {
    const [path = '', owner = '-', group = '-', mode = '-', wanted = '', replaces = '-', bytes = '0', check = '-'] = head.split(' ');
    const data = await process.stdin.readBytes(Number(bytes));
    try {
      if (!machine.files.isFolder(parentOf(path))) throw new Refusal('noFolder');
      if (!isSafe(machine, parentOf(path), process.user)) throw new Refusal('unsafe');
      if (sum(data) !== wanted) throw new Refusal('incomplete');
      const isWritten = await writeOne(process, machine, { path, owner, group, mode, replaces, check, data }, stamp);
      await process.stdout.write(`${isWritten ? 'written' : 'same'} ${path}\n`);
    } catch (thrown) {
      if (thrown instanceof Refusal) {
        await process.stdout.write(`${thrown.reason} ${path}\n`);
        return SETUP_FILE_EXITS[thrown.reason];
      }
      if (!(thrown instanceof FileError)) throw thrown;
      const what =
        thrown.fault === 'no-space' ? 'head: error writing ‘standard output’' : `mktemp: failed to create file via template ‘${path}’`;
      await process.stderr.write(`${what}: ${describeFault(thrown.fault)}\n`);
      return 1;
    }
  }
  return 0;
};

async function writeOne(process: LabProcess, machine: Machine, wanted: Wanted, stamp: string): Promise<boolean> {
  const { files } = machine;
  const { user } = process;
  const { path, data } = wanted;
  const old = entryAt(machine, path, user);
  if (old !== null && old.kind !== 'file') throw new Refusal('notAFile');
  const present = old === null ? '-' : sum(files.read(path, user));
  if (present !== wanted.replaces && present !== sum(data)) throw new Refusal('changed');
  const owner = wanted.owner === '-' ? (old?.owner ?? user) : wanted.owner;
  const group = wanted.owner === '-' ? (old?.group ?? user) : wanted.group;
  const mode = wanted.mode === '-' ? (old?.mode ?? 0o644) : Number.parseInt(wanted.mode, 8);
  if (user !== 'root' && (owner !== user || !machine.simulation.users.groupsOf(user).includes(group))) {
    throw new FileError('permission-denied', path);
  }
  if (old !== null && present === sum(data) && old.owner === owner && old.group === group && old.mode === mode) return false;
  await checkText(process, machine, wanted);
  const temporary = `${parentOf(path)}/.ada-panel.${stamp}`;
  files.write(temporary, data, { user, mode, owner, group });
  if (old !== null) backUp(machine, path, old, `${path}.ada-${stamp}.bak`);
  files.rename(temporary, path, user);
  return true;
}

/** The present file stays beside the new one, with its attributes; the oldest ones go. */
function backUp({ files }: Machine, path: string, old: LabFile, name: string): void {
  files.put(name, old);
  const prefix = `${path.slice(path.lastIndexOf('/') + 1)}.ada-`;
  const backups = files.list(parentOf(path), 'root').filter((entry) => entry.startsWith(prefix) && entry.endsWith('.bak'));
  for (const entry of backups.slice(0, -KEPT_BACKUPS)) files.remove(`${parentOf(path)}/${entry}`, 'root');
}

async function checkText(process: LabProcess, machine: Machine, { path, check, data }: Wanted): Promise<void> {
  const text = data.toString('utf8');
  const line = check === 'visudo' ? firstSyntaxError(text) : null;
  if (line !== null) {
    await process.stderr.write(`${path}:${line}:1: syntax error\n`);
    throw new Refusal('rejected');
  }
  if (check !== 'unit') return;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const complaints = verifyUnit(machine, name, text);
  if (complaints.length === 0) return;
  await process.stderr.write(complaints.map((words) => `${words}\n`).join(''));
  throw new Refusal('rejected');
}

/** Moves files and links away (docstring of `setupRemove`). */
export const removeSetup: Program = async (process, machine) => {
  const [stamp = '', ...paths] = process.argv;
  for (const path of paths) {
    try {
      if (entryAt(machine, path, process.user) === null) continue;
      const folder = `${SETUP_STATE_FOLDER}/removed/${stamp}${parentOf(path)}`;
      machine.files.makeFolder(folder, { user: process.user, mode: 0o700, parents: true });
      machine.files.rename(path, `${folder}/${path.slice(path.lastIndexOf('/') + 1)}`, process.user);
      await process.stdout.write(`removed ${path}\n`);
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      await process.stderr.write(`mv: cannot move '${path}': ${describeFault(thrown.fault)}\n`);
      return 1;
    }
  }
  return 0;
};

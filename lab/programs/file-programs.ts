import { createHash } from 'node:crypto';
import { describeFault, FileError, sizeOf } from '../base/files.ts';
import { pause } from '../base/streams.ts';
import { type Program, TERMINATED } from './process.ts';

const HASH_BYTES_PER_S = 1_600_000_000;

/** `sha256sum PATH…`; large files take time. */
const sha256sum: Program = async (process, machine) => {
  let worst = 0;
  for (const path of process.argv.slice(1).filter((arg) => !arg.startsWith('-'))) {
    try {
      const file = machine.files.stat(path, process.user);
      const hashMs = (sizeOf(file) / HASH_BYTES_PER_S) * 1000;
      if (hashMs > 1 && !machine.simulation.faults.has('downloads-are-fast') && !(await pause(hashMs, process.killed, machine.power)))
        return TERMINATED;
      const hex = file.hollow?.sha256 ?? createHash('sha256').update(machine.files.read(path, process.user)).digest('hex');
      await process.stdout.write(`${hex}  ${path}\n`);
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      await process.stderr.write(`sha256sum: ${path}: ${describeFault(thrown.fault)}\n`);
      worst = 1;
    }
  }
  return worst;
};

const KINDS = { file: 'regular file', folder: 'directory', link: 'symbolic link' } as const;

/** `stat -c FORMAT PATH…` with %s, %n, %Y, %a, %U, %G and %F. */
const stat: Program = async (process, machine) => {
  const [, , format = '%n', ...paths] = process.argv;
  let worst = 0;
  for (const path of paths.filter((arg) => arg !== '--')) {
    try {
      const file = machine.files.lstat(path, process.user);
      const values: Readonly<Record<string, string>> = {
        '%s': String(sizeOf(file)),
        '%n': path,
        '%Y': String(Math.floor(file.modifiedMs / 1000)),
        '%a': file.mode.toString(8),
        '%U': file.owner,
        '%G': file.group,
        '%F': KINDS[file.kind],
      };
      await process.stdout.write(`${format.replaceAll(/%[snYaUGF]/g, (name) => values[name] ?? name)}\n`);
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      await process.stderr.write(`stat: cannot statx '${path}': ${describeFault(thrown.fault)}\n`);
      worst = 1;
    }
  }
  return worst;
};

/** `ls [-1] FOLDER`: the names, one a line; `ls -d PATH`: the path itself. */
const ls: Program = async (process, machine) => {
  const folder = process.argv.slice(1).find((arg) => !arg.startsWith('-')) ?? '/home/operator';
  try {
    if (process.argv.includes('-d') || !machine.files.isFolder(folder)) {
      machine.files.lstat(folder, process.user);
      await process.stdout.write(`${folder}\n`);
      return 0;
    }
    await process.stdout.write(
      machine.files
        .list(folder.replace(/(.)\/$/, '$1'), process.user)
        .map((name) => `${name}\n`)
        .join(''),
    );
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    await process.stderr.write(`ls: cannot access '${folder}': ${describeFault(thrown.fault)}\n`);
    return 2;
  }
};

/** Programs that only read files. */
export const FILE_PROGRAMS: Readonly<Record<string, Program>> = { sha256sum, stat, ls };

import { SETUP_EXITS, SETUP_LOCK } from '../../shared/host-scripts/setup.ts';
import { describeFault, FileError, type Files } from '../base/files.ts';
import type { Machine, Program } from './process.ts';

const MAX_SHOWN_BYTES = 4096;

/** What the lock says of its holder; null = nobody has it. */
function heldBy(user: string, { files, simulation }: Machine): readonly string[] | null {
  const text = textOf(user, files);
  if (text === null) return null;
  const ageS = Math.floor(simulation.hostNow() / 1000) - Math.floor(files.stat(SETUP_LOCK, user).modifiedMs / 1000);
  return [...text.slice(0, MAX_SHOWN_BYTES).trimEnd().split('\n'), `age=${ageS}`];
}

function textOf(user: string, files: Files): string | null {
  try {
    return files.read(SETUP_LOCK, user).toString('utf8');
  } catch (thrown) {
    if (thrown instanceof FileError) return null;
    throw thrown;
  }
}

/** The answer of the reader to `lock` (docstring of `hostRead`). */
export function readLock(user: string, machine: Machine): readonly [string, readonly string[]] {
  const lines = heldBy(user, machine);
  return lines === null ? ['absent', []] : ['ok', lines];
}

/** One setup at a time on a host (docstring of `setupLock`). */
export const lockSetup: Program = async (process, machine) => {
  const { files, simulation } = machine;
  const [verb = '', token = '', text = '', over = ''] = process.argv;
  const present = textOf(process.user, files);
  const holder = present?.split('\n')[0] ?? '';
  const show = async (): Promise<number> => {
    await process.stdout.write(`${(heldBy(process.user, machine) ?? ['age=0']).join('\n')}\n`);
    return SETUP_EXITS.held;
  };
  try {
    if (verb === 'acquire' || verb === 'take') {
      if (present !== null && holder !== token && (verb !== 'take' || holder !== over)) return await show();
      files.write(SETUP_LOCK, Buffer.from(`${token}\n${text}\n`), { user: process.user, mode: 0o644 });
    } else if (verb === 'refresh') {
      if (holder !== token) return await show();
      files.setModified(SETUP_LOCK, simulation.hostNow(), process.user);
    } else if (verb === 'release' && holder === token) files.remove(SETUP_LOCK, process.user);
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    await process.stderr.write(`mktemp: failed to create file via template ‘${SETUP_LOCK}.XXXXXX’: ${describeFault(thrown.fault)}\n`);
    return 1;
  }
};

import { SETUP_EXITS, SETUP_LOCK } from '../../shared/host-scripts/setup.ts';
import { describeFault, FileError } from '../base/files.ts';
import type { Program } from './process.ts';

const MAX_SHOWN_BYTES = 4096;

/** One setup at a time on a host (docstring of `setupLock`). */
export const lockSetup: Program = async (process, { files, simulation }) => {
  const [verb = '', token = '', text = '', over = ''] = process.argv;
  const read = (): string | null => {
    try {
      return files.read(SETUP_LOCK, process.user).toString('utf8');
    } catch (thrown) {
      if (thrown instanceof FileError) return null;
      throw thrown;
    }
  };
  const present = read();
  const holder = present?.split('\n')[0] ?? '';
  const show = async (): Promise<number> => {
    const changedMs = present === null ? simulation.hostNow() : files.stat(SETUP_LOCK, process.user).modifiedMs;
    const ageS = Math.floor(simulation.hostNow() / 1000) - Math.floor(changedMs / 1000);
    await process.stdout.write(`${(present ?? '').slice(0, MAX_SHOWN_BYTES)}age=${ageS}\n`);
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

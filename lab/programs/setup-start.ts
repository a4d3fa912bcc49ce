import type { Program } from './process.ts';
import { withFiles } from './with-files.ts';

const SCRIPTS_FOLDER = '/run/ada-panel-setup';
const DESCRIPTION = 'A step of a setup by Ada Panel';

/** Starts a long step as a transient unit that runs its script from a file (docstring of `setupStart`). */
export const startLongStep: Program = async (process, machine) => {
  const [unit = '', user = '', text = '', ...args] = process.argv;
  const { files } = machine;
  const path = `${SCRIPTS_FOLDER}/${unit}.sh`;
  const written = await withFiles({ ...process, argv: ['sh'] }, `cannot create ${path}`, () => {
    files.makeFolder(SCRIPTS_FOLDER, { user: process.user, parents: true });
    files.write(path, Buffer.from(`${text}\n`), { user: process.user, mode: 0o644 });
  });
  if (written !== 0) return written;
  const options = ['--quiet', `--unit=${unit}`, `--description=${DESCRIPTION}`, '-p', 'Type=exec', '-p', 'RemainAfterExit=yes'];
  const argv = ['systemd-run', ...options, '-p', `User=${user}`, '-p', 'WorkingDirectory=/', '--', '/bin/sh', path, ...args];
  return machine.execute({ ...process, argv });
};

import { join } from 'node:path';
import { runChecksCommand } from './checks.ts';
import { openLab } from './open-lab.ts';
import { CHECKS_WORDS, exitWith, openProcess } from './process.ts';

const labScript = join(import.meta.dirname, '..', '..', 'out', 'lab', 'lab.cjs');
exitWith(
  await runChecksCommand(process.argv.slice(2), {
    ...openProcess(CHECKS_WORDS),
    command: 'npm run checks --',
    openLab: async (info, faults) => (await openLab(labScript, info, faults)).running,
    // The keyring speaks to Electron only.
    secrets: { read: () => null, write: () => {}, forget: () => {}, values: () => [] },
  }),
);

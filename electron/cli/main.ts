import { join } from 'node:path';
import { exitWith, openProcess } from './process.ts';
import { runSetup } from './setup.ts';

const out = join(import.meta.dirname, '..', '..', 'out');
exitWith(
  await runSetup(process.argv.slice(2), {
    ...openProcess({
      onInterrupt: 'Cancelling at the next safe point. Press Ctrl+C again to leave at once.',
      onLeave:
        'Left. A step that runs as a unit goes on: systemctl list-units "ada-panel-setup-*" on the host shows it. The same command resumes the setup.',
      leaveCode: 1,
    }),
    shippedFolder: join(out, 'images-shim'),
    labScript: join(out, 'lab', 'lab.cjs'),
  }),
);

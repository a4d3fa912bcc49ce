// npm run bench [-- NAME] [--json]: runs the programs under bench/ on the built app.
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { run } from './processes.mjs';
import { ROOT, runMain } from './say.mjs';

runMain(async () => {
  await bootstrap({ mayFallBack: true, wantsXvfb: process.platform === 'linux' && !process.env.DISPLAY });
  const command = [process.execPath, '--import', 'tsx', join('bench', 'run.ts'), ...process.argv.slice(2)];
  const [program, ...args] =
    process.platform === 'linux' && !process.env.DISPLAY ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...command] : command;
  process.exitCode = await run(program, args, { cwd: ROOT });
});

// npm run bench [-- NAME] [--json]: runs the programs under bench/ on the built app.
import { join } from 'node:path';
import { bootstrap, hasDisplay } from './bootstrap.mjs';
import { ROOT, runMain } from './output.mjs';
import { run } from './processes.mjs';

runMain(async () => {
  await bootstrap({ mayFallBack: true, uses: hasDisplay() ? ['tests', 'host'] : ['display', 'tests', 'host'] });
  const command = [process.execPath, '--import', 'tsx', join('bench', 'run.ts'), ...process.argv.slice(2)];
  const [program, ...args] = !hasDisplay() ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...command] : command;
  process.exitCode = await run(program, args, { cwd: ROOT });
});

// npm run pictures [-- NAME…]: takes the pictures of README and guides anew, from the built app in its lab.
import { join } from 'node:path';
import { bootstrap, hasDisplay } from './bootstrap.mjs';
import { ROOT, runMain } from './output.mjs';
import { run } from './processes.mjs';

runMain(async () => {
  await bootstrap({ mayFallBack: true, uses: hasDisplay() ? ['tests'] : ['display', 'tests'] });
  const command = [process.execPath, '--import', 'tsx', join('e2e', 'pictures', 'run.ts'), ...process.argv.slice(2)];
  const [program, ...args] = !hasDisplay() ? ['xvfb-run', '-a', '-s', '-screen 0 2000x1700x24', ...command] : command;
  process.exitCode = await run(program, args, { cwd: ROOT });
});

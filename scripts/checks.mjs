// npm run checks: runs the checks of a host from a terminal; `npm run checks -- --help` lists the options.
import { bootstrap } from './bootstrap.mjs';
import { runMain } from './output.mjs';

runMain(async () => {
  // The lab is built here; a real host needs nothing of it.
  await bootstrap({ mayFallBack: true, needsRuntime: false });
  const { register } = await import('tsx/esm/api');
  register();
  await import('../electron/cli/checks-main.ts');
});

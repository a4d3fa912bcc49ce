// npm run setup: sets up a host from a terminal; `npm run setup -- --help` lists the options.
import { bootstrap } from './bootstrap.mjs';
import { runMain } from './output.mjs';

runMain(async () => {
  // The images shim is built here; a host gets it as one file.
  await bootstrap({ mayFallBack: true, needsRuntime: false });
  // In this process: a child would get Ctrl+C twice, from the terminal and from here, and the second one means to leave at once.
  const { register } = await import('tsx/esm/api');
  register();
  await import('../electron/cli/main.ts');
});

// npm start: opens the panel. Options after `--` go to it: --lab, --smoke-test, --data-folder=DIR.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOnPath, isRoot, run } from './processes.mjs';
import { findRuntime } from './runtime.mjs';
import { ROOT, runMain, SetupError, say } from './say.mjs';

const args = process.argv.slice(2);
const isSmokeTest = args.includes('--smoke-test');
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Chromium refuses its sandbox to root; the page itself stays sandboxed from Node either way. */
function electronArguments() {
  return [...(process.platform === 'linux' && isRoot() ? ['--no-sandbox'] : []), ROOT, ...args];
}

runMain(async () => {
  const runtime = findRuntime();
  if (runtime === null) throw new SetupError('There is no Electron runtime yet.', 'Run npm start, which fetches one first.');
  if (runtime.fallback && !isSmokeTest)
    say('running on the fallback runtime: good for trying out; connect to the internet for the current Electron.');
  let command = runtime.executable;
  let commandArguments = electronArguments();
  if (!hasDisplay) {
    const remedy = 'Start it from a desktop session, or run: xvfb-run -a npm start';
    if (!isSmokeTest) throw new SetupError('There is no display to open a window on.', remedy);
    if (!isOnPath('xvfb-run'))
      throw new SetupError('There is no display, and no xvfb-run to make one.', 'Run: sudo apt-get install -y xvfb xauth');
    commandArguments = ['-a', '-s', '-screen 0 1280x800x24', command, ...commandArguments];
    command = 'xvfb-run';
  }
  const scratch =
    isSmokeTest && !args.some((argument) => argument.startsWith('--data-folder=')) ? mkdtempSync(join(tmpdir(), 'ada-panel-smoke-')) : null;
  if (scratch !== null) commandArguments.push(`--data-folder=${scratch}`);
  try {
    const { ELECTRON_RUN_AS_NODE: _unset, ...environment } = process.env;
    process.exitCode = await run(command, commandArguments, {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'inherit', isSmokeTest ? 'ignore' : 'inherit'],
    });
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
});

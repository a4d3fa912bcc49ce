// npm start: opens the panel, after all set-up. Options after `--` go to it; `npm start -- --help` lists them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { isOnPath, isRoot, run } from './processes.mjs';
import { ROOT, runMain, SetupError, say } from './say.mjs';

const args = process.argv.slice(2);
const isSmokeTest = args.includes('--smoke-test');
/** The lab is this program's own; a real host is reached with an outdated browser only where the user says so. */
const mayFallBack = isSmokeTest || args.includes('--lab') || args.includes('--fallback-runtime');
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
/** Outer limit of a smoke test, which has a limit of its own: whatever hangs, the command ends. */
const SMOKE_LIMIT_MS = 120_000;

/** Chromium refuses its sandbox to root; the page itself stays sandboxed from Node either way. */
function electronArguments() {
  return [...(process.platform === 'linux' && isRoot() ? ['--no-sandbox'] : []), ROOT, ...args];
}

runMain(async () => {
  if (!hasDisplay && !isSmokeTest)
    throw new SetupError('There is no display to open a window on.', 'Start it from a desktop session, or run: xvfb-run -a npm start');
  const runtime = await bootstrap({ mayFallBack, wantsXvfb: !hasDisplay });
  if (runtime.fallback && !isSmokeTest)
    say(`running on the ${runtime.origin}: good for trying out; plain "npm start" fetches the current Electron where it can.`);
  let command = runtime.executable;
  let commandArguments = electronArguments();
  if (!hasDisplay) {
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
      ...(isSmokeTest ? { limitMs: SMOKE_LIMIT_MS } : {}),
    });
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
});

// npm start: opens the panel, after all set-up. Options after `--` go to it; `npm start -- --help` lists them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, hasDisplay } from './bootstrap.mjs';
import { print, ROOT, runMain, SetupError } from './output.mjs';
import { isRoot, run } from './processes.mjs';

const args = process.argv.slice(2);
const isSmokeTest = args.includes('--smoke-test');
/** The lab is this program's own; a real host is reached with an outdated browser only where the user chooses to. */
const mayFallBack = isSmokeTest || args.includes('--lab') || args.includes('--fallback-runtime');
/** Outer limit of a smoke test, so that the command ends even when the test's own limit fails. */
const SMOKE_TIMEOUT_MS = 120_000;

/** Answers --version, --help and what the panel does not know before anything is fetched; true when that was all. */
function isAnswered() {
  const { own, chromium } = JSON.parse(readFileSync(join(ROOT, 'electron', 'app', 'launch-flags.json'), 'utf8'));
  const isKnown = (argument) =>
    own.some(({ flag }) => (flag.endsWith('=') ? argument.startsWith(flag) : argument === flag)) ||
    chromium.includes(argument.split('=')[0]);
  const unknown = args.find((argument) => !isKnown(argument));
  if (unknown !== undefined) throw new SetupError(`Unknown option ${unknown}.`, 'npm start -- --help lists the options.');
  if (args.includes('--version')) {
    const { productName, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    console.log(`${productName} ${version}`);
    return true;
  }
  if (!args.includes('--help')) return false;
  console.log('npm start [-- OPTION…]');
  for (const { flag, help } of own) console.log(`  ${(flag.endsWith('=') ? `${flag}DIR` : flag).padEnd(30)} ${help}`);
  return true;
}

/** Chromium refuses its sandbox to root; the page itself stays sandboxed from Node either way. */
function electronArguments() {
  return [...(process.platform === 'linux' && isRoot() ? ['--no-sandbox'] : []), ROOT, ...args];
}

runMain(async () => {
  if (isAnswered()) return;
  if (!hasDisplay() && !isSmokeTest)
    throw new SetupError('No display found.', 'Start it from a desktop session, or run: xvfb-run -a npm start');
  const runtime = await bootstrap({ mayFallBack, uses: hasDisplay() ? [] : ['display'] });
  if (runtime.fallback && !isSmokeTest)
    print(`running on the ${runtime.origin}: for evaluation; plain "npm start" fetches the current Electron where possible.`);
  let command = runtime.executable;
  let commandArguments = electronArguments();
  if (!hasDisplay()) {
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
      ...(isSmokeTest ? { limitMs: SMOKE_TIMEOUT_MS } : {}),
    });
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
});

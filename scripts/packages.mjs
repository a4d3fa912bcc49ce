// The packages of the lockfile, without a dependency of its own: it runs before there are any.
import { existsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { npmEnvironment } from './cache.mjs';
import { print, ROOT, SetupError } from './output.mjs';
import { npmCommand, run } from './processes.mjs';

const OLDEST_NODE = [20, 19];

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new SetupError(
    `Ada Panel needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`,
    'Install a current Node, then run this again.',
  );
}

/** Installs the packages of the lockfile, those for development too: whatever the user's npm settings say, they are what builds the panel. */
export async function ensurePackages() {
  checkNode();
  const lock = join(ROOT, 'package-lock.json');
  const stamp = join(ROOT, 'node_modules', '.package-lock.json');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  print('installing packages (once, and whenever the lockfile changes)…');
  const npm = npmCommand();
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run(npm.command, [...npm.prefix, ...args], { cwd: ROOT, env: npmEnvironment(), shell: npm.needsShell });
  if (code !== 0)
    throw new SetupError('The packages could not be installed.', 'Check the connection to the npm registry, then run this again.');
  utimesSync(stamp, new Date(), new Date());
}

// All set-up on a fresh machine, without a dependency: packages, runtime, system libraries, build.
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

/**
 * Makes everything ready and returns the runtime (null with `needsRuntime: false`). `mayFallBack`: an older Electron of another vendor is
 * good enough. `uses`: what is needed of the system besides Electron's libraries (see system-packages.mjs), without which a program of
 * `mustHave` ends here.
 */
export async function bootstrap({ mayFallBack, needsRuntime = true, uses = [], mustHave = true }) {
  await ensurePackages();
  // Tests and builds choose their mode themselves; one that the user's environment prescribes is for other programs.
  delete process.env.NODE_ENV;
  const { ensureRuntime } = await import('./runtime.mjs');
  const { ensureSystemPackages } = await import('./system-packages.mjs');
  const runtime = needsRuntime ? await ensureRuntime({ mayFallBack }) : null;
  await ensureSystemPackages({ executable: runtime?.executable ?? null, uses, mustHave });
  const { build } = await import('./build.mjs');
  if (await build({ ifNeeded: true })) print('built.');
  return runtime;
}

/** True where a window can be opened without an Xvfb. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

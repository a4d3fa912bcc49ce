// npm run try-electron -- VERSION_OR_FOLDER: runs all end-to-end tests on another Electron: one that is downloaded, or unpacked in a folder.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bootstrap, hasDisplay } from './bootstrap.mjs';
import { cacheFolder } from './cache.mjs';
import { print, ROOT, runMain, SetupError } from './output.mjs';
import { run } from './processes.mjs';
import { unzip } from './unzip.mjs';

/** The folder of this version, fetched from Electron's official place (or ELECTRON_MIRROR) if need be. */
async function fetchElectron(version) {
  const folder = join(cacheFolder(), `tried-electron-${version}`);
  if (existsSync(join(folder, 'version'))) return folder;
  const { downloadArtifact } = await import('@electron/get');
  print(`fetching Electron ${version}…`);
  const archive = await downloadArtifact({ version, artifactName: 'electron', platform: process.platform, arch: process.arch }).catch(
    (error) => {
      throw new SetupError(
        `Electron ${version} could not be fetched: ${error.message}.`,
        'Check the version and the connection, or name a folder that holds an unpacked Electron.',
      );
    },
  );
  const work = `${folder}.unpacking-${process.pid}`;
  mkdirSync(work, { recursive: true });
  await unzip(archive, work, (name) => name);
  rmSync(folder, { recursive: true, force: true });
  renameSync(work, folder);
  return folder;
}

runMain(async () => {
  const [wanted, ...parts] = process.argv.slice(2);
  if (wanted === undefined)
    throw new SetupError(
      'No Electron named.',
      'Run: npm run try-electron -- 45.4.1, or: npm run try-electron -- /folder/with/electron [test file…]',
    );
  const isVersion = /^\d+\.\d+\.\d+/.test(wanted);
  // The folder is checked, and what it lacks is installed, as for any other Electron.
  if (isVersion) await bootstrap({ mayFallBack: true, needsRuntime: false });
  process.env.ELECTRON_OVERRIDE_DIST_PATH = isVersion ? await fetchElectron(wanted) : resolve(wanted);
  const runtime = await bootstrap({ mayFallBack: false, uses: hasDisplay() ? ['tests'] : ['tests', 'display'], mustHave: false });
  print(`end-to-end tests on ${runtime.origin}`);
  const command = [process.execPath, join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '-c', 'e2e/playwright.config.ts'];
  const [program, ...args] = hasDisplay() ? command : ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...command];
  process.exitCode = await run(program, [...args, '--reporter=list', ...parts], { cwd: ROOT });
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unbundledPackages } from '../../scripts/notices.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const UNPACKED = join(ROOT, 'dist', process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
const EXECUTABLE = join(UNPACKED, 'ada-panel');
const ARCHIVE = join(UNPACKED, 'resources', 'app.asar');
/** A fuse is one character in the executable. */
const FUSE_ON = '1'.charCodeAt(0);
const FUSE_OFF = '0'.charCodeAt(0);
const PACK_TIMEOUT_MS = 600_000;
const SMOKE_TIMEOUT_MS = 180_000;
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

if (process.platform !== 'linux') console.warn('SKIPPED: the package is tested on Linux only');

describe.skipIf(process.platform !== 'linux')('the packed panel', () => {
  let scratch: string;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'ada-package-test-'));
    const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'package.mjs'), '--fallback-runtime'], { stdio: 'inherit' });
    expect(status).toBe(0);
  }, PACK_TIMEOUT_MS);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it(
    'opens the lab and paints a live reading',
    () => {
      const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const command = [EXECUTABLE, ...sandbox, '--smoke-test', `--data-folder=${join(scratch, 'data')}`];
      const [program = '', ...args] = process.env['DISPLAY'] ? command : ['xvfb-run', '-a', '-s', '-screen 0 1280x800x24', ...command];
      const temporary = mkdtempSync(join(scratch, 'tmp-'));
      const { stdout, status } = spawnSync(program, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: temporary },
        timeout: SMOKE_TIMEOUT_MS,
      });
      expect(JSON.parse(stdout)).toMatchObject({ ok: true });
      expect(status).toBe(0);
      // Chromium's folder for the socket of a second start goes with the panel.
      expect(readdirSync(temporary).filter((name) => name.startsWith('scoped_dir'))).toEqual([]);
    },
    SMOKE_TIMEOUT_MS,
  );

  it(
    'runs checks without a window or a display',
    () => {
      const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
      const options = ['--checks', '--lab', '--group', 'gpu', '--json', '--data-folder', join(scratch, 'checks-data')];
      const run = (...more: readonly string[]) =>
        spawnSync(EXECUTABLE, [...sandbox, ...options, ...more], { encoding: 'utf8', env, timeout: SMOKE_TIMEOUT_MS });
      const healthy = run();
      expect(healthy).toMatchObject({ status: 0 });
      expect(JSON.parse(healthy.stdout)).toMatchObject({ host: 'Lab' });
      expect(run('--fault', 'gpu-lost')).toMatchObject({ status: 1 });
      expect(run('--nonsense')).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('ada-panel --checks --help') });
    },
    3 * SMOKE_TIMEOUT_MS,
  );

  it('has the fuses that it should have', async () => {
    const wire = await getCurrentFuseWire(EXECUTABLE);
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ];
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    for (const fuse of on) expect([fuse, wire[fuse]]).toEqual([fuse, FUSE_ON]);
    for (const fuse of off) expect([fuse, wire[fuse]]).toEqual([fuse, FUSE_OFF]);
  });

  it('does not run as Node and starts no other app, whatever the environment and the command line say', () => {
    // As Node it would print Node's own version, or refuse the flag of Chromium.
    const version = spawnSync(EXECUTABLE, ['--version', '--no-sandbox'], {
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--require=/nonexistent' },
      timeout: 60_000,
    });
    expect(version).toMatchObject({ status: 0, stdout: `Ada Panel ${manifest.version}\n` });
  });

  it('contains what runs and its licences, and nothing else', () => {
    const files = listPackage(ARCHIVE, { isPack: false }).map((file) => file.replaceAll('\\', '/'));
    expect(readdirSync(join(UNPACKED, 'resources'))).toEqual(['app.asar']);
    const stray = files.filter((file) =>
      /\.(node|map|ts|md|gyp|cc?)$|\/tests?(\.js|\/|$)|\/docs?\/|\/\.|Jenkinsfile|licenses\.json|built-from/.test(file),
    );
    expect(stray).toEqual([]);
    const packages = [...new Set(files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))];
    expect(packages.sort()).toEqual(unbundledPackages());
    for (const name of ['resources.pak', 'icudtl.dat', 'locales/en-US.pak', 'LICENSE.electron.txt', 'LICENSES.chromium.html'])
      expect(existsSync(join(UNPACKED, name)), name).toBe(true);
  });

  it('names every package that it contains, which an audit of production dependencies sees as well', () => {
    const notices = extractFile(ARCHIVE, join('out', 'third-party-notices.txt')).toString('utf8');
    for (const name of Object.keys(manifest.dependencies)) expect(notices, name).toContain(`\n${name} ${manifest.dependencies[name]}`);
    const bundled = [...notices.matchAll(/^={80}\n(\S+) \d\S*(?: \(.*\))?\n={80}$/gm)].map(([, name]) => name ?? '');
    expect(bundled.length).toBeGreaterThan(50);
    expect(bundled.filter((name) => Object.hasOwn(manifest.devDependencies, name))).toEqual([]);
    expect(notices).toContain('SIL OPEN FONT LICENSE');
  });

  it('is a .deb with a desktop file, icons, and a sandbox that works without namespaces of users', () => {
    const file = join(ROOT, 'dist', `${manifest.name}_${manifest.version}_${process.arch === 'x64' ? 'amd64' : process.arch}.deb`);
    const control = spawnSync('dpkg-deb', ['--field', file], { encoding: 'utf8' }).stdout;
    expect(control).toMatch(/^Package: ada-panel$/m);
    expect(control).toMatch(/^Depends: .*libgtk-3-0 \| libgtk-3-0t64/m);
    const contents = spawnSync('dpkg-deb', ['--contents', file], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }).stdout;
    expect(contents).toMatch(/^-rwsr-xr-x root\/root .* \.\/opt\/ada-panel\/chrome-sandbox$/m);
    expect(contents).toMatch(/^drwxr-xr-x root\/root .* \.\/opt\/ada-panel\/resources\/$/m);
    expect(contents).toContain('./usr/bin/ada-panel -> /opt/ada-panel/ada-panel');
    expect(contents).toContain(`./usr/share/applications/${manifest.desktopName}`);
    expect(contents).toContain('./usr/share/icons/hicolor/256x256/apps/ada-panel.png');
    expect(contents).toContain('./usr/share/doc/ada-panel/third-party-notices.txt');
  });
});

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { openSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../electron/testing/small-disk.ts';
import { findRuntime } from '../../scripts/runtime.mjs';
import { panelWindow } from '../pages/window.ts';
import { expect, launchPanel } from '../support/panel.ts';

type Launched = Awaited<ReturnType<typeof launchPanel>>;

const noDisk = whyNoSmallDisk();
const isLive = async (panel: Launched): Promise<void> => {
  const { hostButton, vramMeter } = panelWindow(() => panel.page);
  await expect(hostButton()).toContainText(/\d+ ms/);
  await expect(vramMeter()).toHaveAttribute('aria-valuetext', /GiB/);
};
const noticesOf = (panel: Launched) =>
  panel.page.evaluate(async () => {
    const outcome = await window.ada.app.notices();
    return outcome.ok ? outcome.value.map(({ message }) => message) : [];
  });
const setTheme = (panel: Launched, colorScheme: 'light' | 'dark') =>
  panel.page.evaluate((scheme) => window.ada.settings.update({ appearance: { colorScheme: scheme } }), colorScheme);

test.describe('a data folder that takes nothing', () => {
  test.skip(noDisk !== null, noDisk ?? '');
  let disk: SmallDisk;
  let panel: Launched | null = null;
  test.beforeEach(() => {
    disk = openSmallDisk(16 * 1024 * 1024);
  });
  test.afterEach(async () => {
    await panel?.close();
    panel = null;
    disk.remove();
  });

  test('full at the start: the panel opens, watches, reports it, and saves when there is space', async () => {
    const dataFolder = join(disk.folder, 'data');
    mkdirSync(dataFolder);
    disk.fill(0);
    panel = await launchPanel({ args: ['--lab'], dataFolder });
    await isLive(panel);
    expect(await noticesOf(panel)).toContainEqual(expect.stringContaining('Changes are not saved: The disk is full'));
    expect(await setTheme(panel, 'light')).toMatchObject({ ok: true });
    await expect(panel.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
    const mark = panel.page.getByRole('contentinfo').getByRole('button', { name: 'Not saved' });
    await expect(mark).toHaveAttribute('title', /disk is full/);
    await panel.screenshot('disk-full');
    disk.free();
    expect(await setTheme(panel, 'dark')).toMatchObject({ ok: true });
    expect(JSON.parse(readFileSync(join(dataFolder, 'settings.json'), 'utf8'))).toMatchObject({ appearance: { colorScheme: 'dark' } });
    // Settings and log are saved; readings stay in memory until the next start, and that is said instead.
    await expect
      .poll(() => panel && noticesOf(panel), { timeout: 60_000 })
      .toContainEqual(expect.stringContaining('readings since the start are lost when Ada Panel quits'));
    expect(readFileSync(join(dataFolder, 'logs', 'ada-panel.log'), 'utf8')).toContain('history.in-memory-only');
  });

  test('full while it runs: every call still works, and what was saved stays whole', async () => {
    const dataFolder = join(disk.folder, 'data');
    mkdirSync(dataFolder);
    panel = await launchPanel({ args: ['--lab'], dataFolder });
    await isLive(panel);
    await setTheme(panel, 'light');
    disk.fill(0);
    await setTheme(panel, 'dark');
    await panel.goTo('Services');
    await panel.goTo('Logs');
    // A call whose failure is logged: the log cannot take it either.
    expect(
      await panel.page.evaluate(() => window.ada.services.act({ hostId: 'lab', value: { unit: 'none.service; x', verb: 'start' } })),
    ).toMatchObject({
      ok: false,
      error: { code: 'bad-input' },
    });
    await expect.poll(() => panel && noticesOf(panel)).toContainEqual(expect.stringContaining('Changes are not saved'));
    await panel.goTo('Overview');
    await isLive(panel);
    expect(JSON.parse(readFileSync(join(dataFolder, 'settings.json'), 'utf8'))).toMatchObject({ appearance: { colorScheme: 'light' } });
  });

  test('read-only: the panel opens, watches and reports it', async () => {
    const dataFolder = join(disk.folder, 'data');
    mkdirSync(dataFolder);
    writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ appearance: { colorScheme: 'light' } }));
    disk.setReadOnly(true);
    panel = await launchPanel({ args: ['--lab'], dataFolder });
    await isLive(panel);
    await expect(panel.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
    expect(await noticesOf(panel)).toContainEqual(expect.stringContaining('The disk is read-only'));
    await panel.close();
    panel = null;
    disk.setReadOnly(false);
  });
});

test('a data folder that cannot be made: the panel opens, watches and reports it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-no-folder-'));
  writeFileSync(join(folder, 'file'), '');
  const panel = await launchPanel({ args: ['--lab'], dataFolder: join(folder, 'file', 'data') });
  await isLive(panel);
  expect(await noticesOf(panel)).toContainEqual(expect.stringContaining('Changes are not saved'));
  await panel.close();
  rmSync(folder, { recursive: true });
});

/** What a panel does that cannot start: its exit code, what it printed, and its dialog (answered at once). */
async function startBroken(breakIt: (app: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-broken-'));
  const root = join(import.meta.dirname, '..', '..');
  cpSync(join(root, 'out'), join(folder, 'out'), { recursive: true });
  cpSync(join(root, 'node_modules', 'node-sqlite3-wasm'), join(folder, 'node_modules', 'node-sqlite3-wasm'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'ada-panel', version: '0.0.0', main: 'main.cjs' }));
  writeFileSync(
    join(folder, 'main.cjs'),
    `const { dialog } = require('electron');
dialog.showMessageBox = async (options) => { process.stdout.write('DIALOG ' + JSON.stringify(options) + '\\n'); return { response: 0 }; };
require('./out/main/main.cjs');`,
  );
  breakIt(folder);
  const runtime = findRuntime();
  if (runtime === null) throw new Error('no Electron runtime: run npm test, which fetches one');
  const isRoot = process.getuid?.() === 0;
  const child = spawn(runtime.executable, [...(isRoot ? ['--no-sandbox'] : []), folder, `--data-folder=${join(folder, 'data')}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  let complained = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complained += chunk.toString();
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { exitCode, printed, complained };
}

for (const [what, breakIt, reason] of [
  ['no page', (app: string) => rmSync(join(app, 'out', 'renderer', 'index.html')), /did not load/],
  [
    'a page that is lost late, and never painted',
    (app: string) =>
      writeFileSync(join(app, 'out', 'renderer', 'index.html'), '<meta http-equiv="refresh" content="4;url=app://panel/none.html">'),
    /did not load/,
  ],
  ['no preload', (app: string) => rmSync(join(app, 'out', 'preload'), { recursive: true }), /preload/],
  [
    'a throw while the panel is composed',
    (app: string) => {
      mkdirSync(join(app, 'data'));
      const main = join(app, 'out', 'main', 'main.cjs');
      writeFileSync(main, `${readFileSync(main, 'utf8')}\n;queueMicrotask(() => { throw new Error('broken on purpose'); });`);
    },
    /broken on purpose/,
  ],
] as const) {
  test(`${what}: the start ends in a dialog with the reason, and not with 0`, async () => {
    const { exitCode, printed, complained } = await startBroken(breakIt);
    expect(exitCode).toBe(1);
    expect(complained).toMatch(/Ada Panel could not start: /);
    expect(complained).toMatch(reason);
    expect(printed).toMatch(/DIALOG .*"message":"Ada Panel could not start"/);
    expect(printed).toMatch(reason);
  });
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { type Lab, startLab } from '../../lab/lab.ts';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { DEFAULT_SETTINGS } from '../../shared/default-settings.ts';
import { hostsPage } from '../pages/hosts.ts';
import { panelWindow } from '../pages/window.ts';
import { answerConfirmations } from '../support/confirmations.ts';
import { expect, launchPanel } from '../support/panel.ts';

// Each start goes on in the folder that the start before it left behind.
test.describe.configure({ mode: 'serial' });

const folder = mkdtempSync(join(tmpdir(), 'ada-panel-start-'));
const dataFolder = join(folder, 'data');
const startFile = join(dataFolder, 'start.json');
let lab: Lab;
let panel: Awaited<ReturnType<typeof launchPanel>>;

const start = async (): Promise<void> => {
  panel = await launchPanel({ args: [], dataFolder });
};
const { heading, hostButton, main, vramMeter } = panelWindow(() => panel.page);
const { acceptKeyButton } = hostsPage(() => panel.page);
const builtFrom = (): unknown => (JSON.parse(readFileSync(startFile, 'utf8')) as { readonly builtFrom: unknown }).builtFrom;

test.beforeAll(async () => {
  lab = await startLab();
  mkdirSync(dataFolder);
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, lab.privateKey, { mode: 0o600 });
  const profile: HostProfile = {
    id: 'ada2',
    kind: 'ssh',
    label: "ada2 </script><script>document.title='run'</script>",
    hostName: '127.0.0.1',
    port: lab.port,
    user: 'operator',
    identityFiles: [keyFile],
    useAgent: false,
  };
  writeFileSync(join(dataFolder, 'hosts.json'), JSON.stringify([profile]));
  writeFileSync(
    join(dataFolder, 'settings.json'),
    JSON.stringify({ ...DEFAULT_SETTINGS, last: { ...DEFAULT_SETTINGS.last, hostId: 'ada2' } }),
  );
});
test.afterEach(async () => {
  expect(panel.complaints.splice(0), 'complaints of the page').toEqual([]);
});
test.afterAll(async () => {
  await panel.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('a first start goes to the host that was shown last', async () => {
  await start();
  await answerConfirmations(panel, true);
  await acceptKeyButton().click();
  await expect(hostButton()).toContainText(/\d+ ms/);
  await expect(main().getByText('nginx').first()).toBeVisible();
  await expect(vramMeter()).toHaveAttribute('aria-valuetext', /GiB/);
  await panel.close();
  await lab.close();
});

test('the next one shows what was known, from the page itself, while the host is away', async () => {
  await start();
  // The block stands in the page as it was served; what it names is drawn before the main process answered.
  const block = await panel.page.evaluate(() => document.getElementById('ada-start')?.textContent ?? '');
  expect(JSON.parse(block)).toMatchObject({ hosts: { lastHostId: 'ada2', connections: { ada2: { state: { kind: 'offline' } } } } });
  await expect(hostButton()).toContainText('ada2 </script>');
  await expect(main().getByText('Last seen running').first()).toBeVisible();
  await expect(vramMeter()).toHaveAttribute('aria-valuetext', /GiB/);
  expect(await panel.page.title()).toBe('Ada Panel');
  await panel.screenshot('start-last-known');
  await panel.goTo('Services');
  // Loaded again, the page asks the panel, and is where it was.
  await panel.page.reload();
  await expect(heading('Services')).toBeVisible();
  expect(await panel.page.evaluate(() => document.getElementById('ada-start'))).toBeNull();
  await panel.goTo('Overview');
  await panel.close();
});

test("another build's state is not shown, and what was known comes a moment later", async () => {
  const ours = builtFrom();
  writeFileSync(startFile, JSON.stringify({ builtFrom: 'another', state: '{"settings":7}' }));
  await start();
  expect(await panel.page.evaluate(() => document.getElementById('ada-start'))).toBeNull();
  await expect(main().getByText('Last seen running').first()).toBeVisible();
  await panel.close();
  expect(builtFrom()).toBe(ours);
  await start();
});

test('a panel that is closed as soon as it is on the screen is gone at once', async () => {
  const child = panel.app.process();
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill('SIGTERM');
  expect(await gone).toBe(0);
  await start();
});

test('the first paint waits for neither schemas nor menus', async () => {
  const script = await panel.page.locator('script[type="module"][src]').getAttribute('src');
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'out', 'renderer', script ?? ''), 'utf8');
  // A word of every error of zod, and the name by which the kit reports a menu without its button.
  expect(text).not.toContain('invalid_type');
  expect(text).not.toContain('Menu.Target');
});

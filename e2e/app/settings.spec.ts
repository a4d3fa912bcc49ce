import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { settingsPage } from '../pages/settings.ts';
import { panelWindow } from '../pages/window.ts';
import { expect, launchPanel, type Panel } from '../support/panel.ts';
import { setTheme, takeScreenshots } from '../support/shared-panel.ts';

// Each start goes on in the folder that the start before it left behind.
test.describe.configure({ mode: 'serial' });

/** What a desktop session would offer as a keyring is reached over this bus. */
const NO_KEYRING = { DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
const dataFolder = mkdtempSync(join(tmpdir(), 'ada-panel-settings-'));
let panel: Awaited<ReturnType<typeof launchPanel>>;

async function start(): Promise<void> {
  panel = await launchPanel({ args: ['--lab'], environment: NO_KEYRING, dataFolder });
}
const scheme = (of: Panel) => of.page.locator('html').getAttribute('data-mantine-color-scheme');
const { dialog, expectNotice, heading } = panelWindow(() => panel.page);
const { deleteHistoryButton, fact, field, selectTheme } = settingsPage(() => panel.page);
const settingsFile = () => JSON.parse(readFileSync(join(dataFolder, 'settings.json'), 'utf8')) as Record<string, Record<string, unknown>>;

test.afterEach(async () => {
  expect(panel.complaints.splice(0), 'complaints of the page').toEqual([]);
});
test.afterAll(async () => {
  await panel.close();
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
});

test('the theme is changed at once, and can follow the system', async () => {
  await start();
  const { page } = panel;
  await panel.goTo('Settings');
  await page.emulateMedia({ colorScheme: 'dark' });
  await selectTheme('Light');
  await expect.poll(() => scheme(panel)).toBe('light');
  await selectTheme('System');
  await expect.poll(() => scheme(panel)).toBe('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => scheme(panel)).toBe('light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => scheme(panel)).toBe('dark');
  await selectTheme('Light');
  await expect.poll(() => settingsFile()['appearance']).toEqual({ colorScheme: 'light' });
});

test('a number is kept when its field is left, and one out of bounds is not', async () => {
  const { page } = panel;
  await field('Keepalive interval').fill('25');
  await page.keyboard.press('Tab');
  await expect.poll(() => settingsFile()['ssh']).toMatchObject({ keepaliveSeconds: 25 });
  await field('Remember sudo password for').fill('0');
  await page.keyboard.press('Enter');
  await expect.poll(() => settingsFile()['ssh']).toMatchObject({ keepaliveSeconds: 25, sudoKeepMinutes: 0 });
  await field('Keep readings for').fill('4000');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Enter 1 to 60 days')).toBeVisible();
  await panel.screenshot('settings-out-of-bounds');
  await page.keyboard.press('Tab');
  await expect(field('Keep readings for')).toHaveValue('14 days');
  await expect(page.getByText('Enter 1 to 60 days')).toBeHidden();
  await field('Keep readings for').fill('60');
  await page.keyboard.press('Enter');
  await expect.poll(() => settingsFile()['data']).toEqual({ keepDays: 60 });
});

test('without a keyring the page says that secrets are kept in memory only', async () => {
  test.skip(process.platform !== 'linux', 'elsewhere the system always has a keyring');
  const secrets = fact('Secrets');
  await secrets.scrollIntoViewIfNeeded();
  await expect(secrets).toContainText('In memory only');
  await expect(secrets).toContainText('required again after a restart');
  for (const [what, file] of [
    ['Settings', 'settings.json'],
    ['Hosts', 'hosts.json'],
  ] as const)
    await expect(fact(what)).toHaveText(join(dataFolder, file));
  await takeScreenshots(panel, 'settings-stored');
  await setTheme(panel, 'light');
});

test('the sizes of what is stored are those of the files on the disk', async () => {
  const taken = (name: string): number => {
    const { blocks, size } = statSync(join(dataFolder, name), { throwIfNoEntry: false }) ?? { blocks: 0, size: 0 };
    return blocks > 0 ? blocks * 512 : size;
  };
  const offBy = async (): Promise<number> => {
    const usage = await panel.page.evaluate(() => window.ada.history.usage());
    return usage.ok ? usage.value.bytes - taken('history.sqlite') - taken('history.sqlite-wal') : Number.NaN;
  };
  // Between the two looks a reading may be written.
  await expect.poll(offBy).toBe(0);
  await expect(fact('History on disk')).toHaveText(/^\d+(\.\d)? (KiB|MiB)$/);
  await expect(fact('Gallery on disk')).toHaveText(/^(empty|\d.* in \d+ files?)$/);
});

test('recorded readings are thrown away only after a question', async () => {
  const { page } = panel;
  const oldestAt = async (): Promise<number> => {
    const usage = await page.evaluate(() => window.ada.history.usage());
    return usage.ok ? (usage.value.oldestSampleAt ?? Number.POSITIVE_INFINITY) : Number.NaN;
  };
  // A sample that was on its way is stored after it, with the time when it arrived.
  const late = 5_000;
  await expect.poll(async () => Date.now() - (await oldestAt())).toBeGreaterThan(2 * late);
  await deleteHistoryButton('Lab').click();
  await expect(dialog()).toContainText('permanently');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog()).toBeHidden();
  await deleteHistoryButton('Lab').click();
  const deletedAt = Date.now();
  await page.getByRole('button', { name: 'Delete history of Lab', exact: true }).click();
  await expectNotice('History of Lab deleted');
  expect(await oldestAt()).toBeGreaterThan(deletedAt - late);
});

test('theme, page and numbers are there again after a restart', async () => {
  await panel.close();
  await start();
  // In the first paint, not after a flash of the other theme.
  expect(await scheme(panel)).toBe('light');
  await expect(heading('Settings')).toBeVisible();
  await expect(field('Keepalive interval')).toHaveValue('25 s');
  await expect(field('Remember sudo password for')).toHaveValue('0 min');
  await expect(field('Keep readings for')).toHaveValue('60 days');
});

test('a settings file that cannot be read costs the settings, not the panel', async () => {
  await panel.close();
  writeFileSync(join(dataFolder, 'settings.json'), '{ "appearance": ');
  await start();
  await panel.goTo('Settings');
  await expect(field('Keepalive interval')).toHaveValue('10 s');
  await expect(field('Keep readings for')).toHaveValue('14 days');
  await panel.page.getByRole('button', { name: /^\d+ notice/ }).click();
  const reported = dialog().getByText(/Settings could not be read/);
  await expect(reported).toContainText(join(dataFolder, 'settings.json.broken'));
  await panel.page.keyboard.press('Escape');
});

test('About names the runtime and shows the licences of what is contained', async () => {
  const { page } = panel;
  await panel.goTo('Settings');
  await expect(page.getByText(/^Electron \d+\.\d+\.\d+, Chromium \d+/)).toBeVisible();
  await page.getByRole('button', { name: 'Third-party notices' }).click();
  const notices = dialog('Third-party notices');
  await expect(notices).toContainText(/react-dom \d+\.\d+\.\d+ \(MIT\)/);
  await expect(notices).toContainText('SIL OPEN FONT LICENSE');
  await page.keyboard.press('Escape');
  await expect(notices).toBeHidden();
});

test('what is being typed and what is open stays while the host comes', async () => {
  await panel.close();
  panel = await launchPanel({ args: [], dataFolder });
  const { page } = panel;
  await panel.goTo('Settings');
  await field('Keepalive interval').fill('33');
  await page.evaluate(() => window.ada.hosts.open({ hostId: 'lab' }));
  await expect(page.getByRole('region', { name: /^Gateway of / })).toBeVisible();
  await expect(field('Keepalive interval')).toHaveValue('33 s');
  await page.keyboard.press('Tab');
  await expect.poll(() => settingsFile()['ssh']).toMatchObject({ keepaliveSeconds: 33 });
});

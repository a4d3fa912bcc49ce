import { expect, test } from '@playwright/test';
import { overviewPage } from '../pages/overview.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { breakLab, repairLab, resize, setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { alert, dialog, expectNotice, heading, region, statusBar, vramReading } = panelWindow(() => shared().page);
const { component } = overviewPage(() => shared().page);

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
  await expect(component('Images shim')).toContainText('Running');
});

test('a fault that repeats is one notice with its number, and leads to its unit', async () => {
  const { page } = shared();
  for (let time = 0; time < 2; time += 1) {
    await breakLab(shared(), 'shim-down');
    await expect(alert()).toBeVisible();
    await repairLab(shared(), 'shim-down');
    await expect(alert()).toHaveCount(0);
  }
  await page.keyboard.press('Control+Shift+n');
  const row = dialog('Notices').getByRole('listitem').filter({ hasText: 'Images shim is running but not responding on 9091.' });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(/2 times, last \d\d:\d\d/);
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(shared(), scheme);
    expect(await violationsOf(page, { within: '[role="dialog"]' })).toEqual([]);
    await shared().screenshot(`notices-${scheme}`);
  }
  await row.getByRole('button', { name: 'Show Services' }).press('Enter');
  await expect(heading('Services')).toBeVisible();
  await expect(dialog(/^invokeai-openai-images-shim/)).toBeVisible();
  await page.keyboard.press('Escape');
});

test('recent activity leads to the place of a notice', async () => {
  await shared().goTo('Overview');
  const entry = region('Recent activity').getByRole('button', { name: /Images shim is running but not responding/ });
  await expect(entry).toContainText('2 times');
  await entry.press('Enter');
  await expect(heading('Services')).toBeVisible();
  await shared().page.keyboard.press('Escape');
});

test('the end of a run of checks is a notice, once', async () => {
  const { page } = shared();
  await resize(shared(), 1280, 800);
  await page.evaluate(() => window.ada.checks.run({ hostId: 'lab', value: { ids: [] } }));
  await expect(statusBar()).toContainText(/Checks completed: \d+ passed/);
  await expectNotice(/Checks completed: \d+ passed/);
  await page.keyboard.press('Control+Shift+n');
  await expect(dialog('Notices').getByRole('listitem').filter({ hasText: 'Checks completed' })).toHaveCount(1);
  await page.keyboard.press('Escape');
  await statusBar()
    .getByRole('button', { name: /Checks completed/ })
    .press('Enter');
  await expect(heading('Checks')).toBeVisible();
});

import { expect, test } from '@playwright/test';
import { panelWindow } from '../pages/window.ts';
import { launchPanel } from '../support/panel.ts';
import { setTheme } from '../support/shared-panel.ts';

test('a lab that cannot start is shown everywhere, and starts by Retry', async () => {
  const panel = await launchPanel({ args: [] });
  const { page, app } = panel;
  await app.evaluate(({ utilityProcess }) => {
    const fork = utilityProcess.fork;
    Reflect.set(globalThis, 'repairLab', () => {
      utilityProcess.fork = fork;
    });
    utilityProcess.fork = (bundle, args, options) => fork.call(utilityProcess, `${bundle}.missing`, args, options);
  });
  const { dialog, hostButton, main, statusBar, switchTo } = panelWindow(() => page);
  await switchTo('Lab simulated host');
  await expect(hostButton()).toContainText('Lab: failed to start');
  await expect(main().getByText(/^Lab failed to start: its process exited/)).toBeVisible();
  await expect(statusBar()).toContainText('Lab failed to start');
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(panel, scheme);
    await panel.screenshot(`lab-failed-${scheme}`);
  }
  await page.keyboard.press('Control+Shift+n');
  const notices = dialog('Notices');
  await expect(notices.getByText(/^Lab failed to start/)).toBeVisible();
  await panel.screenshot('lab-failed-notices');
  await app.evaluate(() => (Reflect.get(globalThis, 'repairLab') as () => void)());
  await notices.getByRole('button', { name: 'Retry' }).first().click();
  await expect(hostButton()).toContainText(/\d+ ms/, { timeout: 60_000 });
  await panel.close();
  expect(panel.complaints).toEqual([]);
});

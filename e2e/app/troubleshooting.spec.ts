import { test } from '@playwright/test';
import { overviewPage } from '../pages/overview.ts';
import { servicesPage } from '../pages/services.ts';
import { answerDialog } from '../pages/troubleshooting.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerConfirmations } from '../support/confirmations.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const shared = sharedPanel();

const { main, alert, enterPassword, heading, runCommand } = panelWindow(() => shared().page);
const { component } = overviewPage(() => shared().page);
const { row } = servicesPage(() => shared().page);
const answer = answerDialog(() => shared().page);
const allOk = () => expect(main()).toContainText('All systems OK', { timeout: 120_000 });

test('a silent shim explains a 503, with its lines, and the button of the fix restarts it', async () => {
  const panel = shared();
  await panel.goTo('Overview');
  await allOk();
  await breakLab(panel, 'shim-down');
  await expect(component('Images shim')).toContainText('Not responding');
  await runCommand('why gateway returns 503');
  await expect(answer.cause()).toContainText('The images shim is running but not responding on 9091.', { timeout: 30_000 });
  await expect(answer.cause()).toContainText('systemd  invokeai-openai-images-shim.service: ActiveState=active');
  await expect(answer.cause()).toContainText('GET :9091/readyz');
  await expect(answer.ruledOut()).toBeVisible();
  expect(await violationsOf(panel.page, { within: '[role="dialog"]' })).toEqual([]);
  await takeScreenshots(panel, 'troubleshooting-503');
  await answer.ruledOut().click();
  await expect(answer.dialog()).toContainText('InvokeAI responds on 9090');
  await panel.screenshot('troubleshooting-ruled-out');
  await repairLab(panel, 'shim-down');
  await answerConfirmations(panel, true);
  await answer.cause().getByRole('button', { name: 'Restart invokeai-openai-images-shim' }).click();
  await expect(answer.dialog()).toBeHidden();
  await expect(heading('Services')).toBeVisible();
  await enterPassword('lab', 'operator on Lab');
  await expect(row('invokeai-openai-images-shim')).toContainText('Running');
  await panel.goTo('Overview');
  await allOk();
});

test('an error leads to its cause, and a fix by a recipe to its plan', async () => {
  const panel = shared();
  await panel.goTo('Overview');
  await breakLab(panel, 'driver-mismatch');
  await expect(alert()).toContainText('updated while the old version is still loaded', { timeout: 60_000 });
  await alert().getByRole('button', { name: 'Find the cause' }).first().click();
  await expect(answer.cause()).toContainText('updated while its old kernel module is still loaded', { timeout: 30_000 });
  await expect(answer.cause()).toContainText('Driver/library version mismatch');
  await takeScreenshots(panel, 'troubleshooting-driver');
  await answer.close();
  await repairLab(panel, 'driver-mismatch');
  await allOk();
});

test('where nothing is wrong, it says that no cause fits, and what was ruled out', async () => {
  const panel = shared();
  await panel.goTo('Overview');
  await allOk();
  await main().getByRole('button', { name: 'Why…' }).click();
  await panel.page.getByRole('menuitem', { name: 'Why: black or noisy images' }).click();
  await expect(answer.dialog()).toContainText('No known cause fits', { timeout: 30_000 });
  await expect(answer.dialog()).toContainText('stub mode');
  await expect(answer.dialog().getByRole('button', { name: /support bundle/i })).toBeEnabled();
  await takeScreenshots(panel, 'troubleshooting-no-cause');
  await answer.dialog().getByRole('button', { name: 'Run checks' }).click();
  await expect(heading('Checks')).toBeVisible();
});

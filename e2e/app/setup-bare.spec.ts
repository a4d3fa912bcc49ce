import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { type Lab, startLab } from '../../lab/lab.ts';
import { setupPage } from '../pages/setup.ts';
import { panelWindow } from '../pages/window.ts';
import { answerConfirmations, confirmationsSeen } from '../support/confirmations.ts';
import { addLabHost } from '../support/lab-hosts.ts';
import { expect } from '../support/panel.ts';
import { answerSaveDialog, sharedPanel } from '../support/shared-panel.ts';

// One bare host that is set up from beginning to end.
test.describe.configure({ mode: 'serial' });

const shared = sharedPanel({ args: [] });
const page = () => shared().page;
const { enterPassword, hostButton } = panelWindow(page);
const setup = setupPage(page);
let bare: Lab;

test.beforeAll(async () => {
  bare = await startLab({ bare: true });
  await addLabHost(shared(), 'bare', bare);
  await page().getByRole('button', { name: 'Connect to bare' }).click();
  await expect(hostButton()).toContainText(/bare.*\d+ ms/);
  await shared().goTo('Setup');
});

test.afterAll(async () => {
  await bare.close();
});

test('recipes are planned, checked with sudo, applied and done; their second plan is empty', async () => {
  await expect(setup.recipe('least-privilege')).toContainText('Not installed');
  await expect(setup.recipe('comfyui')).toContainText('Optional');
  await expect(setup.recipe('gateway')).toContainText('Not on this host');
  await expect(setup.recipe('nginx')).toContainText('Not installed');
  await setup.selectAndPlan(['Least privilege']);
  await expect(setup.steps('unknown')).toContainText('Sudo rule for the listed services');
  await expect(setup.applyButton()).toBeDisabled();
  await setup.checkButton().click();
  await enterPassword('lab');
  await expect(setup.applyButton()).toBeEnabled();
  await expect(setup.steps('unknown')).toHaveCount(0);
  const archive = join(shared().dataFolder, 'playbook.zip');
  await answerSaveDialog(shared(), archive);
  await page().getByRole('button', { name: 'Export as Ansible playbook' }).click();
  await expect.poll(() => (existsSync(archive) ? readFileSync(archive).subarray(0, 2).toString() : null)).toBe('PK');
  await answerConfirmations(shared(), true);
  await setup.applyButton().click();
  await expect(setup.run()).toContainText('took');
  await expect(setup.run()).toContainText('Done');
  await expect(setup.resumeButton()).toHaveCount(0);
  expect(await confirmationsSeen(shared())).toMatchObject([{ question: 'Set up Least privilege on bare?' }]);

  const file = join(shared().dataFolder, 'report.md');
  await answerSaveDialog(shared(), file);
  await setup.saveReportButton().click();
  await expect(setup.nextSteps().last()).toContainText('Report saved');
  expect(readFileSync(file, 'utf8')).toContain('- Result: done');

  await expect(setup.recipe('least-privilege')).toContainText('Up to date');
  await setup.selectAndPlan(['Least privilege']);
  await setup.checkButton().click();
  await expect(page().getByText('No changes. Everything is set up.')).toBeVisible();
  await setup.backButton().click();
});

test('a run is cancelled in a long step, and resumed to its end', async () => {
  await setup.dismissButton().click();
  await expect(setup.run()).toHaveCount(0);
  await setup.clearSelectionButton().click();
  await setup.selectAndPlan(['InvokeAI']);
  await setup.checkButton().click();
  await expect(setup.applyButton()).toBeEnabled();
  await setup.applyButton().click();
  await expect(setup.output()).toContainText('ada-panel-setup-packages');
  await setup.cancelButton().click();
  await expect(setup.run()).toContainText('Cancelled');
  await expect(setup.runSteps().first()).toContainText('Pending');
  bare.break('downloads-are-fast');
  await setup.resumeButton().click();
  await expect(setup.run()).toContainText(/(\d+) of \1 steps/);
  await expect(setup.recipe('invokeai')).toContainText('Up to date');
  await expect(setup.nextSteps().first()).toContainText('Done');
});

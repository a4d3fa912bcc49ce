import { test } from '@playwright/test';
import { logsPage } from '../pages/logs.ts';
import { servicesPage } from '../pages/services.ts';
import { setupPage } from '../pages/setup.ts';
import { panelWindow } from '../pages/window.ts';
import { answerConfirmations, confirmationsSeen } from '../support/confirmations.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

// The sudo password is given once, as an operator does: what comes later rests on it.
test.describe.configure({ mode: 'serial' });

const shared = sharedPanel();

const { dialog, enterPassword, passwordField, region } = panelWindow(() => shared().page);
const { bootCell, columnHeader, columnsButton, refreshButton, reviewRuleButton, row, rowButton, selectAction, units } = servicesPage(
  () => shared().page,
);
const setup = setupPage(() => shared().page);
const { list: log } = logsPage(() => shared().page);

test.beforeAll(async () => {
  await shared().goTo('Services');
  await expect(row('nginx')).toContainText('Running');
});

test('stopping says first what stops with it, and can be called off', async () => {
  // Until InvokeAI has reported its queue, the question says that it is unknown.
  const models = () => shared().page.evaluate(() => window.ada.models.state({ hostId: 'lab', value: undefined }));
  await expect.poll(models).toMatchObject({ value: { phase: { kind: 'live' }, queue: expect.any(Object) } });
  await answerConfirmations(shared(), false);
  await rowButton('Stop', 'invokeai').click();
  await expect.poll(() => confirmationsSeen(shared())).toHaveLength(1);
  const [requested] = await confirmationsSeen(shared());
  expect(requested).toMatchObject({ question: 'Stop invokeai.service on Lab?', action: 'Stop' });
  expect(requested?.facts).toContain('invokeai-openai-images-shim.service will also stop');
  expect(requested?.facts).toMatch(/\d jobs? (is|are) running, \d+ (is|are) waiting\.|No job is running or waiting\./);
  await expect(row('invokeai')).toContainText('Running');
  await answerConfirmations(shared(), true);
});

test('a masked service is marked and cannot be started', async () => {
  await breakLab(shared(), 'unit-masked');
  await refreshButton().click();
  await expect(row('comfyui')).toContainText('Masked');
  await expect(row('comfyui')).toContainText('Cannot be started until it is unmasked');
  await expect(rowButton('Start', 'comfyui')).toBeDisabled();
  await shared().screenshot('services-masked');
  await repairLab(shared(), 'unit-masked');
  await refreshButton().click();
  await expect(rowButton('Start', 'comfyui')).toBeEnabled();
});

test('rows are driven by keys and have every action in their menu', async () => {
  const { page } = shared();
  await row('invokeai').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  const [first = ''] = await units();
  await expect(row(first)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(`${first} on Lab`)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);

  await row('invokeai').focus();
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem', { name: 'Stop', exact: true })).toBeEnabled();
  await expect(page.getByRole('menuitem', { name: /^Start/ })).toBeDisabled();
  await page.keyboard.press('Escape');

  await answerConfirmations(shared(), false);
  await row('invokeai').focus();
  await page.keyboard.press('s');
  await expect.poll(async () => (await confirmationsSeen(shared())).at(-1)?.question).toBe('Stop invokeai.service on Lab?');
  await answerConfirmations(shared(), true);
  await row('nginx').focus();
  await page.keyboard.press('l');
  await expect(log()).toBeVisible();
  await expect(page.getByText('Live · nginx', { exact: true })).toBeVisible();
  await shared().goTo('Services');
});

test('the sudo password: called off, wrong, then right', async () => {
  const { page } = shared();
  await rowButton('Restart', 'nginx').click();
  await expect(passwordField('operator on')).toBeFocused();
  await expect(dialog()).toContainText('restart nginx.service');
  await page.keyboard.press('Escape');
  await expect(dialog()).toBeHidden();
  await expect(row('nginx')).toContainText('Running');
  await expect(row('nginx')).not.toContainText(/failed/i);

  await rowButton('Restart', 'nginx').click();
  await passwordField('operator on').fill('not the password');
  await dialog().getByRole('button', { name: 'Continue' }).click();
  await expect(dialog()).toContainText('Wrong password');
  await expect(passwordField('operator on')).toHaveValue('');
  await expect(passwordField('operator on')).toBeFocused();
  await shared().screenshot('services-sudo-wrong');
  await enterPassword('lab', 'operator on');
  await expect(row('nginx')).toContainText(/Restarted in/);
  await expect(dialog()).toBeHidden();
});

test('a service is started at boot, or no longer', async () => {
  await expect(bootCell('comfyui')).toHaveText('No');
  await selectAction('comfyui', 'Enable at boot');
  await expect(bootCell('comfyui')).toHaveText('Yes');
  await answerConfirmations(shared(), true);
  await selectAction('comfyui', 'Disable at boot');
  await expect
    .poll(async () => (await confirmationsSeen(shared())).map(({ facts }) => facts))
    .toEqual([expect.stringContaining('will no longer start when Lab boots')]);
  await expect(bootCell('comfyui')).toHaveText('No');
});

test('a start that fails says how it ended and what it logged last', async () => {
  await breakLab(shared(), 'unit-start-fails');
  await rowButton('Start', 'comfyui').click();
  await expect(row('comfyui')).toContainText(/Starting · \d/);
  await expect(dialog()).toContainText('comfyui.service did not start: exited with status 1.');
  await expect(dialog()).toContainText('Exited with status 1');
  await expect(dialog().locator('pre').first()).toContainText('RuntimeError: No CUDA GPUs are available');
  await takeScreenshots(shared(), 'services-failed-start');
  await dialog().getByRole('button', { name: 'Open in Logs' }).first().click();
  await expect(log()).toContainText('RuntimeError: No CUDA GPUs are available');
  await shared().goTo('Services');
  await expect(row('comfyui')).toContainText('Start failed');
  await row('comfyui').getByRole('button', { name: 'Show error' }).click();
  await dialog().getByRole('button', { name: 'Dismiss' }).click();
  await dialog().getByRole('button', { name: 'Close details' }).click();
  await expect(row('comfyui')).toContainText('Exited with status 1');
  // The cause and the last lines need no click.
  await expect(region('Why comfyui failed')).toContainText('Exited with status 1');
  await expect(region('Why comfyui failed')).toContainText('RuntimeError: No CUDA GPUs are available');
  await takeScreenshots(shared(), 'services-why-failed');
  await repairLab(shared(), 'unit-start-fails');
  await selectAction('comfyui', 'Reset failed state');
  await expect(row('comfyui')).toContainText('Failed state reset');
  await expect(row('comfyui')).not.toContainText('Exited with status 1');
});

test('a start shows its log while it runs, and the history of the unit', async () => {
  await rowButton('Start', 'comfyui').click();
  const run = region('Start of comfyui');
  await expect(run.getByRole('log')).toContainText('Starting');
  await expect(run).toContainText(/Started in \d/);
  await expect(run.getByRole('log')).toContainText('Started');
  await takeScreenshots(shared(), 'services-start-log');
  await run.getByRole('button', { name: 'Close' }).click();
  await expect(run).toHaveCount(0);
  await row('comfyui').getByRole('button', { name: 'Details of comfyui' }).click();
  await expect(dialog()).toContainText('started from this panel');
  await expect(dialog()).toContainText('failed: exited with status 1');
  await takeScreenshots(shared(), 'services-history');
  await shared().page.keyboard.press('Escape');
  await rowButton('Stop', 'comfyui').click();
  await expect(row('comfyui')).toContainText(/Stopped in/);
});

test('a start that never ends can be stopped', async () => {
  await breakLab(shared(), 'unit-start-never-ends');
  await rowButton('Start', 'comfyui').click();
  await expect(row('comfyui')).toContainText(/Starting · [3-9] s/);
  await expect(region('Start of comfyui')).toContainText(/Starting · \d/);
  await shared().screenshot('services-never-ends');
  await rowButton('Stop', 'comfyui').click();
  await expect(row('comfyui')).toContainText(/Stopped in/);
  // The start has ended with it.
  await expect(region('Start of comfyui')).toHaveCount(0);
  // Given up on purpose: no failure to look at.
  await expect(dialog()).toBeHidden();
  await repairLab(shared(), 'unit-start-never-ends');
  await expect(rowButton('Start', 'comfyui')).toBeEnabled();
});

test('the sudo rule is planned by Setup, explained, applied, and known on the page', async () => {
  const { page, goTo } = shared();
  await expect(page.getByText('Password required')).toBeVisible();
  await reviewRuleButton().click();
  await expect(setup.steps('unknown')).toContainText('/etc/sudoers.d/ada-panel');
  await expect(setup.steps('unknown')).toContainText('Allows nothing else');
  await setup
    .steps('unknown')
    .getByRole('button', { name: /^Show all \d+ lines$/ })
    .click();
  await expect(setup.steps('unknown')).toContainText('NOPASSWD: ADA_PANEL');
  await expect(setup.applyButton()).toHaveCount(0);
  await takeScreenshots(shared(), 'services-sudoers');
  await setup.checkButton().click();
  await expect(setup.steps('change').first()).toContainText('/usr/bin/systemctl start nginx.service');
  await expect(setup.steps('change').first()).toContainText('Put back after 120 s unless confirmed');
  await answerConfirmations(shared(), true);
  await setup.applyButton().click();
  await expect.poll(() => confirmationsSeen(shared())).toHaveLength(1);
  const [requested] = await confirmationsSeen(shared());
  expect(requested?.question).toBe('Set up Least privilege on Lab?');
  expect(requested?.facts).toMatch(/Allows operator to start, stop, .* without a password: .*nginx\.service/);
  await expect(setup.dismissButton()).toBeVisible();
  await goTo('Services');
  await expect(page.getByText('No password required')).toBeVisible();
});

test('columns sort by keyboard and hide, which is remembered until it is reset', async () => {
  const { page, goTo } = shared();
  const given = await units();
  const byName = given.toSorted();
  expect(byName).not.toEqual(given);

  await columnHeader('Service').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(columnHeader('Service')).toHaveAttribute('aria-sort', 'ascending');
  expect(await units()).toEqual(byName);
  await page.keyboard.press('Enter');
  await expect(columnHeader('Service')).toHaveAttribute('aria-sort', 'descending');
  expect(await units()).toEqual(byName.toReversed());

  await columnsButton().click();
  await page.getByRole('menuitemcheckbox', { name: 'VRAM' }).click();
  await page.keyboard.press('Escape');
  await expect(columnHeader('VRAM')).toHaveCount(0);

  await goTo('GPU');
  await goTo('Services');
  await expect(columnHeader('Service')).toHaveAttribute('aria-sort', 'descending');
  await expect(columnHeader('VRAM')).toHaveCount(0);
  expect(await units()).toEqual(byName.toReversed());
  await rowButton('More actions for', 'nginx').click();
  await expect(page.getByRole('menuitem', { name: 'Move up' })).toBeDisabled();
  await page.keyboard.press('Escape');

  await columnsButton().click();
  await page.getByRole('menuitem', { name: 'Reset columns and order' }).click();
  await expect(columnHeader('VRAM')).toBeVisible();
  await expect(columnHeader('Service')).not.toHaveAttribute('aria-sort');
  expect(await units()).toEqual(given);
});

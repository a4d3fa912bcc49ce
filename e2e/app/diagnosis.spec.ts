import { test } from '@playwright/test';
import { overviewPage } from '../pages/overview.ts';
import { servicesPage } from '../pages/services.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerConfirmations } from '../support/confirmations.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const shared = sharedPanel();

const { main, alert, enterPassword } = panelWindow(() => shared().page);
const { component, pastEvents } = overviewPage(() => shared().page);
const { row } = servicesPage(() => shared().page);
const allOk = () => expect(main()).toContainText('All systems OK', { timeout: 120_000 });

test('a program that is silent behind a running service breaks its link, on every page alike', async () => {
  const panel = shared();
  await panel.goTo('Overview');
  await allOk();
  await takeScreenshots(panel, 'diagnosis-ok');
  await breakLab(panel, 'invokeai-down');
  await expect(component('InvokeAI')).toContainText('Not responding');
  await expect(component('InvokeAI')).toContainText('on 9090');
  await expect(alert()).toContainText('InvokeAI is running but not responding on 9090');
  await expect(alert()).toContainText('As a result: Images shim is not ready', { timeout: 60_000 });
  await expect(main()).toContainText('1 problem');
  expect(await violationsOf(panel.page, { within: 'main' })).toEqual([]);
  await takeScreenshots(panel, 'diagnosis-invokeai-silent');
  await panel.goTo('Services');
  await expect(row('invokeai')).toContainText('Not responding on 9090');
  await expect(main()).toContainText('not working: ');
  await panel.goTo('Playground');
  await expect(main()).toContainText('InvokeAI is running but not responding on 9090');
  await panel.screenshot('diagnosis-playground');
  await repairLab(panel, 'invokeai-down');
  await panel.goTo('Overview');
  await allOk();
});

for (const [fault, label, port] of [
  ['shim-down', 'Images shim', 9091],
  ['nginx-down', 'nginx', 7860],
] as const) {
  test(`${fault}: the link shows it, and recovers afterwards`, async () => {
    const panel = shared();
    await panel.goTo('Overview');
    await breakLab(panel, fault);
    await expect(alert()).toContainText(`${label} is running but not responding on ${port}`);
    await expect(component(label)).toContainText(`on ${port}`);
    await repairLab(panel, fault);
    await allOk();
  });
}

test('a stop of InvokeAI takes the shim along, and one Start brings both back', async () => {
  const panel = shared();
  await panel.goTo('Overview');
  await answerConfirmations(panel, true);
  await component('InvokeAI').getByRole('button', { name: 'Stop invokeai' }).click();
  await enterPassword('lab', 'operator on Lab');
  await expect(alert()).toContainText('invokeai is stopped.');
  await expect(alert()).toContainText('Images shim is stopped');
  await takeScreenshots(panel, 'diagnosis-stopped');
  await alert().getByRole('button', { name: 'Start invokeai and the shim' }).click();
  await allOk();
  await expect(component('Images shim')).toContainText('Running');
});

test('an Xid of the past stands below, can be dismissed, and comes back', async () => {
  const panel = shared();
  await panel.goTo('Overview');
  await breakLab(panel, 'gpu-lost');
  await expect(component('RTX 6000 Ada')).toContainText('GPU lost');
  await repairLab(panel, 'gpu-lost');
  await expect(pastEvents()).toContainText('Xid 79');
  await allOk();
  await panel.screenshot('diagnosis-past');
  await pastEvents()
    .getByRole('button', { name: /^Dismiss: Xid 79/ })
    .click();
  await expect(pastEvents()).toHaveCount(0);
  await expect(main()).toContainText('1 dismissed problem');
  await main().getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(pastEvents()).toContainText('Xid 79');
});

import { expect, test } from '@playwright/test';
import { hostsPage } from '../pages/hosts.ts';
import { servicesPage } from '../pages/services.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { dialog, expectNotice, runCommand, undoButton } = panelWindow(() => shared().page);
const { refreshButton, row, selectAction, units } = servicesPage(() => shared().page);
const { moreActionsButton } = hostsPage(() => shared().page);

test('a service that was unpinned comes back to its place by Undo', async () => {
  const { page } = shared();
  await shared().goTo('Services');
  await expect(row('nginx')).toBeVisible();
  const pinned = await page.evaluate(() => window.ada.services.pin({ hostId: 'lab', value: { unit: 'cron.service', pinned: true } }));
  expect(pinned).toMatchObject({ ok: true });
  await refreshButton().click();
  await expect(row('cron')).toBeVisible();
  await selectAction('cron', 'Move up');
  await expect.poll(async () => (await units()).at(-1)).not.toBe('cron');
  const before = await units();
  await selectAction('cron', 'Unpin');
  await expect(row('cron')).toHaveCount(0);
  await expect(page.getByText('Unpinned cron', { exact: true })).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(shared(), scheme);
    expect(await violationsOf(page, { within: '.ada-undo' }), `in ${scheme}`).toEqual([]);
    await shared().screenshot(`undo-${scheme}`);
  }
  // The offer stands on every page.
  await shared().goTo('Overview');
  await undoButton().click();
  await expect(undoButton()).toHaveCount(0);
  await expectNotice('Pinned cron');
  await shared().goTo('Services');
  await expect.poll(units).toEqual(before);
});

test('removing a host asks first, and names what is lost', async () => {
  const { page } = shared();
  const saved = await page.evaluate(() =>
    window.ada.hosts.save({
      profile: {
        id: 'spare',
        kind: 'ssh',
        label: 'spare',
        hostName: 'spare.test',
        port: 22,
        user: 'me',
        identityFiles: [],
        useAgent: false,
      },
    }),
  );
  expect(saved).toMatchObject({ ok: true });
  await runCommand('remove host spare');
  const confirm = dialog('Remove spare from Ada Panel?');
  await expect(confirm).toContainText('Deletes its settings and recorded GPU readings');
  await confirm.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'me@spare.test' })).toBeVisible();
  await moreActionsButton('spare').click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await confirm.getByRole('button', { name: 'Remove spare' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'me@spare.test' })).toHaveCount(0);
});

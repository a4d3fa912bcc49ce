import { expect, test } from '@playwright/test';
import { violationsOf } from '../support/accessibility.ts';
import { setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const row = (unit: string) => shared().page.locator(`[data-unit="${unit}.service"]`);
const units = () =>
  shared()
    .page.locator('tbody [data-unit]')
    .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-unit')));

test('a service that was unpinned comes back to its place by Undo', async () => {
  const { page } = shared();
  await shared().goTo('Services');
  await expect(row('nginx')).toBeVisible();
  const pinned = await page.evaluate(() => window.ada.services.pin({ hostId: 'lab', value: { unit: 'cron.service', pinned: true } }));
  expect(pinned).toMatchObject({ ok: true });
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(row('cron')).toBeVisible();
  await page.getByRole('button', { name: /^More .*cron/ }).click();
  await page.getByRole('menuitem', { name: 'Move up' }).click();
  await expect.poll(async () => (await units()).at(-1)).not.toBe('cron.service');
  const before = await units();
  await page.getByRole('button', { name: /^More .*cron/ }).click();
  await page.getByRole('menuitem', { name: 'Unpin' }).click();
  await expect(row('cron')).toHaveCount(0);
  await expect(page.getByText('Unpinned cron', { exact: true })).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(shared(), scheme);
    expect(await violationsOf(page, { within: '.ada-undo' }), `in ${scheme}`).toEqual([]);
    await shared().screenshot(`undo-${scheme}`);
  }
  // The offer stands on every page.
  await shared().goTo('Overview');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toHaveCount(0);
  await expect(page.getByRole('contentinfo')).toContainText('Pinned cron');
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
  await page.keyboard.press('Control+k');
  await page.keyboard.type('remove host spare');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Remove spare from Ada Panel?' });
  await expect(dialog).toContainText('Deletes its settings and recorded GPU readings');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'me@spare.test' })).toBeVisible();
  await page.getByRole('button', { name: /^More .*spare/ }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await dialog.getByRole('button', { name: 'Remove spare' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'me@spare.test' })).toHaveCount(0);
});

import { test } from '@playwright/test';
import { gpuPage } from '../pages/gpu.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { heading } = panelWindow(() => shared().page);
const { chart, crosshairClocks, range, selectRange, shownMinutes, stateLine } = gpuPage(() => shared().page);
const legend = () => shared().page.getByRole('list', { name: /^VRAM by process/ });
const holders = () => shared().page.getByRole('region', { name: 'VRAM by process', exact: true });
const momentMenu = () => shared().page.getByRole('menu', { name: /^Moment / });

test.beforeAll(async () => {
  await shared().goTo('GPU');
  await expect(stateLine()).toContainText('Live');
});

test('VRAM is stacked by process, with the amounts now and at the crosshair', async () => {
  const { page } = shared();
  await expect(page.locator('.ada-chart-area')).not.toHaveCount(0);
  await expect(legend()).toContainText(/invokeai\s*[\d.]+ (MiB|GiB)/);
  await expect(legend()).toHaveAccessibleName('VRAM by process now');
  await chart('VRAM').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowRight');
  await expect(legend()).toHaveAccessibleName(/^VRAM by process at \d{4}-/);
  await expect(legend()).toContainText(/invokeai\s*[\d.]+ (MiB|GiB)/);
  await page.keyboard.press('Escape');
  await expect(legend()).toHaveAccessibleName('VRAM by process now');
});

test('a click on a moment leads to its logs, and drags still zoom', async () => {
  const { page } = shared();
  const box = await chart('VRAM').boundingBox();
  if (box === null) throw new Error('the chart has no box');
  await page.mouse.click(box.x + box.width - 6, box.y + 40);
  await expect(momentMenu()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(momentMenu()).toBeHidden();
  // The moment stays marked, and the table shows it.
  await expect(page.locator('.ada-chart-moment[data-pinned]')).toHaveCount(6);
  await expect(holders()).toContainText(/at \d{4}-\d\d-\d\d/);
  await expect(holders().getByRole('row', { name: /invokeai/ })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Back to live' }).click();
  await expect(holders()).not.toContainText(/at \d{4}-/);

  await chart('Power').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(momentMenu()).toBeVisible();
  await expect(momentMenu().getByRole('menuitem', { name: 'Show logs at this time' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading('Logs')).toBeVisible();
  await shared().goTo('GPU');
});

test('typed times and the strip choose the range', async () => {
  const { page } = shared();
  await page.getByRole('button', { name: 'Custom range' }).click();
  await page.getByRole('textbox', { name: 'From' }).fill('3 h ago');
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('4 h ago');
  await expect(page.getByText('End is before start')).toBeVisible();
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('1 h ago');
  await page.getByRole('textbox', { name: 'To', exact: true }).press('Enter');
  await expect.poll(shownMinutes).toBeGreaterThan(118);
  expect(await shownMinutes()).toBeLessThanOrEqual(122);

  const strip = page.getByRole('slider', { name: 'Time range', exact: true });
  const before = await strip.getAttribute('aria-valuetext');
  await strip.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(strip).not.toHaveAttribute('aria-valuetext', `${before}`);
  expect(await shownMinutes()).toBeGreaterThan(118);
  await page.getByRole('slider', { name: 'Start of the time range' }).press('ArrowRight');
  await expect.poll(shownMinutes).toBeLessThan(112);
  await page.getByRole('button', { name: 'Back to live' }).click();
  await selectRange('15 min');
  await expect(range('15 min')).toBeChecked();
});

test('events are on the charts, lead to the logs, and can be hidden by kind', async () => {
  const { page } = shared();
  const events = page.getByRole('toolbar', { name: 'Events over time' });
  const kind = page.getByRole('button', { name: /^Xids/ });
  await breakLab(shared(), 'gpu-lost');
  await expect(kind).toContainText(/[1-9]/);
  await expect(events.getByRole('button').last()).toBeVisible();
  await kind.click();
  await expect(kind).toHaveAttribute('aria-pressed', 'false');
  await kind.click();
  await expect(kind).toHaveAttribute('aria-pressed', 'true');
  await events.getByRole('button').last().focus();
  await expect(crosshairClocks()).toHaveCount(6);
  await page.keyboard.press('Enter');
  await page
    .getByRole('menu', { name: /^Events from/ })
    .getByRole('menuitem')
    .first()
    .click();
  await expect(heading('Logs')).toBeVisible();
  await repairLab(shared(), 'gpu-lost');
});

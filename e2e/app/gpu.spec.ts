import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { expect } from '../support/panel.ts';
import { answerSaveDialog, breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const shared = sharedPanel();

const MINUTE_MS = 60_000;
const chart = (title: string) => shared().page.getByRole('application', { name: title, exact: true });
const stateLine = () => shared().page.locator('.ada-gpu-state');
const faultNotice = () => shared().page.getByRole('main').locator('.ada-notice');
const range = (label: string) => shared().page.getByRole('radio', { name: label, exact: true });
/** The crosshairs' clocks, one a chart; the axes have no seconds. */
const crosshairClocks = () =>
  shared()
    .page.locator('.ada-chart svg')
    .getByText(/^\d\d:\d\d:\d\d$/);

/** What the chart says of itself to those who do not see it. */
async function summary(title: string): Promise<string> {
  const id = await chart(title).getAttribute('aria-describedby');
  return (await shared().page.locator(`[id="${id}"]`).textContent()) ?? '';
}

/** From the summary: how long the stretch shown is, in minutes; the clocks in it have no date up to half a day. */
async function shownMinutes(): Promise<number> {
  const text = await summary('VRAM');
  const days = /VRAM, (\d{4}-\d\d-\d\d \d\d:\d\d)(?::\d\d)? to (\d{4}-\d\d-\d\d \d\d:\d\d)/.exec(text);
  if (days !== null) return (Date.parse(`${days[2]}`) - Date.parse(`${days[1]}`)) / MINUTE_MS;
  const clocks = /VRAM, (\d\d):(\d\d)(?::\d\d)? to (\d\d):(\d\d)/.exec(text)?.slice(1).map(Number) ?? [];
  const [fromH = 0, fromM = 0, toH = 0, toM = 0] = clocks;
  return (toH * 60 + toM - fromH * 60 - fromM + 1440) % 1440;
}

test.beforeAll(async () => {
  await shared().goTo('GPU');
  await expect(stateLine()).toContainText('Live');
});

test('the ranges reach from 15 minutes to 48 hours', async () => {
  for (const [label, minutes] of [
    ['1 h', 60],
    ['6 h', 360],
    ['24 h', 1440],
    ['48 h', 2880],
    ['15 min', 15],
  ] as const) {
    await shared().page.getByRole('radiogroup', { name: 'Time range' }).getByText(label, { exact: true }).click();
    await expect(range(label)).toBeChecked();
    await expect.poll(shownMinutes, `${label} is shown`).toBeGreaterThan(minutes - 2);
    // The end is rounded up to a whole bucket, which is eight minutes of two days.
    expect(await shownMinutes()).toBeLessThanOrEqual(minutes + 2);
    if (label === '48 h') await shared().screenshot('gpu-48h');
  }
});

test('one crosshair for all charts, by mouse and by keys', async () => {
  const { page } = shared();
  await page.mouse.move(4, 4);
  await expect(crosshairClocks()).toHaveCount(0);
  await chart('VRAM').hover();
  await expect(crosshairClocks()).toHaveCount(6);
  expect(new Set(await crosshairClocks().allTextContents()).size).toBe(1);
  await shared().screenshot('gpu-crosshair');
  await page.mouse.move(4, 4);
  await expect(crosshairClocks()).toHaveCount(0);

  await chart('Load').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(crosshairClocks()).toHaveCount(6);
  const [before] = await crosshairClocks().allTextContents();
  await page.keyboard.press('ArrowLeft');
  await expect(crosshairClocks().first()).not.toHaveText(`${before}`);
  await page.keyboard.press('Escape');
  await expect(crosshairClocks()).toHaveCount(0);
});

test('dragging zooms every chart; Esc, a double click and the button go back', async () => {
  const { page } = shared();
  const back = page.getByRole('button', { name: 'Back to live' });
  const drag = async () => {
    const box = await chart('VRAM').boundingBox();
    if (box === null) throw new Error('the chart has no box');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60);
    await expect(page.locator('.ada-chart-selection')).toBeVisible();
    await page.mouse.up();
    await expect(back).toBeVisible();
    await expect.poll(shownMinutes).toBeLessThanOrEqual(4);
    expect(await shownMinutes()).toBeGreaterThanOrEqual(2);
    const stretch = /, (.*?)\./.exec(await summary('VRAM'))?.[1];
    expect(/, (.*?)\./.exec(await summary('Temperature'))?.[1]).toBe(stretch);
  };
  const isLive = async () => {
    await expect(back).toBeHidden();
    await expect.poll(shownMinutes).toBeGreaterThan(13);
  };
  await drag();
  await shared().screenshot('gpu-zoomed');
  await chart('VRAM').focus();
  await page.keyboard.press('Escape');
  await isLive();
  await drag();
  await chart('Power').dblclick();
  await isLive();
  await drag();
  await back.click();
  await isLive();
});

test('the readings of the time shown are saved as CSV', async () => {
  const panel = shared();
  const file = join(panel.dataFolder, '..', 'gpu.csv');
  const status = panel.page.getByRole('contentinfo');
  await answerSaveDialog(panel, null);
  await panel.page.getByRole('button', { name: 'CSV' }).click();
  await expect(panel.page.getByRole('button', { name: 'CSV' })).toBeEnabled();
  await expect(status).not.toContainText('Exported');
  await answerSaveDialog(panel, file);
  let header = '';
  let lines: readonly string[] = [];
  // A panel that has just started has few readings yet.
  await expect(async () => {
    rmSync(file, { force: true });
    await panel.page.getByRole('button', { name: 'CSV' }).click();
    await expect.poll(() => existsSync(file)).toBe(true);
    await expect(status).toContainText(/Exported [\d,]+ samples? to/);
    [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const message = Number(/([\d,]+) samples?/.exec((await status.textContent()) ?? '')?.[1]?.replaceAll(',', ''));
    expect(lines.length).toBe(message);
    expect(message).toBeGreaterThan(3);
  }).toPass();
  const column = header.split(',').findIndex((name) => /memoryUsedMiB|memory_used/i.test(name));
  expect(column).toBeGreaterThan(0);
  for (const line of lines) expect(Number(line.split(',')[column])).toBeGreaterThan(500);
});

test('a lost GPU is shown with its Xid and the action, and recovers', async () => {
  const panel = shared();
  await breakLab(panel, 'gpu-lost');
  await expect(faultNotice()).toContainText('The GPU has fallen off the bus.');
  await expect(faultNotice()).toContainText('Reboot the host');
  await expect(stateLine()).toContainText('No data');
  const xid = panel.page.getByRole('listitem').filter({ hasText: 'Xid 79' });
  await expect(xid).toContainText('Reboot or power-cycle the host');
  await panel.screenshot('gpu-lost');
  await xid.first().scrollIntoViewIfNeeded();
  await takeScreenshots(panel, 'gpu-xid');
  await repairLab(panel, 'gpu-lost');
  await expect(faultNotice()).toBeHidden();
  await expect(stateLine()).toContainText('Live');
  // What happened stays in the list.
  await expect(xid.first()).toBeVisible();
});

test('a hanging nvidia-smi is named, and heals', async () => {
  const panel = shared();
  await breakLab(panel, 'nvidia-smi-hanging');
  await expect(stateLine()).toContainText('Stale');
  await panel.screenshot('gpu-stale');
  await expect(faultNotice()).toContainText('nvidia-smi is not responding');
  await expect(faultNotice()).toContainText('usually only a reboot helps');
  await panel.screenshot('gpu-hanging');
  // Asked while the old one still hangs, which must not cost the wait of another failure after it is gone.
  await panel.page.getByRole('button', { name: 'Retry' }).click();
  await expect(stateLine()).toContainText(/retrying in 1\d s/);
  await repairLab(panel, 'nvidia-smi-hanging');
  await expect(stateLine()).toContainText('Live');
});

test('a host without nvidia-smi says what to install, and heals', async () => {
  const panel = shared();
  await breakLab(panel, 'nvidia-smi-missing');
  // What runs goes on running: only a fresh one notices.
  await breakLab(panel, 'sshd-killed');
  await expect(faultNotice()).toContainText('nvidia-smi is not installed on the host.');
  await expect(faultNotice()).toContainText('sudo ubuntu-drivers install');
  await expect(stateLine()).toContainText(/retrying/);
  await panel.screenshot('gpu-missing');
  await repairLab(panel, 'nvidia-smi-missing');
  await panel.page.getByRole('button', { name: 'Retry' }).click();
  await expect(stateLine()).toContainText('Live');
  await expect(faultNotice()).toBeHidden();
});

test('a driver that was updated under a running one is named', async () => {
  const panel = shared();
  await breakLab(panel, 'driver-mismatch');
  await expect(faultNotice()).toContainText('updated while the old version is still loaded');
  await expect(faultNotice()).toContainText('Reboot the host');
  await repairLab(panel, 'driver-mismatch');
  await panel.page.getByRole('button', { name: 'Retry' }).click();
  await expect(stateLine()).toContainText('Live');
});

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { gpuPage } from '../pages/gpu.ts';
import { panelWindow } from '../pages/window.ts';
import { expect } from '../support/panel.ts';
import { answerSaveDialog, breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const shared = sharedPanel();

const { notice, statusBar } = panelWindow(() => shared().page);
const { chart, crosshairClocks, exportButton, range, retryButton, selectRange, shownMinutes, stateLine, summary } = gpuPage(
  () => shared().page,
);

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
    await selectRange(label);
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
  await answerSaveDialog(panel, null);
  await exportButton().click();
  await expect(exportButton()).toBeEnabled();
  await expect(statusBar()).not.toContainText('Exported');
  await answerSaveDialog(panel, file);
  let header = '';
  let lines: readonly string[] = [];
  // A panel that has just started has few readings yet.
  await expect(async () => {
    rmSync(file, { force: true });
    await exportButton().click();
    await expect.poll(() => existsSync(file)).toBe(true);
    await expect(statusBar()).toContainText(/Exported [\d,]+ samples? to/);
    [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const message = Number(/([\d,]+) samples?/.exec((await statusBar().textContent()) ?? '')?.[1]?.replaceAll(',', ''));
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
  await expect(notice()).toContainText('The GPU has fallen off the bus.');
  await expect(notice()).toContainText('Reboot the host');
  await expect(stateLine()).toContainText('No data');
  const xid = panel.page.getByRole('listitem').filter({ hasText: 'Xid 79' });
  await expect(xid).toContainText('Reboot or power-cycle the host');
  await panel.screenshot('gpu-lost');
  await xid.first().scrollIntoViewIfNeeded();
  await takeScreenshots(panel, 'gpu-xid');
  await repairLab(panel, 'gpu-lost');
  await expect(notice()).toBeHidden();
  await expect(stateLine()).toContainText('Live');
  // What happened stays in the list.
  await expect(xid.first()).toBeVisible();
});

test('a hanging nvidia-smi is named, and heals', async () => {
  const panel = shared();
  await breakLab(panel, 'nvidia-smi-hanging');
  await expect(stateLine()).toContainText('Stale');
  await panel.screenshot('gpu-stale');
  await expect(notice()).toContainText('nvidia-smi is not responding');
  await expect(notice()).toContainText('usually only a reboot helps');
  await panel.screenshot('gpu-hanging');
  // Asked while the old one still hangs, which must not cost the wait of another failure after it is gone.
  await retryButton().click();
  await expect(stateLine()).toContainText(/retrying in 1\d s/);
  await repairLab(panel, 'nvidia-smi-hanging');
  await expect(stateLine()).toContainText('Live');
});

test('a host without nvidia-smi says what to install, and heals', async () => {
  const panel = shared();
  await breakLab(panel, 'nvidia-smi-missing');
  // What runs goes on running: only a fresh one notices.
  await breakLab(panel, 'sshd-killed');
  await expect(notice()).toContainText('nvidia-smi is not installed on the host.');
  await expect(notice()).toContainText('sudo ubuntu-drivers install');
  await expect(stateLine()).toContainText(/retrying/);
  await panel.screenshot('gpu-missing');
  await repairLab(panel, 'nvidia-smi-missing');
  await retryButton().click();
  await expect(stateLine()).toContainText('Live');
  await expect(notice()).toBeHidden();
});

test('a driver that was updated under a running one is named', async () => {
  const panel = shared();
  await breakLab(panel, 'driver-mismatch');
  await expect(notice()).toContainText('updated while the old version is still loaded');
  await expect(notice()).toContainText('Reboot the host');
  await repairLab(panel, 'driver-mismatch');
  await retryButton().click();
  await expect(stateLine()).toContainText('Live');
});

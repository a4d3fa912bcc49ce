import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { openHistory } from '../../electron/capabilities/history/store.ts';
import { silentLogger } from '../../electron/foundation/log/log.ts';
import { GPU_UUID } from '../../lab/base/gpu.ts';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { columnOf } from '../../shared/gpu-row.ts';
import { gpuPage } from '../pages/gpu.ts';
import { panelWindow } from '../pages/window.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, resize, setTheme, sharedPanel } from '../support/shared-panel.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'ada-panel-incidents-'));
const MINUTE_MS = 60_000;
/** How long the stored past is. */
const PAST_MINUTES = 50;

/** An hour with heat, the power limit, VRAM that does not come back, and a failure for want of VRAM. */
function writePast(): void {
  mkdirSync(dataFolder, { recursive: true });
  const nowMs = Date.now();
  const history = openHistory({ file: join(dataFolder, 'history.sqlite'), keepDays: () => 14, log: silentLogger });
  const beginMs = nowMs - PAST_MINUTES * MINUTE_MS;
  const seconds = PAST_MINUTES * 60 - 20;
  const rows = new Float64Array(seconds * GPU_ROW_WIDTH).fill(Number.NaN);
  for (let second = 0; second < seconds; second += 1) {
    const at = second * GPU_ROW_WIDTH;
    const minute = second / 60;
    const isBusy = minute % 3 < 1;
    const isHot = minute >= 30 && minute < 33;
    rows[at] = beginMs + second * 1000;
    rows[at + columnOf('memoryUsedMiB')] = 2_000 + (isBusy ? 9_000 : 0) + (minute < 24 ? Math.floor(minute / 3) * 600 : 0);
    rows[at + columnOf('memoryTotalMiB')] = 46_068;
    rows[at + columnOf('utilizationGpuPercent')] = isBusy ? 98 : 0;
    rows[at + columnOf('temperatureC')] = isHot ? 92 : isBusy ? 71 : 45;
    rows[at + columnOf('powerDrawW')] = isBusy ? 290 : 24;
    rows[at + columnOf('powerLimitW')] = 300;
    rows[at + columnOf('throttleBits')] = isHot ? 0x60 : minute >= 36 && minute < 43 ? 0x4 : 0x1;
  }
  history.append({ hostId: 'lab', kind: 'gpu', subject: GPU_UUID }, rows);
  const detail = 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.';
  history.recordEvent('lab', {
    kind: 'incident',
    subject: 'invokeai.service',
    at: beginMs + 27 * MINUTE_MS,
    state: 'out-of-memory',
    detail,
  });
  history.close();
}
writePast();

const shared = sharedPanel({ args: ['--lab'], dataFolder });
const { heading, region } = panelWindow(() => shared().page);
const { selectRange, stateLine } = gpuPage(() => shared().page);
const card = () => region('Incidents');
/** The log of the lab has failures of its own. */
const row = (text: string | RegExp) => card().getByRole('listitem').filter({ hasText: text }).first();
const failure = () => card().getByRole('listitem').filter({ hasText: 'Tried to allocate 2.00 GiB' });

test.afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

test('incidents of the range are listed and marked on every chart', async () => {
  const { page } = shared();
  await shared().goTo('GPU');
  await expect(stateLine()).toContainText('Live');
  await selectRange('1 h');
  await expect(row('Overheating')).toContainText('the hardware lowers the clocks');
  await expect(row('VRAM leak')).toContainText('VRAM at rest rose');
  await expect(row('Power limit')).toBeVisible();
  await expect(failure()).toContainText('invokeai ran out of VRAM');
  await expect(failure()).toContainText('CUDA out of memory');
  const marks = page.locator('.ada-chart-marks rect', { hasText: 'Overheating' });
  await expect(marks).toHaveCount(6);
  await resize(shared(), 1280, 1500);
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(shared(), scheme);
    await shared().screenshot(`incidents-${scheme}`);
  }
  await resize(shared(), 1280, 800);
});

test('a mark and a row lead to the logs of that moment', async () => {
  const { page } = shared();
  await page.locator('.ada-chart-marks rect', { hasText: 'Out of VRAM' }).first().click();
  await expect(heading('Logs')).toBeVisible();
  await shared().goTo('GPU');
  await row('Overheating')
    .getByRole('button', { name: /^Show the logs of/ })
    .click();
  await expect(heading('Logs')).toBeVisible();
});

test('an incident that begins is marked on Overview', async () => {
  const { page } = shared();
  await breakLab(shared(), 'gpu-throttled-power');
  await shared().goTo('Overview');
  await expect(page.locator('.ada-sparkline-mark[title*="Power brake"]')).toHaveCount(4);
  await shared().screenshot('incidents-overview');
  await repairLab(shared(), 'gpu-throttled-power');
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { gatewayPage } from '../pages/gateway.ts';
import { gpuPage } from '../pages/gpu.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { expect, launchPanel } from '../support/panel.ts';
import { answerSaveDialog, breakLab, repairLab, resize, takeScreenshots } from '../support/shared-panel.ts';

// The second start reads what the first one stored.
test.describe.configure({ mode: 'serial' });

const dataFolder = mkdtempSync(join(tmpdir(), 'ada-panel-gateway-'));
let panel: Awaited<ReturnType<typeof launchPanel>>;
const page = () => panel.page;
const { selectOption, statusBar } = panelWindow(page);
const { chart, overloadTest, requests, certificates, runOverloadTest, slotRow } = gatewayPage(page);
const { selectRange } = gpuPage(page);

async function start(): Promise<void> {
  panel = await launchPanel({ args: ['--lab'], dataFolder });
  await resize(panel, 1280, 900);
  await panel.goTo('Gateway');
  await expect(slotRow('gpu_heavy')).toContainText('of 2');
}

/** The lines of an export after its header, each as its cells by name. */
async function exported(what: 'slots' | 'requests'): Promise<readonly Readonly<Record<string, string>>[]> {
  const file = join(dataFolder, `${what}.csv`);
  rmSync(file, { force: true });
  await answerSaveDialog(panel, file);
  await page()
    .getByRole('button', { name: `Export ${what} (CSV)` })
    .click();
  await expect.poll(() => statusBar().textContent()).toContain(`samples to ${file}`);
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])));
}
const total = (lines: readonly Readonly<Record<string, string>>[], name: string): number =>
  lines.reduce((sum, line) => sum + Number(line[name]), 0);

test.afterEach(async () => {
  expect(panel.complaints.splice(0), 'complaints of the page').toEqual([]);
});
test.afterAll(async () => {
  await panel.close();
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
});

test('slots in use and the outcomes of requests are drawn over time', async () => {
  await start();
  await breakLab(panel, 'nobody-else');
  await breakLab(panel, 'gateway-overloaded');
  await expect(slotRow('gpu_heavy')).toContainText('2 of 2');
  await expect(chart('Slots in use')).toContainText('maximum 2');
  await repairLab(panel, 'gateway-overloaded');
  await expect(slotRow('gpu_heavy')).toContainText('0 of 2');
  await breakLab(panel, 'images-take-1-s');
  await runOverloadTest();
  await expect(overloadTest()).toContainText('2 accepted, 1 rejected (429)');
  await expect(chart('Image requests')).toContainText(/accepted: .* maximum [12]\./);
  await expect(chart('Image requests')).toContainText(/429: .* maximum 1\./);
  // Two outcomes stand on each other in one bar, or in two.
  const bars = page()
    .locator('.ada-chart', { has: page().getByRole('application', { name: /^Image requests/ }) })
    .locator('.recharts-rectangle');
  await expect.poll(() => bars.evaluateAll((all) => new Set(all.map((bar) => bar.getAttribute('fill'))).size)).toBe(2);
  expect(await violationsOf(page())).toEqual([]);
});

test('the requests of all clients come from the gateway’s own log, and are filtered to and out', async () => {
  await expect(chart('All requests')).toContainText(/429: .* maximum [1-9]/);
  await expect(chart('Latency')).toContainText(/p95: latest \d/);
  const table = requests().getByRole('table');
  await expect(requests()).toContainText(/\d+ requests: .* × 429, .* × 503; p50 .*, p95/);
  await expect(requests()).toContainText('From /var/lib/gateway/data/requests.jsonl');
  await expect(certificates()).toContainText('plain http');
  await expect(requests()).toContainText('The gateway does not log which client sent a request.');
  await expect(table.getByRole('row', { name: /images\/generations/ })).toBeVisible();
  await table.getByRole('row', { name: /images\/generations/ }).click({ button: 'right' });
  await page().getByRole('menuitem', { name: 'Hide these requests' }).click();
  await expect(table.getByRole('row', { name: /images\/generations/ })).toHaveCount(0);
  await requests()
    .getByRole('button', { name: /Remove filter: route is not/ })
    .click();
  await requests().getByRole('button', { name: 'Only 429' }).click();
  await expect(table.getByRole('row')).toHaveCount(2);
  expect(await violationsOf(page())).toEqual([]);
  await requests().scrollIntoViewIfNeeded();
  await takeScreenshots(panel, 'gateway-requests');
  await resize(panel, 1280, 900);
  // The filter is still there after another page was looked at.
  await panel.goTo('Overview');
  await panel.goTo('Gateway');
  await expect(requests().getByRole('button', { name: 'Only 429' })).toHaveAttribute('aria-pressed', 'true');
  await requests().getByRole('button', { name: 'Only 429' }).click();
});

test('both are there again after a restart, over every range, and exported', async () => {
  await panel.close();
  const restartedAt = Date.now();
  await start();
  const before = (lines: readonly Readonly<Record<string, string>>[]) => lines.filter(({ time = '' }) => Date.parse(time) < restartedAt);
  for (const range of ['15 min', '1 h', '48 h']) {
    await selectRange(range);
    await expect(chart('Slots in use')).toContainText('maximum 2');
    // What was not recorded is a gap, and no zero.
    await expect(chart('Slots in use')).toContainText('without readings');
    await expect(chart('Image requests')).toContainText(/429: .* maximum 1\./);
  }
  const requests = before(await exported('requests'));
  expect([total(requests, 'accepted'), total(requests, 'rejected429'), total(requests, 'failed')]).toEqual([2, 1, 0]);
  const slots = before(await exported('slots'));
  expect(slots.some(({ subject, slotsInUse }) => subject?.endsWith(' gpu_heavy.images') && slotsInUse === '2')).toBe(true);
  await selectRange('15 min');
  await chart('Slots in use').scrollIntoViewIfNeeded();
  await takeScreenshots(panel, 'gateway-history');
});

test('another class of slots is drawn when it is picked', async () => {
  await selectOption('Slot class', 'ollama.chat');
  await expect(chart('Slots in use')).toContainText('limit 4');
  expect(await violationsOf(page())).toEqual([]);
});

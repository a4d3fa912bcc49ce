import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { logsPage } from '../pages/logs.ts';
import { panelWindow } from '../pages/window.ts';
import { expect } from '../support/panel.ts';
import { answerSaveDialog, breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const shared = sharedPanel();

const { selectOption } = panelWindow(() => shared().page);
const {
  clearSearchButton,
  exportResult,
  fieldsPanel,
  filterChips,
  liveState,
  list,
  matchCount,
  rows,
  searchField,
  strip,
  texts,
  visibleLines,
} = logsPage(() => shared().page);

test.beforeEach(async () => {
  await shared().goTo('Logs');
  await expect(rows().first()).toBeVisible();
});

test('lines arrive live, pausing holds what is read, going on catches up', async () => {
  const { page } = shared();
  await expect(liveState()).toBeVisible();
  await breakLab(shared(), 'log-flood');
  await expect(
    rows()
      .getByText(/flood line \d+/)
      .last(),
  ).toBeVisible();

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText(/Paused · \d+ services/)).toBeVisible();
  const before = await visibleLines();
  expect(before.length).toBeGreaterThan(5);
  const live = page.getByRole('button', { name: /new lines · Jump to live/ });
  await expect(live).toBeVisible();
  await expect
    .poll(async () => Number(/([\d,]+) new/.exec((await live.textContent()) ?? '')?.[1]?.replaceAll(',', '') ?? 0))
    .toBeGreaterThan(3000);
  expect(await visibleLines()).toEqual(before);
  await takeScreenshots(shared(), 'logs-paused');

  await repairLab(shared(), 'log-flood');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(liveState()).toBeVisible();
  await expect(live).toBeHidden();
  await expect.poll(async () => Number((await visibleLines()).at(-1))).toBeGreaterThan(Number(before.at(-1)) + 3000);
});

test('Space pauses and End goes live, but not while typing', async () => {
  const { page } = shared();
  await list().focus();
  await page.keyboard.press(' ');
  await expect(page.getByText(/Paused ·/)).toBeVisible();
  await page.keyboard.press('End');
  await expect(liveState()).toBeVisible();
  await page.keyboard.press('/');
  await expect(searchField()).toBeFocused();
  await page.keyboard.type('a b');
  await expect(searchField()).toHaveValue('a b');
  await expect(liveState()).toBeVisible();
  await clearSearchButton().click();
  await expect(searchField()).toHaveValue('');
});

test('search marks and counts its hits, and steps through them', async () => {
  const { page } = shared();
  await searchField().fill('graph EXECUTION time');
  await expect(matchCount()).toHaveText(/^\d[\d,]* matches$/);
  const count = Number(/[\d,]+/.exec((await matchCount().textContent()) ?? '')?.[0].replaceAll(',', ''));
  expect(count).toBeGreaterThan(3);
  await searchField().press('Enter');
  await expect(matchCount()).toHaveText(new RegExp(`of ${count.toLocaleString('en')}$`));
  const current = page.locator('.logs-row[data-current="true"]');
  await expect(current.locator('mark')).toHaveText(/graph execution time/i);
  await expect(current).toBeInViewport();
  const at = Number(/^\d+/.exec((await matchCount().textContent()) ?? '')?.[0]);
  await searchField().press('Shift+Enter');
  await expect(matchCount()).toHaveText(`${at - 1} of ${count}`);
  await expect(current).toBeInViewport();
  await page.getByRole('button', { name: 'Next match' }).click();
  await expect(matchCount()).toHaveText(`${at} of ${count}`);
  await shared().screenshot('logs-search');

  await page.getByRole('button', { name: 'Match case' }).click();
  await expect(matchCount()).toHaveText('No matches');
  await page.getByRole('button', { name: 'Match case' }).click();
  await page.getByRole('button', { name: 'Only matching lines' }).click();
  await expect(strip()).toContainText(/[\d,]+ of [\d,]+ lines/);
  // A traceback comes whole, and there is none with this text.
  for (const text of await texts().allTextContents()) expect(text).toMatch(/graph execution time/i);
  await page.getByRole('button', { name: 'Only matching lines' }).click();
  await searchField().fill('');
  await page.keyboard.press('Escape');
  await page.keyboard.press('End');
});

test('a pattern that cannot be read is told in words', async () => {
  const { page } = shared();
  const pattern = page.getByRole('button', { name: 'Pattern (regular expression)' });
  await pattern.click();
  await searchField().fill('queue item (\\d+');
  await expect(matchCount()).toHaveText('Invalid pattern: unterminated group');
  await expect(searchField()).toHaveAttribute('aria-invalid', 'true');
  await shared().screenshot('logs-bad-pattern');
  await searchField().fill('queue item (\\d+)');
  await expect(matchCount()).toHaveText(/^[\d,]+ matches$/);
  await expect(rows().first()).toBeVisible();
  await pattern.click();
  await expect(matchCount()).toHaveText('No matches');
  await clearSearchButton().click();
});

test('the one level filter leaves only what is at least as bad', async () => {
  await selectOption('Level', 'Errors only');
  await expect(strip()).toContainText(/[\d,]+ of [\d,]+ lines/);
  await expect(rows().first()).toHaveAttribute('data-severity', 'error');
  await expect(list().locator('.logs-row:not([data-severity="error"])')).toHaveCount(0);
  await shared().goTo('GPU');
  await shared().goTo('Logs');
  await expect(strip()).toContainText(/[\d,]+ of [\d,]+ lines/);
  await selectOption('Level', 'All levels');
  await expect(strip()).not.toContainText(' of ');
});

test('a line shows its fields, and filters to and out', async () => {
  const { page } = shared();
  await searchField().fill('[MODEL CACHE]');
  await expect(matchCount()).toHaveText(/\d match/);
  await searchField().press('Enter');
  const line = page.locator('.logs-row[data-current="true"]');
  await expect(line).toBeInViewport();
  await line.click();
  await clearSearchButton().click();
  await expect(fieldsPanel()).toContainText('_SYSTEMD_INVOCATION_ID');
  await expect(fieldsPanel()).toContainText('ModelManagerService');
  await takeScreenshots(shared(), 'logs-fields');
  await fieldsPanel().getByRole('button', { name: 'Only logger ModelManagerService' }).click();
  await expect(filterChips().getByRole('button')).toHaveText('Logger: ModelManagerService');
  await expect(rows().locator('.logs-logger').first()).toBeVisible();
  await expect(
    rows()
      .locator('.logs-logger')
      .filter({ hasNotText: /^ModelManagerService$/ }),
  ).toHaveCount(0);
  await page.getByRole('button', { name: 'Close fields' }).click();
  await filterChips().getByRole('button', { name: 'Remove filter Logger: ModelManagerService' }).click();
  await expect(filterChips()).toHaveCount(0);

  await line.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Hide service invokeai', exact: true }).click();
  await expect(filterChips()).toContainText('not Service: invokeai');
  await expect(rows().first()).toBeVisible();
  await expect(rows().locator('.logs-tag').first()).toBeVisible();
  await expect(
    rows()
      .locator('.logs-tag')
      .filter({ hasText: /^invokeai$/ }),
  ).toHaveCount(0);
  await filterChips().getByRole('button').click();
  await page.keyboard.press('End');
});

test('the histogram is driven by keys: it jumps to a time and narrows to one', async () => {
  const { page } = shared();
  const histogram = page.getByRole('slider', { name: 'Lines over time' });
  await histogram.focus();
  await page.keyboard.press('Home');
  await expect(histogram).toHaveAttribute('aria-valuetext', /\d+ lines?, \d+ errors?, \d+ warnings?$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Paused ·/)).toBeVisible();
  await expect(page.locator('.logs-row[data-current="true"]')).toBeInViewport();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/History ·/)).toBeVisible();
  await page.getByRole('button', { name: 'Zoom out' }).click();
  await expect(rows().first()).toBeVisible();
  await page.getByRole('button', { name: 'Jump to live' }).click();
  await expect(liveState()).toBeVisible();
});

test('what is shown is saved to a file, and a cancelled dialog saves nothing', async () => {
  const panel = shared();
  const { page } = panel;
  const file = join(panel.dataFolder, '..', `journal-of-a-machine-with-${'a-long-'.repeat(16)}name.txt`);
  const save = async (position: number, path: string | null) => {
    await answerSaveDialog(panel, path);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem').nth(position).click();
  };
  const onScreen = (await texts().first().textContent()) ?? '';
  expect(onScreen).not.toBe('');
  await save(0, file);
  await expect(exportResult()).toHaveText(new RegExp(`^Exported [\\d,]+ lines to ${file}$`));
  // However long the path, the strip stays one line.
  expect((await strip().boundingBox())?.height).toBeLessThan(36);
  await panel.screenshot('logs-exported');
  const saved = Number(/Exported ([\d,]+) lines/.exec((await strip().textContent()) ?? '')?.[1]?.replaceAll(',', ''));
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(saved).toBeGreaterThan(500);
  expect(lines.length).toBeGreaterThanOrEqual(saved);
  expect(lines.some((line) => line.includes(onScreen))).toBe(true);
  expect(readFileSync(file, 'utf8')).not.toContain('\u001b');

  const json = join(panel.dataFolder, '..', 'journal.jsonl');
  await save(1, json);
  await expect(strip()).toContainText(`lines to ${json}`);
  for (const line of readFileSync(json, 'utf8').trimEnd().split('\n').slice(0, 50))
    expect(JSON.parse(line)).toMatchObject({ unit: expect.stringMatching(/service$/), text: expect.any(String) });

  await save(0, null);
  await expect(strip()).not.toContainText('Exported');
  await expect(strip()).not.toContainText('Exporting');
});

test('jumping to a time shows that moment, and a time that cannot be read is told', async () => {
  const { page } = shared();
  await page.getByRole('button', { name: 'Time', exact: true }).click();
  const moment = page.getByRole('textbox', { name: 'Date and time' });
  await moment.fill('half past nine');
  await expect(page.getByText('Examples: 14:02, yesterday 14:02')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Jump', exact: true })).toBeDisabled();
  await shared().screenshot('logs-time-unreadable');
  await page.getByRole('button', { name: '1 h ago' }).click();
  const hour = new Date(Date.now() - 3_600_000);
  await page.getByRole('button', { name: 'Jump', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Time', exact: true })).toBeFocused();

  const mark = list().getByRole('note').filter({ hasText: 'Selected time' });
  await expect(mark).toBeInViewport();
  await expect(page.getByText(/History ·/)).toBeVisible();
  const shown = new Date(`${/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.exec((await strip().textContent()) ?? '')?.[0]}`);
  expect(Math.abs(shown.getTime() - hour.getTime())).toBeLessThan(60_000);
  // What lies around the mark was logged around that moment.
  const titles = await rows()
    .locator('.logs-time')
    .evaluateAll((all) => all.map((time) => time.getAttribute('title')?.slice(0, 23)));
  expect(titles.length).toBeGreaterThan(5);
  for (const title of titles) expect(Math.abs(new Date(`${title}`).getTime() - hour.getTime())).toBeLessThan(20 * 60_000);
  await shared().screenshot('logs-moment');
  await page.getByRole('button', { name: 'Jump to live' }).click();
  await expect(mark).toBeHidden();
  await expect(liveState()).toBeVisible();
});

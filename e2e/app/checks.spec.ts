import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checksPage } from '../pages/checks.ts';
import { setupPage } from '../pages/setup.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerChecks, checksState, neverRun, READ_FAILED, runningChecks } from '../support/check-states.ts';
import { captureWindow, crowding, zoomTo } from '../support/reflow.ts';
import { answerSaveDialog, breakLab, repairLab, resize, setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const page = () => shared().page;
const { alert, dialog, expectNotice, runCommand, vramReading } = panelWindow(page);
const checks = checksPage(page);
const setup = setupPage(page);

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
});

test('a broken link fails its row, with evidence, a remedy and the recipe that does it', async () => {
  await shared().goTo('Checks');
  await expect(page().getByText('Not checked yet').first()).toBeVisible();
  await checks.runReadsButton().click();
  await expect(checks.item('healthz')).toHaveAttribute('data-verdict', 'pass');
  await expect(checks.runReadsButton()).toBeEnabled();
  await breakLab(shared(), 'nginx-down');
  await checks.runGroupButton('Proxy').click();
  // One check of the group makes an image, which is asked first.
  await dialog()
    .getByRole('checkbox', { name: /^1 check makes an image on / })
    .uncheck();
  await dialog()
    .getByRole('button', { name: /^Run \d+ checks$/ })
    .click();
  await expect(checks.item('healthz')).toHaveAttribute('data-verdict', 'fail');
  await expect(checks.runReadsButton()).toBeEnabled();
  await expect(checks.state()).toContainText(/\d+ of \d+ checks fails?/);
  await expect(checks.row('healthz')).toContainText(/fails since \d\d:\d\d/);
  await checks.open('healthz');
  await expect(checks.item('healthz')).toContainText('GET /healthz on port 7860 returns 200');
  await expect(checks.evidence('healthz')).not.toBeEmpty();
  await checks.planButton('nginx').click();
  await expect(setup.backButton()).toBeVisible();
  await setup.backButton().click();
  await shared().goTo('Overview');
  await page().getByRole('button', { name: 'Show checks' }).click();
  await repairLab(shared(), 'nginx-down');
  await checks.open('healthz');
  await checks.runAgainButton('nginx responds').click();
  await expect(checks.item('healthz')).toHaveAttribute('data-verdict', 'pass');
  await checks.showView('History');
  await expect(checks.runs()).toHaveCount(3);
  await expect(checks.runs().nth(1)).toContainText(/nginx respondspasses since \d\d:\d\d/);
  await checks.runs().nth(1).getByRole('button', { name: 'nginx responds' }).click();
  await expect(checks.row('healthz')).toBeFocused();
});

test('a row has a menu by mouse and by keyboard, and what was opened stays open', async () => {
  const item = (name: string | RegExp) => page().getByRole('menuitem', { name });
  await shared().goTo('Overview');
  await shared().goTo('Checks');
  await expect(checks.row('healthz')).toHaveAttribute('aria-expanded', 'true');
  await checks.row('healthz').focus();
  await page().keyboard.press('Shift+F10');
  await expect(page().getByRole('menu', { name: 'Actions for nginx responds' })).toBeVisible();
  await expect(item('Run again')).toBeFocused();
  await page().keyboard.press('ArrowDown');
  await expect(item('Copy evidence')).toBeFocused();
  await page().keyboard.press('Escape');
  await expect(checks.row('healthz')).toBeFocused();
  await expect(checks.item('healthz')).toHaveAttribute('data-verdict', 'pass');
  await breakLab(shared(), 'nginx-down');
  await checks.row('healthz').click({ button: 'right' });
  expect(await violationsOf(page(), { within: '[role="menu"]' })).toEqual([]);
  await item('Run again').click();
  await expect(checks.item('healthz')).toHaveAttribute('data-verdict', 'fail');
  await expect(checks.runReadsButton()).toBeEnabled();
  await repairLab(shared(), 'nginx-down');
  await checks.row('healthz').click({ button: 'right' });
  await item('Run again').click();
  await expect(checks.item('healthz')).toHaveAttribute('data-verdict', 'pass');
  await expect(checks.runReadsButton()).toBeEnabled();
});

test('verdicts and words narrow the list', async () => {
  await breakLab(shared(), 'shim-down');
  await checks.runReadsButton().click();
  await expect(checks.item('readyz')).toHaveAttribute('data-verdict', 'fail');
  await expect(checks.runReadsButton()).toBeEnabled();
  await repairLab(shared(), 'shim-down');
  await shared().goTo('Overview');
  await shared().goTo('Checks');
  await checks.filterBy('Failed and warnings');
  await expect(checks.item('readyz')).toBeVisible();
  await expect(checks.item('healthz')).toHaveCount(0);
  await checks.filterBy('All');
  await checks.search().fill('websockets NGINX');
  await expect(checks.items()).toHaveCount(1);
  await checks.search().fill('no such check');
  await expect(page().getByText('No matching checks')).toBeVisible();
  await page().getByRole('button', { name: 'Show all' }).click();
  await expect(checks.item('healthz')).toBeVisible();
});

test('the keyboard alone reads and runs checks', async () => {
  await checks.row('healthz').focus();
  await page().keyboard.press('Home');
  const first = page().locator('[data-check-row]').first();
  await expect(first).toBeFocused();
  await page().keyboard.press('ArrowDown');
  const second = page().locator('[data-check-row]').nth(1);
  await expect(second).toBeFocused();
  await page().keyboard.press('Enter');
  await expect(second).toHaveAttribute('aria-expanded', 'true');
  await page().keyboard.press('Space');
  await expect(second).toHaveAttribute('aria-expanded', 'false');
  await checks.row('readyz').focus();
  await page().keyboard.press('r');
  await expect(checks.item('readyz')).toHaveAttribute('data-verdict', 'pass');
  // One row is a stop of Tab, and the last one that was used.
  await page().keyboard.press('ArrowUp');
  await expect(page().locator('[data-check-row][tabindex="0"]')).toHaveCount(1);
  await expect(page().locator('[data-check-row][tabindex="0"]')).toBeFocused();
});

test('results are exported in each format', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checks-'));
  for (const [format, extension, content] of [
    ['Markdown', 'md', 'nginx responds'],
    ['JUnit XML', 'xml', '<testsuite'],
    ['JSON', 'json', '"healthz"'],
  ] as const) {
    const file = join(folder, `checks.${extension}`);
    await answerSaveDialog(shared(), file);
    await checks.exportAs(format);
    await expectNotice(`Saved the checks to ${file}`);
    expect(readFileSync(file, 'utf8')).toContain(content);
  }
  rmSync(folder, { recursive: true });
});

test('a schedule runs checks, and a new failure becomes a notice that leads to the page', async () => {
  await breakLab(shared(), 'nginx-down');
  await checks.scheduleButton().click();
  await dialog().getByRole('checkbox', { name: 'Run on a schedule' }).check();
  await dialog().getByRole('textbox', { name: 'Every' }).fill('12');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await expectNotice('Checks run every 12 h');
  await expect(checks.scheduleButton()).toHaveText('Schedule: every 12 h');
  await expectNotice(/Scheduled checks: .*(?:fails|new failures)/);
  await expect(page().getByText(/^Next run at /)).toBeVisible();
  await shared().goTo('GPU');
  await page().keyboard.press('Control+Shift+n');
  await dialog('Notices').getByRole('button', { name: 'Show Checks' }).first().click();
  await expect(checks.item('healthz')).toHaveAttribute('data-verdict', 'fail');
  await checks.showView('History');
  await expect(checks.runs().first()).toContainText('on schedule');
  await repairLab(shared(), 'nginx-down');
  await checks.scheduleButton().click();
  await dialog().getByRole('checkbox', { name: 'Run on a schedule' }).uncheck();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await expect(checks.scheduleButton()).toHaveText('Schedule: off');
});

test('a run is cancelled, and the history says so', async () => {
  await breakLab(shared(), 'gateway-hanging');
  await runCommand('Run read-only checks');
  await expect(checks.progress()).toBeVisible();
  await expect(checks.runAllButton()).toBeDisabled();
  await checks.cancelButton().click();
  await expect(page().getByText(/^Last run .*, not complete$/)).toBeVisible();
  await expect(alert()).toHaveCount(0);
  await repairLab(shared(), 'gateway-hanging');
});

test('without a connection the last results stay, marked as old, and nothing can be run', async () => {
  await checks.showView('Results');
  await breakLab(shared(), 'link-down');
  await expect(checks.state()).toContainText('Not connected, showing the last results');
  await expect(checks.runReadsButton()).toBeDisabled();
  await expect(checks.runGroupButton('Proxy')).toBeDisabled();
  await expect(checks.row('healthz')).toHaveAttribute('data-stale', 'true');
  await repairLab(shared(), 'link-down');
  await expect(checks.runReadsButton()).toBeEnabled();
});

test('results, details, history and a run fit into small and large windows, in both themes', async () => {
  const leave = async () => {
    await page().keyboard.press('Escape');
    await expect(dialog()).toHaveCount(0);
  };
  const looks: readonly { readonly name: string; readonly open: () => Promise<void>; readonly close?: () => Promise<void> }[] = [
    {
      name: 'results',
      open: async () => {
        await answerChecks(shared(), checksState());
        await shared().goTo('Checks');
        await expect(checks.items()).toHaveCount(17);
        await page()
          .getByRole('main')
          .evaluate((main) => main.scrollTo({ top: 0 }));
      },
    },
    {
      name: 'details',
      open: async () => {
        await checks.open('driver-match');
        await checks.row('driver-match').evaluate((row) => row.scrollIntoView({ block: 'start' }));
      },
      close: async () => {
        await checks.row('driver-match').click();
        await checks.open('port-9090');
      },
    },
    { name: 'remedy', open: async () => {}, close: async () => checks.row('port-9090').click() },
    { name: 'problems', open: () => checks.filterBy('Failed and warnings'), close: () => checks.filterBy('All') },
    { name: 'run-all', open: () => checks.runAllButton().click(), close: leave },
    { name: 'schedule', open: () => checks.scheduleButton().click(), close: leave },
    { name: 'history', open: () => checks.showView('History'), close: () => checks.showView('Results') },
    { name: 'running', open: () => answerChecks(shared(), runningChecks()) },
    { name: 'old', open: () => answerChecks(shared(), checksState(26 * 3_600_000)) },
    { name: 'failed-run', open: () => answerChecks(shared(), { ...checksState(), error: READ_FAILED }) },
    {
      name: 'overview',
      open: async () => {
        await shared().goTo('Overview');
        await expect(page().getByText(/^2 checks fail, the first since/)).toBeVisible();
        await expect(page().getByText('All systems respond, but checks fail')).toBeVisible();
      },
      close: () => shared().goTo('Checks'),
    },
    {
      name: 'overview-old',
      open: async () => {
        await answerChecks(shared(), checksState(7 * 3_600_000));
        await shared().goTo('Overview');
        await expect(page().getByText(/^2 checks fail, the first since .*, checked 7 h ago$/)).toBeVisible();
      },
      close: () => shared().goTo('Checks'),
    },
    { name: 'never-run', open: () => answerChecks(shared(), neverRun()) },
  ];
  for (const size of [
    { width: 640, height: 480, zoom: 2 },
    { width: 1024, height: 700, zoom: 1 },
    { width: 1920, height: 1000, zoom: 0.75 },
  ]) {
    await zoomTo(shared(), size);
    for (const { name, open, close } of looks) {
      await open();
      if ((await dialog().count()) === 0) expect(await crowding(page()), `${name} at ${size.width} px`).toEqual([]);
      for (const scheme of ['light', 'dark'] as const) {
        await setTheme(shared(), scheme);
        await captureWindow(shared(), `checks-${name}-${scheme}-${size.width}`);
        if (size.width === 1024) expect(await violationsOf(page()), `${name} in ${scheme}`).toEqual([]);
      }
      await close?.();
    }
  }
  await zoomTo(shared(), { width: 1280, height: 800, zoom: 1 });
  await resize(shared(), 1280, 800);
});

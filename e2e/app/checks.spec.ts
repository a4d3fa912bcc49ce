import { expect, test } from '@playwright/test';
import { checksPage } from '../pages/checks.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerChecks, checksState, neverRun, runningChecks } from '../support/check-states.ts';
import { captureWindow, crowding, zoomTo } from '../support/reflow.ts';
import { resize, setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const page = () => shared().page;
const { dialog, vramReading } = panelWindow(page);
const checks = checksPage(page);

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
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

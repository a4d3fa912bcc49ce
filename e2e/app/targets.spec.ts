import { expect, test } from '@playwright/test';
import { PLACES, panelWindow } from '../pages/window.ts';
import { setTheme, sharedPanel } from '../support/shared-panel.ts';
import { ringsByTab, smallTargets } from '../support/targets.ts';

const shared = sharedPanel({ args: ['--lab'], hasPast: true });
const { dialog, main, vramReading } = panelWindow(() => shared().page);

/** What fills a page comes a moment after it. */
const FILLED: Readonly<Record<(typeof PLACES)[number], string>> = {
  Overview: '.ada-chain-node',
  GPU: '.ada-chart-line',
  Services: '.services-name',
  Logs: '.logs-row',
  Models: '.ada-table tbody th',
  Playground: 'textarea',
  Gateway: '.ada-table tbody th',
  Setup: '[data-recipe]',
  Checks: '[data-check]',
  Settings: 'section',
};
/** The other parts of a page, by the names of what shows them, and back to the first. */
const PARTS: Partial<Record<(typeof PLACES)[number], readonly string[]>> = {
  Models: ['Add models', 'ComfyUI', 'InvokeAI', 'Installed'],
  Checks: ['History', 'Results'],
};
/** Parts of the window that come on a key. */
const ON_KEYS: readonly (readonly [name: string | RegExp, keys: string])[] = [
  ['Commands', 'Control+k'],
  ['Notices', 'Control+Shift+n'],
  ['Keyboard shortcuts', 'Shift+?'],
];

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
});

test('every target is at least 24 by 24 px, on every page', async () => {
  const { page } = shared();
  for (const place of PLACES) {
    await shared().goTo(place);
    await expect(main().locator(FILLED[place]).first()).toBeVisible();
    expect.soft(await smallTargets(page), place).toEqual([]);
    for (const part of PARTS[place] ?? []) {
      await main().getByText(part, { exact: true }).first().click();
      expect.soft(await smallTargets(page), `${place}, ${part}`).toEqual([]);
    }
  }
  for (const [name, keys] of ON_KEYS) {
    await page.keyboard.press(keys);
    await expect(dialog(name)).toBeVisible();
    // Not while it moves in.
    await expect.poll(() => dialog(name).evaluate((one) => one.getAnimations({ subtree: true }).length)).toBe(0);
    expect.soft(await smallTargets(page), `${name}`).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(dialog()).toHaveCount(0);
  }
});

for (const scheme of ['dark', 'light'] as const) {
  test(`every stop of Tab has a focus ring, on every page in ${scheme}`, async () => {
    await setTheme(shared(), scheme);
    for (const place of PLACES) {
      await shared().goTo(place);
      await expect(main().locator(FILLED[place]).first()).toBeVisible();
      const { stops, unringed } = await ringsByTab(shared().page);
      // The navigation, the top bar and the status line alone have more.
      expect.soft(stops, place).toBeGreaterThan(20);
      expect.soft(unringed, `${place} in ${scheme}`).toEqual([]);
    }
  });
}

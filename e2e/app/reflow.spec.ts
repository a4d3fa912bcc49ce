import { expect, test } from '@playwright/test';
import { modelsPage } from '../pages/models.ts';
import { servicesPage } from '../pages/services.ts';
import { PLACES, panelWindow } from '../pages/window.ts';
import { captureWindow, crowding, zoomTo } from '../support/reflow.ts';
import { setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { dialog, vramReading } = panelWindow(() => shared().page);
const { detailsButton, pinButton } = servicesPage(() => shared().page);
const { installButton, recommended } = modelsPage(() => shared().page);

/** In CSS pixels; 640 × 480 is a window of 1280 × 960 at a zoom of 200 %. */
const SIZES = [
  { width: 640, height: 480, zoom: 2 },
  { width: 900, height: 640, zoom: 1 },
  { width: 1280, height: 800, zoom: 1 },
  { width: 1920, height: 1000, zoom: 0.75 },
] as const;
const [SMALLEST] = SIZES;

/** What fills a page comes a moment after it. */
const FILLED: Partial<Record<(typeof PLACES)[number], string>> = {
  GPU: '.ada-chart-line',
  Services: '.services-name',
  Logs: '.logs-row',
  Models: '.ada-table tbody th',
  Gateway: '.ada-table tbody th',
  Setup: '[data-recipe]',
  Checks: '[data-check]',
};

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
});

for (const size of SIZES) {
  test(`at ${size.width} px nothing is cut, covered or without a name, on any page`, async () => {
    await zoomTo(shared(), size);
    for (const place of PLACES) {
      await shared().goTo(place);
      const filled = FILLED[place];
      if (filled !== undefined) await expect(shared().page.locator(filled).first()).toBeVisible();
      expect(await crowding(shared().page), `${place} at ${size.width} px`).toEqual([]);
      for (const scheme of size === SMALLEST ? (['light', 'dark'] as const) : (['dark'] as const)) {
        await setTheme(shared(), scheme);
        await captureWindow(shared(), `reflow-${place.toLowerCase()}-${scheme}-${size.width}`);
      }
    }
  });
}

test('dialogs fit into the smallest window', async () => {
  await zoomTo(shared(), SMALLEST);
  const { page } = shared();
  const opens: readonly { readonly name: string; readonly open: () => Promise<void> }[] = [
    { name: 'Commands', open: () => page.keyboard.press('Control+k') },
    { name: 'Keyboard shortcuts', open: () => page.keyboard.press('Shift+?') },
    { name: 'Notices', open: () => page.keyboard.press('Control+Shift+n') },
    {
      name: 'Pin services on',
      open: async () => {
        await shared().goTo('Services');
        await pinButton().click();
      },
    },
    {
      name: 'nginx on',
      open: async () => {
        await shared().goTo('Services');
        await detailsButton('nginx').click();
      },
    },
    {
      name: 'Install',
      open: async () => {
        await shared().goTo('Models');
        await installButton().click();
        await recommended()
          .getByRole('button', { name: /^Licence and size/ })
          .first()
          .click();
      },
    },
  ];
  for (const { name, open } of opens) {
    await open();
    const opened = dialog(name);
    await expect(opened).toBeVisible();
    // Not while it moves in.
    await expect.poll(() => opened.evaluate((one) => one.getAnimations({ subtree: true }).length)).toBe(0);
    const overflow = await opened.evaluate((one) => {
      const { left, right } = one.getBoundingClientRect();
      return Math.max(0, -left, right - window.innerWidth, one.scrollWidth - one.clientWidth);
    });
    expect(overflow, `${name} is wider than the window`).toBeLessThanOrEqual(1);
    await captureWindow(shared(), `reflow-dialog-${name.toLowerCase().replaceAll(/\W+/g, '-')}`);
    await page.keyboard.press('Escape');
    await expect(dialog()).toHaveCount(0);
  }
});

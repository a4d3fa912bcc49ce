import { logsPage } from '../pages/logs.ts';
import { servicesPage } from '../pages/services.ts';
import { PLACES, panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerConfirmations } from '../support/confirmations.ts';
import { expect, launchPanel, type Panel, test } from '../support/panel.ts';
import { resize, setTheme } from '../support/shared-panel.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1024, height: 700 },
] as const;

/** The page's own readiness: a live reading in the top bar. */
async function live(panel: Panel): Promise<void> {
  await expect(panelWindow(() => panel.page).vramReading()).toBeVisible();
}

for (const scheme of ['dark', 'light'] as const) {
  test(`every page in ${scheme}: no accessibility violation, no sideways scrolling`, async ({ panel }) => {
    const { rows: logRows } = logsPage(() => panel.page);
    await live(panel);
    await setTheme(panel, scheme);
    for (const place of PLACES) {
      await panel.goTo(place);
      // What fills a page comes a moment after it.
      if (place === 'Logs') await expect(logRows().first()).toBeVisible();
      if (place === 'GPU') await expect(panel.page.locator('.ada-chart-line').first()).toBeVisible();
      for (const size of SIZES) {
        await resize(panel, size.width, size.height);
        // Tables leave out columns once they know their new width.
        await expect
          .poll(() => panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), {
            message: `${place} at ${size.width} px scrolls sideways`,
          })
          .toBeLessThanOrEqual(0);
        await panel.screenshot(`${place.toLowerCase()}-${scheme}-${size.width}`);
      }
      expect(await violationsOf(panel.page), `${place} in ${scheme}`).toEqual([]);
    }
  });
}

test('the lab says that it is the lab, on every page', async ({ panel }) => {
  const { banner } = panelWindow(() => panel.page);
  for (const place of PLACES) {
    await panel.goTo(place);
    await expect(banner().getByText('Lab', { exact: true }).first()).toBeVisible();
  }
});

test('a stopped service is stopped on the host, and started again', async ({ panel }) => {
  await panel.goTo('Services');
  const { dialog, passwordField } = panelWindow(() => panel.page);
  const row = servicesPage(() => panel.page).row('nginx');
  await expect(row.getByText(/running/i).first()).toBeVisible();
  await answerConfirmations(panel, true);
  await row.getByRole('button', { name: /^stop/i }).click();
  await passwordField().fill('lab');
  await dialog()
    .getByRole('button', { name: /continue|ok|run|confirm|use|allow|submit/i })
    .click();
  await expect(row.getByText(/stopped|inactive|not running/i).first()).toBeVisible();
  await row.getByRole('button', { name: /^start/i }).click();
  await expect(row.getByText(/running/i).first()).toBeVisible();
});

test('a renderer that crashes comes back, with the host still connected', async () => {
  const panel = await launchPanel({ args: ['--lab'] });
  await live(panel);
  const text = await panel.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined) return '';
    const loaded = new Promise((resolve) => contents.once('did-finish-load', () => resolve(null)));
    contents.forcefullyCrashRenderer();
    await loaded;
    // Resolves when the page that came back shows a reading.
    return (await contents.executeJavaScript(
      'new Promise((done) => { const look = () => /45\\.0 GiB/.test(document.body.innerText) ? done(document.body.innerText) : requestAnimationFrame(look); look(); })',
    )) as string;
  });
  expect(text).toContain('45.0 GiB');
  await panel.close();
});

test('Ctrl+K in the first moment of the window opens the palette, with its commands', async ({ panel }) => {
  await panel.page.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('.ada-palette-button') === null) return;
      observer.disconnect();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true }));
    }).observe(document, { childList: true, subtree: true });
  });
  await panel.page.reload();
  const { palette, paletteEntry, paletteSearch } = panelWindow(() => panel.page);
  await expect(paletteSearch()).toBeFocused();
  await expect(paletteEntry('Services Ctrl+3')).toBeVisible();
  await panel.page.keyboard.press('Control+k');
  await expect(palette()).toBeHidden();
});

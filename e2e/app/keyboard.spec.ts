import { expect, test } from '@playwright/test';
import { hostsPage } from '../pages/hosts.ts';
import { servicesPage } from '../pages/services.ts';
import { setupPage } from '../pages/setup.ts';
import { PLACES, panelWindow } from '../pages/window.ts';
import { unseenFocus, violationsOf } from '../support/accessibility.ts';
import { launchPanel } from '../support/panel.ts';
import { setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();

const { dialog, heading, hostButton, main, navigationButton, palette, runCommand } = panelWindow(() => shared().page);
const { detailsButton, pinButton, row } = servicesPage(() => shared().page);
const { parametersButton } = setupPage(() => shared().page);
const isInside = (dialogName: string) =>
  shared().page.evaluate((name) => {
    const label = (one: Element) =>
      one.getAttribute('aria-label') ?? document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent;
    return [...document.querySelectorAll('[role="dialog"]')].some(
      (one) => label(one)?.startsWith(name) === true && one.contains(document.activeElement),
    );
  }, dialogName);

/** Every dialog, and how it is opened without a mouse. */
const DIALOGS: readonly { readonly name: string; readonly open: () => Promise<void> }[] = [
  { name: 'Commands', open: () => shared().page.keyboard.press('Control+k') },
  { name: 'Add host', open: () => runCommand('add host') },
  { name: 'Notices', open: () => shared().page.keyboard.press('Control+Shift+n') },
  {
    name: 'nginx on',
    open: async () => {
      await shared().page.keyboard.press('Control+3');
      await detailsButton('nginx').press('Enter');
    },
  },
  {
    name: 'Parameters of Least privilege',
    open: async () => {
      await shared().page.keyboard.press('Control+8');
      await parametersButton('Least privilege').press('Enter');
    },
  },
  {
    name: 'Pin services on',
    open: async () => {
      await shared().page.keyboard.press('Control+3');
      await pinButton().press('Enter');
    },
  },
];

test.beforeAll(async () => {
  await shared().goTo('Services');
  await expect(row('nginx')).toContainText('Running');
  await shared().goTo('Overview');
});

test('Ctrl+K finds an action by its words and runs it', async () => {
  const { page } = shared();
  await runCommand('theme: light');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
  await runCommand('theme: dark');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('make me a sandwich');
  await expect(palette()).toContainText('No matching command');
  await page.keyboard.press('Escape');
  await expect(palette()).toBeHidden();
});

test('every place is reached by its own shortcut, by the palette and by Tab', async () => {
  const { page } = shared();
  for (const [index, place] of PLACES.entries()) {
    await page.keyboard.press(place === 'Settings' ? 'Control+,' : `Control+${index + 1}`);
    await expect(heading(place)).toBeVisible();
  }
  for (const place of ['GPU', 'Logs', 'Settings'] as const) {
    await runCommand(`go to ${place}`);
    await expect(heading(place)).toBeVisible();
  }
  for (const place of PLACES) {
    await navigationButton(place).focus();
    await page.keyboard.press('Enter');
    await expect(heading(place)).toBeVisible();
    if (place !== 'Settings') {
      await page.keyboard.press('Tab');
      const next = PLACES[PLACES.indexOf(place) + 1] ?? '';
      await expect(navigationButton(next)).toBeFocused();
    }
  }
});

test('the first Tab offers the way past the navigation', async () => {
  const { page } = shared();
  await page.keyboard.press('Control+1');
  // The host switcher is what comes first in the window; before it lies only the way past.
  await hostButton().focus();
  await page.keyboard.press('Shift+Tab');
  const skip = page.getByRole('link', { name: 'Skip to main content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(main()).toBeFocused();
});

for (const scheme of ['dark', 'light'] as const) {
  test(`what has the focus is seen to have it, in ${scheme}`, async () => {
    const { page } = shared();
    await setTheme(shared(), scheme);
    for (const place of ['Overview', 'GPU', 'Services', 'Logs', 'Setup', 'Checks', 'Settings'] as const) {
      await shared().goTo(place);
      await main().focus();
      const unseen: string[] = [];
      for (let step = 0; step < 25; step += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(() => document.activeElement?.closest('main') === null)) break;
        const name = await unseenFocus(page);
        if (name !== null) unseen.push(name);
      }
      expect(unseen, `${place} in ${scheme}`).toEqual([]);
    }
  });
}

test('dialogs keep the focus, and Esc closes them and gives it back', async () => {
  const { page } = shared();
  for (const { name, open } of DIALOGS) {
    await open();
    await expect(dialog(name)).toBeVisible();
    // A shortcut of the page underneath is not for an open dialog. The page is named even where the dialog hides it.
    const shown = await page.locator('h1').textContent();
    await page.keyboard.press('Control+4');
    await expect(dialog(name)).toBeVisible();
    expect(await page.locator('h1').textContent()).toBe(shown);
    await expect.poll(() => isInside(name), `${name} has the focus`).toBe(true);
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press(step % 4 === 3 ? 'Shift+Tab' : 'Tab');
      expect(await isInside(name), `${name} keeps the focus`).toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(dialog(name)).toBeHidden();
    await expect(dialog()).toHaveCount(0);
  }
  await expect(pinButton()).toBeFocused();
});

test('no accessibility violation in an open dialog, in both themes', async () => {
  const { page } = shared();
  for (const { name, open } of DIALOGS) {
    await setTheme(shared(), 'dark');
    await open();
    await expect(dialog(name)).toBeVisible();
    const within = '[role="dialog"]';
    // A dialog that still fades in has the contrast of what it fades over.
    await expect
      .poll(() => dialog(name).evaluate((one) => one.getAnimations().length + Number(getComputedStyle(one).opacity !== '1')))
      .toBe(0);
    expect(await violationsOf(page, { within }), `${name} in dark`).toEqual([]);
    await shared().screenshot(`dialog-${name.toLowerCase().replaceAll(/\W+/g, '-')}-dark`);
    // The other theme has the same words and roles; these two have most of the colours.
    if (name === 'Notices' || name === 'nginx on') {
      await setTheme(shared(), 'light');
      expect(await violationsOf(page, { within, rules: ['color-contrast'] }), `${name} in light`).toEqual([]);
      await shared().screenshot(`dialog-${name.toLowerCase().replaceAll(/\W+/g, '-')}-light`);
    }
    await page.keyboard.press('Escape');
    await expect(dialog()).toHaveCount(0);
  }
});

test('the first start has no accessibility violation, and is reached by keyboard', async () => {
  const panel = await launchPanel({ args: [] });
  const { page } = panel;
  const { addressError, addressField } = hostsPage(() => page);
  await expect(panelWindow(() => page).heading('Connect to a host')).toBeVisible();
  await setTheme(panel, 'dark');
  expect(await violationsOf(page), 'in dark').toEqual([]);
  await setTheme(panel, 'light');
  expect(await violationsOf(page, { rules: ['color-contrast'] }), 'in light').toEqual([]);
  await addressField().focus();
  await page.keyboard.type('nowhere');
  await page.keyboard.press('Enter');
  await expect(addressError()).toBeVisible();
  expect(await violationsOf(page, { within: 'main' }), 'with a complaint').toEqual([]);
  await panel.close();
  expect(panel.complaints).toEqual([]);
});

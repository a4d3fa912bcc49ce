import { expect, test } from '@playwright/test';
import { PLACES, panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { resize, setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { dialog, main, openPalette, palette, paletteSearch } = panelWindow(() => shared().page);
const guide = (place: string) => shared().page.getByRole('complementary', { name: `Guide: ${place}` });

test('F1 opens the guide of the page, which follows to the next one and closes by Esc', async () => {
  const { page } = shared();
  await shared().goTo('GPU');
  await main().focus();
  await page.keyboard.press('F1');
  await expect(guide('GPU')).toBeFocused();
  for (const place of PLACES) {
    await shared().goTo(place);
    await expect(guide(place).getByRole('listitem').first()).toBeVisible();
    await expect(guide(place)).not.toContainText('##');
  }
  expect(await violationsOf(page)).toEqual([]);
  await shared().screenshot('guide-dark');
  await setTheme(shared(), 'light');
  await resize(shared(), 800, 700);
  await shared().screenshot('guide-light-800');
  await resize(shared(), 1280, 800);
  await setTheme(shared(), 'dark');
  await guide('Settings').getByRole('button', { name: 'Close the guide' }).focus();
  await page.keyboard.press('Escape');
  await expect(guide('Settings')).toHaveCount(0);
});

test('a guide leads to the page that it names', async () => {
  const { page } = shared();
  await shared().goTo('Setup');
  await main().focus();
  await page.keyboard.press('F1');
  await guide('Setup').getByRole('button', { name: 'Checks' }).click();
  await expect(guide('Checks')).toBeVisible();
  await page.keyboard.press('F1');
  await expect(guide('Checks')).toHaveCount(0);
});

test('a question mark opens the shortcuts, and in a field it is text', async () => {
  const { page } = shared();
  await shared().goTo('Overview');
  await main().focus();
  await page.keyboard.press('Shift+?');
  await expect(dialog('Keyboard shortcuts')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog('Keyboard shortcuts')).toHaveCount(0);
  await openPalette('a?');
  await expect(paletteSearch()).toHaveValue('a?');
  await page.keyboard.press('Escape');
  await expect(palette()).toBeHidden();
  await expect(dialog('Keyboard shortcuts')).toHaveCount(0);
});

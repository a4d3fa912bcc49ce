import { expect, test } from '@playwright/test';
import { modelsPage } from '../pages/models.ts';
import { playgroundPage } from '../pages/playground.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { dialog, heading, openPalette, palette, paletteEntry, paletteSearch, region } = panelWindow(() => shared().page);
const { addField, searchField, selectView } = modelsPage(() => shared().page);
const { imageDialog, prompt } = playgroundPage(() => shared().page);

async function close(): Promise<void> {
  await shared().page.keyboard.press('Escape');
  await expect(palette()).toBeHidden();
}

/** What an operator types, and a command that must be among the first three. */
const QUERIES: readonly (readonly [query: string, command: RegExp])[] = [
  ['install', /^Install a model…/],
  ['download model', /^Install a model…/],
  ['hugging face', /^Hugging Face token/],
  ['token', /token/i],
  ['export', /^Export/],
  ['csv', /^Export GPU metrics as CSV…/],
  ['help', /^(Help|Guide|Keyboard shortcuts)/],
  ['manual', /^Guide to this page/],
  ['shortcuts', /^Keyboard shortcuts/],
  ['journal', /[Ll]ogs/],
  ['dark mode', /^Theme: dark/],
  ['light', /^Theme: light/],
  ['pause', /^Pause/],
  ['resume', /^Resume/],
  ['about', /^About Ada Panel/],
  ['version', /^About Ada Panel/],
  ['quit', /^Quit Ada Panel/],
  ['exit', /^Quit Ada Panel/],
  ['zoom', /^Zoom in/],
  ['free vram', /^Free VRAM/],
  ['unload', /^Free VRAM/],
  ['who uses vram', /^VRAM by process/],
  ['temperature', /^GPU/],
  ['restart invokeai', /^Restart invokeai…/],
  ['how do i stop the shim', /^Stop .*shim…/],
  ['logs nginx', /^Logs of nginx/],
  ['sudo', /[Ss]udo/],
  ['add server', /^Add host…/],
  ['ssh', /SSH|host/i],
  ['disconnect', /^Disconnect from Lab/],
  ['refresh', /^Refresh/],
  ['429', /^(Overload test…|Gateway)/],
  ['certificate', /^Gateway/],
  ['preferences', /^Settings/],
  ['prompt', /^Write a prompt/],
  ['gallery', /^(Search the gallery|Playground)/],
  ['cancel image', /^Cancel image generation/],
  ['data folder', /^Files and secrets/],
  ['notifications', /^Show notices/],
  ['search logs', /^Search logs/],
  ['xid', /^GPU health and Xid errors/],
  ['license', /^Third-party notices/],
  ['retention', /^History/],
  ['queue', /queue/i],
  ['undo', /^Undo/],
];

test.beforeAll(async () => {
  await shared().goTo('Models');
  await expect(shared().page.locator('.ada-table tbody th').first()).toBeVisible();
  await shared().goTo('Gateway');
  await expect(shared().page.getByRole('table', { name: 'Slots' })).toBeVisible();
  await shared().goTo('Overview');
});

test('ordinary words find a sensible command, from the first page', async () => {
  const missed: string[] = [];
  await openPalette('');
  const field = paletteSearch();
  for (const [query, command] of QUERIES) {
    await field.fill(query);
    await expect(field).toHaveValue(query);
    const found = (await palette().locator('[data-action]').allInnerTexts()).slice(0, 3).map((text) => text.replaceAll(/\s+/g, ' '));
    if (!found.some((title) => command.test(title))) missed.push(`${query}: ${found.join(' | ') || 'nothing'}`);
  }
  expect(missed).toEqual([]);
  await field.fill('token');
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(shared(), scheme);
    await shared().screenshot(`palette-${scheme}`);
  }
  await close();
});

test('a command of a page that is not open goes there and does it', async () => {
  const { page } = shared();
  await shared().goTo('Settings');
  await openPalette('install a model');
  await page.keyboard.press('Enter');
  await expect(heading('Models')).toBeVisible();
  await expect(addField()).toBeFocused();
  await openPalette('overload test');
  await page.keyboard.press('Enter');
  await expect(heading('Gateway')).toBeVisible();
  await expect(dialog(/^Overload test/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  await openPalette('search logs');
  await page.keyboard.press('Enter');
  await expect(heading('Logs')).toBeVisible();
  await expect(page.getByRole('textbox', { name: /Search/ })).toBeFocused();
  await openPalette('about');
  await page.keyboard.press('Enter');
  await expect(heading('Settings')).toBeVisible();
  await expect(region('About')).toBeInViewport();
  // What was done once is not done again by coming back.
  await shared().goTo('Models');
  await expect(dialog()).toHaveCount(0);
});

test('units and models are results, and the recent commands come first', async () => {
  const { page } = shared();
  await openPalette('details nginx');
  await page.keyboard.press('Enter');
  await expect(heading('Services')).toBeVisible();
  await expect(dialog(/^nginx on/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  await shared().goTo('Models');
  // An earlier command left the page at what can be added.
  await selectView('Installed');
  const model = ((await page.locator('.ada-table tbody th').first().textContent()) ?? '').split(/\s/)[0] ?? '';
  await shared().goTo('Overview');
  await openPalette(model);
  await paletteEntry(new RegExp(`^${model.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))
    .first()
    .click();
  await expect(heading('Models')).toBeVisible();
  await expect(searchField()).toHaveValue(new RegExp(model.slice(0, 3)));
  await openPalette('theme: dark');
  await page.keyboard.press('Enter');
  await expect(palette()).toBeHidden();
  await openPalette('');
  await expect(palette().locator('[data-action]').first()).toContainText('Theme: dark');
  await close();
});

test('an image of the gallery is a result that opens it', async () => {
  const { page } = shared();
  await openPalette('write a prompt');
  await page.keyboard.press('Enter');
  await expect(heading('Playground')).toBeVisible();
  await expect(prompt()).toBeFocused();
  await prompt().fill('a lighthouse on a cliff');
  await openPalette('generate image');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Open image: a lighthouse on a cliff' })).toBeVisible({ timeout: 90_000 });
  await shared().goTo('Overview');
  await openPalette('lighthouse');
  await paletteEntry(/^a lighthouse on a cliff/).click();
  await expect(heading('Playground')).toBeVisible();
  await expect(imageDialog()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
});

test('what cannot be done is listed with its reason, and does nothing', async () => {
  const { page } = shared();
  await openPalette('start nginx');
  const start = paletteEntry(/^Start nginx/);
  await expect(start).toContainText('Already running');
  await expect(start).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Enter');
  await expect(palette()).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await setTheme(shared(), scheme);
    expect(await violationsOf(page, { within: '[role="dialog"]' }), `in ${scheme}`).toEqual([]);
    await shared().screenshot(`palette-unavailable-${scheme}`);
  }
  await close();
});

import { expect, test } from '@playwright/test';
import { violationsOf } from '../support/accessibility.ts';
import { setTheme, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const palette = () => shared().page.getByRole('dialog', { name: 'Commands' });
const entry = (name: string | RegExp) => palette().getByRole('button', { name });
const heading = (place: string) => shared().page.getByRole('heading', { level: 1, name: place, exact: true });

async function type(query: string): Promise<void> {
  const { page } = shared();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('textbox', { name: 'Search commands' })).toBeFocused();
  await page.keyboard.type(query);
}

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
  ['help', /^(Help|Keyboard shortcuts)/],
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
  await type('');
  const field = shared().page.getByRole('textbox', { name: 'Search commands' });
  for (const [query, command] of QUERIES) {
    await field.fill(query);
    await expect(field).toHaveValue(query);
    const found = (await palette().locator('[data-action]').allInnerTexts()).slice(0, 3).map((text) => text.replaceAll(/\s+/g, ' '));
    if (!found.some((title) => command.test(title))) missed.push(`${query}: ${found.join(' | ') || 'nothing'}`);
  }
  expect(missed).toEqual([]);
  await field.fill('token');
  await shared().screenshot('palette-dark');
  await close();
});

test('a command of a page that is not open goes there and does it', async () => {
  const { page } = shared();
  await shared().goTo('Settings');
  await type('install a model');
  await page.keyboard.press('Enter');
  await expect(heading('Models')).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Install a model' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await type('overload test');
  await page.keyboard.press('Enter');
  await expect(heading('Gateway')).toBeVisible();
  await expect(page.getByRole('dialog', { name: /^Overload test/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await type('search logs');
  await page.keyboard.press('Enter');
  await expect(heading('Logs')).toBeVisible();
  await expect(page.getByRole('textbox', { name: /Search/ })).toBeFocused();
  await type('about');
  await page.keyboard.press('Enter');
  await expect(heading('Settings')).toBeVisible();
  await expect(page.getByRole('region', { name: 'About' })).toBeInViewport();
  // What was done once is not done again by coming back.
  await shared().goTo('Models');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('units and models are results, and the recent commands come first', async () => {
  const { page } = shared();
  await type('details nginx');
  await page.keyboard.press('Enter');
  await expect(heading('Services')).toBeVisible();
  await expect(page.getByRole('dialog', { name: /^nginx on/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await shared().goTo('Models');
  const model = ((await page.locator('.ada-table tbody th').first().textContent()) ?? '').split(/\s/)[0] ?? '';
  await shared().goTo('Overview');
  await type(model);
  await entry(new RegExp(`^${model.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))
    .first()
    .click();
  await expect(heading('Models')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Search models' })).toHaveValue(new RegExp(model.slice(0, 3)));
  await type('theme: dark');
  await page.keyboard.press('Enter');
  await expect(palette()).toBeHidden();
  await type('');
  await expect(palette().locator('[data-action]').first()).toContainText('Theme: dark');
  await close();
});

test('an image of the gallery is a result that opens it', async () => {
  const { page } = shared();
  await type('write a prompt');
  await page.keyboard.press('Enter');
  await expect(heading('Playground')).toBeVisible();
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await expect(prompt).toBeFocused();
  await prompt.fill('a lighthouse on a cliff');
  await type('generate image');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Open image: a lighthouse on a cliff' })).toBeVisible({ timeout: 90_000 });
  await shared().goTo('Overview');
  await type('lighthouse');
  await entry(/^a lighthouse on a cliff/).click();
  await expect(heading('Playground')).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Image', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('what cannot be done is listed with its reason, and does nothing', async () => {
  const { page } = shared();
  await type('start nginx');
  const start = entry(/^Start nginx/);
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

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { violationsOf } from '../support/accessibility.ts';
import { answerSaveDialog, breakLab, mendLab, pictures, sharedPanel } from '../support/shared-panel.ts';

const panel = sharedPanel();
const page = () => panel().page;
const generate = () => page().getByRole('button', { name: /^Generate/ });
const done = (way: string) => page().getByText(new RegExp(`Done in .* ${way}`));

async function choose(label: string, option: string | RegExp): Promise<void> {
  await page().getByRole('combobox', { name: label }).click();
  await page().getByRole('option', { name: option }).click();
}

async function way(name: 'Gateway' | 'Shim' | 'InvokeAI'): Promise<void> {
  await page().getByRole('radiogroup', { name: 'Way to the GPU' }).getByText(name, { exact: true }).click();
}

test.beforeAll(async () => {
  await expect(
    page()
      .getByText(/\d+\.\d \/ 45\.0 GiB/)
      .first(),
  ).toBeVisible();
  await breakLab(panel(), 'nobody-else');
  await breakLab(panel(), 'pictures-take-1-s');
});

test.beforeEach(async () => {
  await panel().goTo('Playground');
});

test('an empty Playground teaches', async () => {
  await expect(page().getByText('No picture yet')).toBeVisible();
  await expect(page().getByText('No picture is kept yet')).toBeVisible();
  await expect(generate()).toBeDisabled();
  expect(await violationsOf(page())).toEqual([]);
  await pictures(panel(), 'playground-empty');
});

test('a picture through the gateway: seen, timed, kept with its parameters', async () => {
  await expect(page().getByText(/slots free/)).toBeVisible();
  await page().getByLabel('Prompt', { exact: true }).fill('a red apple on a table, window light');
  await page().getByLabel('Seed', { exact: true }).fill('12345');
  await generate().click();
  await expect(page().getByRole('button', { name: 'Cancel' })).toBeVisible();
  await expect(done('through the gateway')).toBeVisible();
  const picture = page().getByRole('img', { name: 'a red apple on a table, window light' });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([1024, 1024]);
  await expect(page().getByRole('figure', { name: 'Where the time went' })).toContainText('generate');
  await page().getByRole('button', { name: 'Show the request' }).click();
  await expect(page().getByText('$GATEWAY_TOKEN')).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await page().getByRole('button', { name: 'Hide the request' }).click();
  await pictures(panel(), 'playground-done');
  const files = readdirSync(join(panel().dataFolder, 'gallery')).filter((name) => name.endsWith('.png'));
  expect(files).toHaveLength(1);
  expect(readFileSync(join(panel().dataFolder, 'gallery', files[0] ?? '')).toString('latin1')).toContain('Seed: 12345');
});

test('straight into InvokeAI: previews while it runs, and Cancel', async () => {
  await mendLab(panel(), 'pictures-take-1-s');
  await way('InvokeAI');
  await generate().click();
  await expect(page().getByRole('img', { name: 'How far it is' })).toBeVisible();
  await panel().picture('playground-running');
  await page().getByRole('button', { name: 'Cancel' }).click();
  await expect(page().getByText(/Cancelled after/)).toBeVisible();
  await breakLab(panel(), 'pictures-take-1-s');
});

test('the shim, a preset, another seed, and two pictures side by side', async () => {
  await way('Shim');
  await page().getByRole('button', { name: 'Quick' }).click();
  await expect(page().getByRole('combobox', { name: 'Model' })).toHaveValue('Dreamshaper 8');
  await generate().click();
  await expect(done('through the images shim')).toBeVisible();
  await page().getByRole('button', { name: 'Run it again with another seed' }).click();
  await expect(page().getByRole('region', { name: 'Gallery' }).getByRole('listitem')).toHaveCount(3);
  await page().getByRole('button', { name: 'Compare with another picture' }).click();
  await page().getByRole('region', { name: 'Gallery' }).getByRole('button').last().click();
  const dialog = page().getByRole('dialog', { name: 'Side by side' });
  await expect(dialog.getByRole('figure')).toHaveCount(2);
  await expect(dialog.locator('[data-differs]').first()).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await panel().picture('playground-compare');
  await page().keyboard.press('Escape');
});

test('a picture is saved, found and deleted', async () => {
  const target = join(panel().dataFolder, 'saved.png');
  await answerSaveDialog(panel(), target);
  const gallery = page().getByRole('region', { name: 'Gallery' });
  await gallery
    .getByRole('button', { name: /Open the picture/ })
    .first()
    .click();
  const dialog = page().getByRole('dialog', { name: 'Picture' });
  await dialog.getByRole('button', { name: 'Save the picture to a file' }).click();
  await expect(page().getByText(`Saved to ${target}`)).toBeVisible();
  expect(readFileSync(target).subarray(1, 4).toString('latin1')).toBe('PNG');
  await dialog.getByRole('button', { name: 'Delete the picture from the gallery' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(gallery.getByRole('listitem')).toHaveCount(2);
  await page().getByLabel('Search the gallery').fill('nothing like it');
  await expect(page().getByText('No picture matches')).toBeVisible();
  await page().getByLabel('Search the gallery').fill('');
});

test('a failed run keeps its parameters and says what the host says', async () => {
  await way('Gateway');
  await breakLab(panel(), 'out-of-memory');
  await generate().click();
  await expect(page().getByRole('list', { name: 'What the host says' })).toContainText('CUDA out of memory');
  await expect(page().getByText(/The parameters are kept, seed/)).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await pictures(panel(), 'playground-failed');
  await mendLab(panel(), 'out-of-memory');
  await page().getByRole('button', { name: 'Run it again' }).click();
  await expect(done('through the gateway')).toBeVisible();
});

test('a size the gateway does not take is said before it is sent', async () => {
  await choose('Size', /1536 × 1536/);
  await expect(page().getByText(/Too large: at most 2.0 megapixels/)).toBeVisible();
  await expect(generate()).toBeDisabled();
  await way('InvokeAI');
  await expect(generate()).toBeEnabled();
});

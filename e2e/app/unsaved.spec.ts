import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { playgroundPage } from '../pages/playground.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { answerSaveDialog, breakLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

// A file in the place of the gallery folder stands for a disk that takes nothing.
const scratch = mkdtempSync(join(tmpdir(), 'ada-panel-unsaved-'));
const gallery = join(scratch, 'gallery');
writeFileSync(gallery, 'in the way');
const panel = sharedPanel({ args: ['--lab'], dataFolder: scratch });
const page = () => panel().page;
const { region } = panelWindow(page);
const { gallery: galleryCard, generateButton, prompt, quickPreset, selectRoute } = playgroundPage(page);
test.afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('an image that cannot be written is shown, saved elsewhere, and saved once it can be', async () => {
  await panel().goTo('Playground');
  await expect(page().getByText('The gallery folder on this computer cannot be read.')).toBeVisible({ timeout: 60_000 });
  await breakLab(panel(), 'images-take-1-s');
  await selectRoute('InvokeAI');
  // Before the host is connected a run fails, and nothing is made that could be kept.
  await expect(page().getByText('InvokeAI responds.')).toBeVisible({ timeout: 60_000 });
  await quickPreset().click();
  await prompt().fill('תפוח אדום על שולחן');
  await generateButton().click();
  const card = region('Not saved');
  await expect(card).toContainText('a file blocks the gallery folder', { timeout: 60_000 });
  const image = page().getByRole('img', { name: 'תפוח אדום על שולחן' });
  await expect(image).toBeVisible();
  await expect(image).toHaveAttribute('data-natural', '512x512');
  // Hebrew begins at the right.
  expect(await prompt().evaluate((field) => [field.getAttribute('dir'), getComputedStyle(field).direction])).toEqual(['auto', 'rtl']);
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'playground-unsaved');
  const target = join(scratch, 'saved.png');
  await answerSaveDialog(panel(), target);
  await card.getByRole('button', { name: 'Save to…' }).click();
  await expect(card.getByText(`Copy in ${target}`)).toBeVisible();
  await card.getByRole('button', { name: 'Retry' }).click();
  await expect(card.getByRole('alert')).toContainText('a file blocks the gallery folder');
  rmSync(gallery);
  await card.getByRole('button', { name: 'Retry' }).click();
  await expect(card).toHaveCount(0);
  const [name] = readdirSync(gallery).filter((one) => one.endsWith('.png'));
  expect(readFileSync(join(gallery, name ?? ''))).toEqual(readFileSync(target));
  await expect(galleryCard().getByRole('listitem')).toHaveCount(1);
});

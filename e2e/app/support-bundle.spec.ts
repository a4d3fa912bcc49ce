import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { supportBundle } from '../pages/support-bundle.ts';
import { panelWindow } from '../pages/window.ts';
import { expect } from '../support/panel.ts';
import { answerSaveDialog, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { expectNotice, runCommand, vramReading } = panelWindow(() => shared().page);
const { dialog, file, include, preview, prompts, saveButton, closeButton } = supportBundle(() => shared().page);

test('a support bundle is shown file by file, and only then saved', async () => {
  await expect(vramReading()).toBeVisible();
  await runCommand('Support bundle');
  await expect(file('report.md')).toBeVisible();
  await expect(preview()).toContainText('# Support bundle of');
  await file('logs/invokeai.service.log').click();
  await expect(preview()).toContainText('InvokeAI');
  await takeScreenshots(shared(), 'support-bundle');

  await include('samples/gpu.csv').uncheck();
  await prompts().check();
  await expect(prompts()).toBeChecked();
  const target = join(shared().dataFolder, 'bundle.zip');
  await answerSaveDialog(shared(), null);
  await saveButton().click();
  await expect(saveButton()).toBeEnabled();
  await answerSaveDialog(shared(), target);
  await saveButton().click();
  await expect(dialog()).toHaveCount(0);
  await expectNotice(/Saved \d+ files/);
  const files = unzipSync(readFileSync(target));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['report.md', 'logs/invokeai.service.log', 'panel/settings.json']));
  expect(Object.keys(files)).not.toContain('samples/gpu.csv');
  expect(strFromU8(files['report.md'] ?? new Uint8Array())).toContain('Ada Panel');
  rmSync(target);
});

test('it can be left without saving anything', async () => {
  await runCommand('Support bundle');
  await expect(file('report.md')).toBeVisible();
  await closeButton().click();
  await expect(dialog()).toHaveCount(0);
});

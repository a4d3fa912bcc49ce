import { expect, test } from '@playwright/test';
import { modelsPage } from '../pages/models.ts';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const panel = sharedPanel();
const page = () => panel().page;
const { dialog, enterPassword, expectNotice, region, vramReading } = panelWindow(page);
const models = modelsPage(page);
const SD15 = 'v1-5-pruned-emaonly.safetensors';

test.beforeAll(async () => {
  await expect(vramReading()).toBeVisible();
  await breakLab(panel(), 'nobody-else');
  await panel().goTo('Models');
  await models.selectProgram('ComfyUI');
});

test('a ComfyUI that is stopped is started from here, and tells what it has', async () => {
  await expect(page().getByText('ComfyUI not responding')).toBeVisible();
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'comfyui-stopped');
  await page().getByRole('button', { name: 'Start ComfyUI' }).click();
  await enterPassword('lab');
  await expect(page().getByText(/ComfyUI 0\.3\.64 running/)).toBeVisible();
  await expect(region('Checkpoints')).toContainText('dreamshaper_8.safetensors');
  await expect(region('System')).toContainText('NVIDIA RTX 6000 Ada Generation');
  await expect(models.queue()).toContainText('Idle');
});

test('a checkpoint by one button: progress, stop, go on, checked, in the list', async () => {
  await models.fetchStableDiffusionButton().click();
  const downloads = models.downloads();
  await expect(downloads.getByRole('progressbar')).toBeVisible();
  await expect(downloads).toContainText(/iB\/s.*left/);
  await downloads.getByRole('button', { name: `Pause ${SD15}` }).click();
  await expect(downloads).toContainText('paused');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'comfyui-download');
  await downloads.getByRole('button', { name: `Resume ${SD15}` }).click();
  await breakLab(panel(), 'downloads-are-fast');
  await expect(downloads).toContainText(/installed.*verified, SHA-256/);
  await expect(region('Checkpoints')).toContainText(SD15);
  await expect(models.fetchStableDiffusionButton()).toHaveCount(0);
  await downloads.getByRole('button', { name: `Clear ${SD15} from the list` }).click();
  await expect(downloads).toHaveCount(0);
  await repairLab(panel(), 'downloads-are-fast');
});

test('an address of one’s own: named by itself, refused in words', async () => {
  await page().getByRole('button', { name: 'Fetch a checkpoint' }).click();
  const fetchDialog = dialog('Fetch a checkpoint');
  await fetchDialog.getByLabel('File URL').fill('https://huggingface.co/a/b/resolve/main/c%20d.safetensors?download=true');
  await expect(fetchDialog.getByLabel('Name on the host')).toHaveValue('c d.safetensors');
  await fetchDialog.getByLabel('Name on the host').fill('model.ckpt');
  await expect(fetchDialog).toContainText('can run code');
  await expect(fetchDialog.getByRole('button', { name: 'Fetch a checkpoint' })).toBeDisabled();
  await fetchDialog.getByLabel('Name on the host').fill('model.safetensors');
  await fetchDialog.getByRole('button', { name: 'Fetch a checkpoint' }).click();
  await expect(fetchDialog).toContainText('huggingface.co has no such file');
  expect(await violationsOf(page())).toEqual([]);
  await takeScreenshots(panel(), 'comfyui-fetch');
  await page().keyboard.press('Escape');
  await expect(fetchDialog).toHaveCount(0);
});

test('VRAM is freed with before and after', async () => {
  await models.freeVramButton().click();
  await expectNotice(/GiB before, .* after/);
});

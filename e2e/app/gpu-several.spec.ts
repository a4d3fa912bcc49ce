import { test } from '@playwright/test';
import { violationsOf } from '../support/accessibility.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

const shared = sharedPanel();

test('four GPUs are chosen one by one or compared, one of them in MIG mode', async () => {
  const panel = shared();
  const { page } = panel;
  await breakLab(panel, 'four-gpus');
  await panel.goTo('GPU');
  const chooser = page.locator('input[aria-label="GPU"]');
  await chooser.click();
  await expect(page.getByRole('option')).toHaveCount(5);
  await page.getByRole('option', { name: 'Compare all' }).click();
  const compared = page.getByRole('region', { name: /^\d · NVIDIA/ });
  await expect(compared).toHaveCount(4);
  await expect(compared.last()).toContainText('MIG mode');
  await expect(compared.last()).toContainText(/of 79\.\d\sGiB/);
  expect(await violationsOf(page)).toEqual([]);
  await takeScreenshots(panel, 'gpu-compare');
  await page.getByRole('button', { name: /^Details of 3/ }).click();
  await expect(chooser).toHaveValue(/^3 · NVIDIA H100/);
  await expect(page.getByRole('region', { name: 'VRAM by process', exact: true })).toContainText('python3');
  await repairLab(panel, 'four-gpus');
});

import { test } from '@playwright/test';
import { panelWindow } from '../pages/window.ts';
import { violationsOf } from '../support/accessibility.ts';
import { expect } from '../support/panel.ts';
import { breakLab, repairLab, resize, sharedPanel, takeScreenshots } from '../support/shared-panel.ts';

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

test('the top bar has room for four GPUs, with the sum of their VRAM', async () => {
  const panel = shared();
  const { page } = panel;
  const { banner, hostButton } = panelWindow(() => page);
  await breakLab(panel, 'four-gpus');
  for (const width of [1280, 1024, 800]) {
    await resize(panel, width, 700);
    await expect(banner().getByRole('meter')).toHaveCount(4);
    await expect(banner().getByText(/^\d+\.\d \/ 214\.6 GiB$/)).toBeVisible();
    const inner = await banner().evaluate((bar) =>
      [...bar.querySelectorAll('button, .ada-vram-number')].map((one) => one.getBoundingClientRect().right),
    );
    expect(Math.max(...inner), `${width} px`).toBeLessThanOrEqual(width);
    expect(await hostButton().evaluate((button) => button.scrollWidth - button.clientWidth), `${width} px`).toBeLessThanOrEqual(0);
  }
  await banner().getByRole('button', { name: 'VRAM of GPU 3: show GPU' }).click();
  await panel.screenshot('gpu-four-top-bar');
  await repairLab(panel, 'four-gpus');
});

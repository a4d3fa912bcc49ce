import { expect, test } from '@playwright/test';
import { overviewPage } from '../pages/overview.ts';
import { panelWindow } from '../pages/window.ts';
import { tabStops } from '../support/accessibility.ts';
import { breakLab, repairLab, resize, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel();
const { banner, dialog, heading, region, vramReading } = panelWindow(() => shared().page);
const { component } = overviewPage(() => shared().page);

test.beforeAll(async () => {
  await resize(shared(), 1280, 1000);
  await expect(vramReading()).toBeVisible();
  await expect(component('InvokeAI')).toContainText('Running');
});

test('every link of the chain, every figure and the top bar lead to their pages', async () => {
  const { page } = shared();
  for (const [label, place] of [
    ['Lab', 'Settings'],
    ['RTX 6000 Ada', 'GPU'],
    ['InvokeAI', 'Services'],
    ['nginx', 'Services'],
    ['Gateway', 'Gateway'],
  ] as const) {
    await shared().goTo('Overview');
    await component(label)
      .getByRole('button', { name: new RegExp(`^${label}`) })
      .press('Enter');
    await expect(heading(place)).toBeVisible();
    if (place === 'Services') await expect(dialog(new RegExp(`^${label === 'InvokeAI' ? 'invokeai' : label} `))).toBeVisible();
    await page.keyboard.press('Escape');
  }
  for (const figure of ['VRAM', 'GPU load', 'Power', 'Temperature']) {
    await shared().goTo('Overview');
    // Anywhere on the card.
    await region(figure).click({ position: { x: 120, y: 60 } });
    await expect(heading('GPU')).toBeVisible();
  }
  await shared().goTo('Overview');
  await banner().getByRole('button', { name: 'VRAM: show GPU' }).press('Enter');
  await expect(heading('GPU')).toBeVisible();
  await banner()
    .getByRole('button', { name: /^Gateway/ })
    .press('Enter');
  await expect(heading('Gateway')).toBeVisible();
});

test('shows what runs now and the disk, and leads to Models', async () => {
  await shared().goTo('Overview');
  // The lab's InvokeAI works through its queue.
  const job = region('Now').getByRole('button', { name: /InvokeAI: / });
  await expect(job).toBeVisible();
  await expect(job.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /\d/);
  await expect(region('Now').getByRole('button', { name: /GiB free of .* \(\d+ %\)/ })).toBeVisible();
  await region('Now')
    .getByRole('button', { name: /Disk of the models/ })
    .press('Enter');
  await expect(heading('Models')).toBeVisible();
  await shared().goTo('Overview');
  const stops = await tabStops(shared().page);
  expect(stops.filter((name) => name === '')).toEqual([]);
});

test('lists what happened since the last look, and leads there', async () => {
  const { page } = shared();
  await expect(region('Since you last looked')).not.toContainText('gpu_heavy');
  // The incidents of a host that has just connected are read at once.
  await expect(region('Since you last looked')).not.toContainText('not connected');
  await breakLab(shared(), 'nginx-down');
  const entry = region('Since you last looked').getByRole('button', { name: /^gpu_heavy: unreachable/ });
  await expect(entry.first()).toBeVisible();
  await repairLab(shared(), 'nginx-down');
  await expect(component('nginx')).toContainText('Running');
  await entry.first().press('Enter');
  await expect(heading('Gateway')).toBeVisible();
  await shared().goTo('Overview');
  // After a look that began later, the same is no news.
  await page.addInitScript(() => localStorage.setItem('ada.looked', JSON.stringify({ sinceMs: Date.now(), lookedAtMs: Date.now() })));
  await page.reload();
  await expect(region('Since you last looked')).toContainText(/No events recorded|responding/);
  await expect(region('Since you last looked')).not.toContainText('unreachable');
});

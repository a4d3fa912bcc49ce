import { expect, test } from '@playwright/test';
import { PLACES, panelWindow } from '../pages/window.ts';
import { beginShiftCount, shiftsSince } from '../support/layout-shift.ts';
import { breakLab, repairLab, resize, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel({ args: ['--lab'], hasPast: true });
const { alert, statusBar, vramReading } = panelWindow(() => shared().page);

/** Where the problem is shown while it lasts. */
const SHOWS_PROBLEM: ReadonlySet<string> = new Set(['Overview', 'Gateway']);
const SAMPLES = 5;

/** Resolves when so many batches of samples have arrived since it was called. */
const samples = (count: number): Promise<void> =>
  shared().page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        let left = wanted;
        const stop = window.ada.gpu.onSamples(() => {
          left -= 1;
          if (left > 0) return;
          stop();
          resolve();
        });
      }),
    count,
  );

/** The number of all notices. */
const notices = async (): Promise<number> => Number(/(\d+) notices?/.exec((await statusBar().textContent()) ?? '')?.[1] ?? 0);

for (const width of [1280, 1024]) {
  test(`a notice that comes and goes and readings move nothing on any page, at ${width} px`, async () => {
    await expect(vramReading()).toBeVisible();
    await resize(shared(), width, 800);
    for (const place of PLACES) {
      await shared().goTo(place);
      // What fills a page comes a moment after it.
      await samples(SAMPLES);
      const before = await notices();
      await beginShiftCount(shared().page);
      await breakLab(shared(), 'shim-down');
      await expect.poll(notices).toBeGreaterThan(before);
      if (SHOWS_PROBLEM.has(place)) await expect(alert()).toBeVisible();
      const during = await notices();
      await repairLab(shared(), 'shim-down');
      await samples(SAMPLES);
      await expect.poll(notices).toBeGreaterThan(during);
      if (SHOWS_PROBLEM.has(place)) await expect(alert()).toHaveCount(0);
      expect.soft(await shiftsSince(shared().page), place).toEqual([]);
    }
  });
}

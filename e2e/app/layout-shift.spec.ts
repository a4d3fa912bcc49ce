import { expect, test } from '@playwright/test';
import { PLACES, panelWindow } from '../pages/window.ts';
import { beginShiftCount, shiftsSince } from '../support/layout-shift.ts';
import { breakLab, repairLab, resize, sharedPanel } from '../support/shared-panel.ts';

const shared = sharedPanel({ args: ['--lab'], hasPast: true });
const { alert, statusBar, vramReading } = panelWindow(() => shared().page);

/** Where the problem is shown while it lasts. */
const SHOWS_PROBLEM: ReadonlySet<string> = new Set(['Overview', 'Gateway']);
const SAMPLES = 3;
/** Pages that are laid out otherwise at 1024 px. */
const NARROWED = ['Overview', 'GPU', 'Services', 'Playground', 'Gateway'] as const;

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

let isBroken = false;

/** Breaks or repairs, and waits for the notice of it, and on some pages for the problem. */
async function change(place: string): Promise<void> {
  const before = await notices();
  await (isBroken ? repairLab : breakLab)(shared(), 'shim-down');
  isBroken = !isBroken;
  await expect.poll(notices).toBeGreaterThan(before);
  if (SHOWS_PROBLEM.has(place)) await expect(alert()).toHaveCount(isBroken ? 1 : 0);
}

// A page sees the notice come at one width and go at the other, and where the problem is shown both at both.
for (const [turn, width] of [1280, 1024].entries()) {
  test(`a notice that comes and goes and readings move nothing on ${width === 1280 ? 'any page' : 'pages that change'} at ${width} px`, async () => {
    await expect(vramReading()).toBeVisible();
    await resize(shared(), width, 800);
    await shared().goTo('Overview');
    if (isBroken !== (turn === 1)) await change('Overview');
    for (const place of width === 1280 ? PLACES : NARROWED) {
      await shared().goTo(place);
      // What fills a page comes a moment after it.
      await samples(SAMPLES);
      await beginShiftCount(shared().page);
      await change(place);
      await samples(SAMPLES);
      if (SHOWS_PROBLEM.has(place)) await change(place);
      expect.soft(await shiftsSince(shared().page), place).toEqual([]);
    }
  });
}

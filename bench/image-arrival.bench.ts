import type { Page } from '@playwright/test';
import { launchPanel } from '../e2e/support/panel.ts';
import { type Bench, type Figure, quantile } from './result.ts';

const IMAGES = 20;
const MAX_FRAME_MS = 50;

// Text, because what loads this file gives its functions helpers that the page does not have.
const BEGIN = `{
  const gaps = [];
  globalThis.adaGaps = gaps;
  globalThis.adaLongTasks = 0;
  new PerformanceObserver((list) => { globalThis.adaLongTasks += list.getEntries().length; }).observe({ entryTypes: ['longtask'] });
  let before = performance.now();
  const frame = (at) => {
    // A frame of three refreshes is 50 ms and a rounding error.
    gaps.push(Math.round((at - before) * 10) / 10);
    before = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame((at) => { before = at; requestAnimationFrame(frame); });
}`;
const TAKE = 'globalThis.adaGaps.splice(0)';
const fault = (name: string): string => `window.ada.hosts.labFault({ hostId: 'lab', fault: '${name}', on: true })`;
/** Starts a run through the gateway; resolves when it is done, on the Playground when its image is on the screen. */
const run = (seed: number): string => `new Promise((resolve, reject) => {
  const parameters = { prompt: 'image ${seed}', negativePrompt: '', width: 1024, height: 1024, steps: 20, guidance: 6,
    seed: ${seed}, model: 'Juggernaut XL v9', scheduler: null, count: 1 };
  const shown = () => {
    if (document.querySelector('.play-run [aria-label="image ${seed}"][data-natural="1024x1024"]') === null) requestAnimationFrame(shown);
    else resolve(null);
  };
  const stop = window.ada.images.onRunChanged(({ value: changed }) => {
    if (changed.parameters.seed !== ${seed} || ['waiting', 'running'].includes(changed.phase.kind)) return;
    stop();
    if (changed.phase.kind === 'done' && document.querySelector('.play-run') === null) resolve(null);
    else if (changed.phase.kind === 'done') shown();
    else reject(new Error(JSON.stringify(changed.phase)));
  });
  window.ada.images.start({ hostId: 'lab', value: { route: 'gateway', parameters } }).then(({ ok, error }) => ok || reject(new Error(JSON.stringify(error))));
})`;

const gapsOf = async (page: Page): Promise<readonly number[]> => (await page.evaluate(TAKE)) as readonly number[];

function figure(loaded: readonly number[], elsewhere: readonly number[], longTasks: number): Figure {
  const worst = Math.max(...loaded);
  const over = (gaps: readonly number[]): number => gaps.filter((gap) => gap > MAX_FRAME_MS).length;
  return {
    name: `${IMAGES} images of 1024² arriving: worst frame`,
    value: worst,
    unit: 'ms',
    peer: Math.max(...elsewhere),
    ratio: null,
    target: `no frame over ${MAX_FRAME_MS} ms`,
    ok: worst <= MAX_FRAME_MS,
    said: `${loaded.length} frames, ${over(loaded)} over ${MAX_FRAME_MS} ms, p99 ${quantile(loaded, 0.99).toFixed(0)} ms; ${longTasks} tasks of the page itself over 50 ms; the same runs with another page open: ${elsewhere.length} frames, ${over(elsewhere)} over, p99 ${quantile(elsewhere, 0.99).toFixed(0)} ms`,
  };
}

export const bench: Bench = {
  name: 'image-arrival',
  unavailable: () => null,
  run: async () => {
    const panel = await launchPanel({ args: ['--lab'] });
    try {
      const { page } = panel;
      await page
        .getByText(/\d+\.\d \/ 45\.0 GiB/)
        .first()
        .waitFor();
      for (const name of ['nobody-else', 'images-take-1-s']) await page.evaluate(fault(name));
      await panel.goTo('Playground');
      await page.getByText(/slots free/).waitFor({ timeout: 60_000 });
      await page.evaluate(run(1));
      await page.evaluate<void>(BEGIN);
      // What the machine does to frames while images are made, without one on the screen.
      await panel.goTo('Settings');
      await gapsOf(page);
      for (let seed = 2; seed < 2 + IMAGES; seed += 1) await page.evaluate(run(seed));
      const elsewhere = await gapsOf(page);
      await panel.goTo('Playground');
      await page.evaluate(run(100));
      await gapsOf(page);
      await page.evaluate('globalThis.adaLongTasks = 0');
      for (let seed = 101; seed < 101 + IMAGES; seed += 1) await page.evaluate(run(seed));
      return [figure(await gapsOf(page), elsewhere, Number(await page.evaluate('globalThis.adaLongTasks')))];
    } finally {
      await panel.close();
    }
  },
};

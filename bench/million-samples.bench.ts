import { launchPanel } from '../e2e/support/panel.ts';
import { type Heap, measureHeap } from './heap.ts';
import { pause } from './real-peer.ts';
import { type Bench, type Figure, slope } from './result.ts';

const SAMPLES = 1_000_000;
const WARM_UP = 250_000;
const CHECK_INTERVAL_MS = 2_000;
/** A growth of less than this over a million samples (eleven days at one a second) is noise of the collector. */
const FLAT_MIB = 8;

// Text, because what loads this file gives its functions helpers that the page does not have.
const COUNT = `{
  globalThis.adaSamples = 0;
  window.ada.gpu.onSamples(({ value: batches }) => {
    for (const { rows } of batches) globalThis.adaSamples += rows.length;
  });
}`;
const flood = (on: boolean): string => `window.ada.hosts.labFault({ hostId: 'lab', fault: 'sample-flood', on: ${on} })`;

interface Reading extends Heap {
  readonly millions: number;
}

/** MiB that a million samples leave behind, by the looks after the warm-up. */
function figure(process: string, readings: readonly Reading[], of: (check: Reading) => number): Figure {
  const growth = slope(readings.map((check) => [check.millions, of(check)] as const));
  const sizes = readings.map(of);
  return {
    name: `1,000,000 samples: growth of ${process}`,
    value: growth,
    unit: 'MiB',
    peer: null,
    ratio: null,
    target: `flat: under ${FLAT_MIB} MiB a million`,
    ok: growth < FLAT_MIB,
    said: `least squares over ${readings.length} looks after ${WARM_UP / 1000}k samples; live heap ${Math.min(...sizes).toFixed(1)} to ${Math.max(...sizes).toFixed(1)} MiB`,
  };
}

export const bench: Bench = {
  name: 'million-samples',
  unavailable: () => null,
  run: async () => {
    const panel = await launchPanel({ args: ['--js-flags=--expose-gc', '--lab'] });
    try {
      const { page } = panel;
      await panel.goTo('GPU');
      await page
        .getByText(/\d+\.\d \/ 45\.0 GiB/)
        .first()
        .waitFor();
      const session = await page.context().newCDPSession(page);
      const rowWidth = Number(
        await page.evaluate(
          'new Promise((done) => { const stop = window.ada.gpu.onSamples(({ value: [batch] }) => { stop(); done(batch.rows.length); }); })',
        ),
      );
      await page.evaluate<void>(COUNT);
      await page.evaluate(flood(true));
      const readings: Reading[] = [];
      for (;;) {
        await pause(CHECK_INTERVAL_MS);
        const samples = Number(await page.evaluate('globalThis.adaSamples')) / rowWidth;
        const heap = await measureHeap(panel, session);
        if (samples >= WARM_UP) readings.push({ millions: samples / 1e6, ...heap });
        if (samples >= SAMPLES) break;
      }
      await page.evaluate(flood(false));
      return [figure('the main process', readings, (check) => check.mainMiB), figure('the window', readings, (check) => check.rendererMiB)];
    } finally {
      await panel.close();
    }
  },
};

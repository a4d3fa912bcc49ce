import { launchPanel } from '../e2e/support/panel.ts';
import { pause } from './real-peer.ts';
import type { Bench } from './result.ts';

const SECONDS = 60;
const LINES_PER_SECOND = 10_000;

interface Probe {
  /** Between two frames, ms. */
  readonly worstFrameMs: number;
  readonly framesOver50Ms: number;
  readonly frames: number;
  readonly received: number;
  readonly lastNumber: number;
  readonly outOfOrder: number;
}

// Text, because what loads this file gives its functions helpers that the page does not have.
const BEGIN = `{
  const probe = { worstFrameMs: 0, framesOver50Ms: 0, frames: 0, received: 0, lastNumber: 0, outOfOrder: 0 };
  globalThis.adaProbe = probe;
  window.ada.journal.onEntries(({ value: { json } }) => {
    for (const found of json.matchAll(/"text":"flood line (\\d+) /g)) {
      probe.received += 1;
      if (Number(found[1]) !== probe.lastNumber + 1) probe.outOfOrder += 1;
      probe.lastNumber = Number(found[1]);
    }
  });
  let before = performance.now();
  const frame = (at) => {
    probe.frames += 1;
    probe.worstFrameMs = Math.max(probe.worstFrameMs, at - before);
    if (at - before > 50) probe.framesOver50Ms += 1;
    before = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame((at) => { before = at; requestAnimationFrame(frame); });
}`;
const flood = (on: boolean): string => `window.ada.hosts.labFault({ hostId: 'lab', fault: 'log-flood', on: ${on} })`;
/** The last numbered line that the host itself has. */
const LAST_ON_HOST = `window.ada.journal
  .range({ hostId: 'lab', value: { units: ['invokeai.service'], fromMs: Date.now() - 120000, toMs: Date.now() + 60000, count: 500 } })
  .then(({ value }) => Math.max(...value.map(({ text }) => Number(/^flood line (\\d+) /.exec(text)?.[1] ?? 0))))`;
/** Resolves when the line has arrived, or after two minutes, when it counts as lost. The page allows no script that is made from text later. */
const arrived = (number: number): string => `new Promise((done) => {
  const endsAt = performance.now() + 120000;
  const look = () => globalThis.adaProbe.lastNumber >= ${number} || performance.now() > endsAt ? done() : requestAnimationFrame(look);
  look();
})`;

export const bench: Bench = {
  name: 'log-flood',
  unavailable: () => null,
  run: async () => {
    const panel = await launchPanel({ args: ['--lab'] });
    try {
      const { page } = panel;
      await panel.goTo('Logs');
      await page.getByText(/Live · \d+ services/).waitFor();
      await page.evaluate<void>(BEGIN);
      await page.evaluate(flood(true));
      await pause(SECONDS * 1000);
      // Only frames under load count.
      const loaded = { ...((await page.evaluate('globalThis.adaProbe')) as Probe) };
      await page.evaluate(flood(false));
      const onHost = Number(await page.evaluate(LAST_ON_HOST));
      await page.evaluate<void>(arrived(onHost));
      const probe = (await page.evaluate('globalThis.adaProbe')) as Probe;
      const lost = onHost - probe.received;
      return [
        {
          name: '10,000 log lines a second: worst frame',
          value: loaded.worstFrameMs,
          unit: 'ms',
          peer: null,
          ratio: null,
          target: 'no frame over 50 ms while at least 9 of 10 lines arrive',
          ok: loaded.worstFrameMs <= 50 && loaded.received >= SECONDS * LINES_PER_SECOND * 0.9,
          said: `${SECONDS} s, ${loaded.frames} frames, ${loaded.framesOver50Ms} over 50 ms; ${loaded.received} lines had arrived`,
        },
        {
          name: '10,000 log lines a second: lost or out of order',
          value: lost + probe.outOfOrder,
          unit: 'lines',
          peer: null,
          ratio: null,
          target: 'none',
          ok: lost === 0 && probe.outOfOrder === 0 && onHost >= SECONDS * LINES_PER_SECOND * 0.9,
          said: `the host wrote ${onHost} lines, ${probe.received} arrived`,
        },
      ];
    } finally {
      await panel.close();
    }
  },
};

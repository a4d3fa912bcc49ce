import { connect, createServer, type Socket } from 'node:net';
import { until } from '../e2e/integration/panel.ts';
import { launchPanel } from '../e2e/support/panel.ts';
import { type Heap, measureHeap } from './heap.ts';
import { startLabProcess } from './lab-process.ts';
import { type Bench, type Figure, slope } from './result.ts';

/** An hour of polls, one every two seconds. */
const POLLS = 1800;
const WARM_UP = 300;
const SAMPLE_EVERY = 100;
/** Slower growth than this is noise of the collector. */
const FLAT_MIB = 4;
const HANGS_FOR_MS = 30_000;
const REQUEST_INTERVAL_MS = 20;
/** The one that is asked, and for a moment the one before it that was just given up. */
const MAX_IN_FLIGHT = 2;

interface Reading extends Heap {
  readonly hours: number;
}

/** Polls in turn: as many as asked for, each told to the page as always. Text, for the page. */
const poll = (count: number): string =>
  `(async () => { for (let i = 0; i < ${count}; i += 1) await window.ada.gateway.refresh({ hostId: 'lab', value: undefined }); })()`;

async function hourOfPolls(): Promise<readonly Reading[]> {
  const panel = await launchPanel({ args: ['--js-flags=--expose-gc', '--lab'] });
  try {
    const { page } = panel;
    await panel.goTo('Gateway');
    await page.getByRole('region', { name: 'Slots', exact: true }).getByRole('row').first().waitFor({ timeout: 60_000 });
    const session = await page.context().newCDPSession(page);
    const readings: Reading[] = [];
    for (let polls = 0; polls < WARM_UP + POLLS; polls += SAMPLE_EVERY) {
      await page.evaluate(poll(SAMPLE_EVERY));
      if (polls >= WARM_UP) readings.push({ hours: (polls - WARM_UP) / POLLS, ...(await measureHeap(panel, session)) });
    }
    return readings;
  } finally {
    await panel.close();
  }
}

function growth(process: string, readings: readonly Reading[], of: (check: Reading) => number): Figure {
  const value = slope(readings.map((check) => [check.hours, of(check)] as const));
  const sizes = readings.map(of);
  return {
    name: `gateway polled for an hour: growth of ${process}`,
    value,
    unit: 'MiB',
    peer: null,
    ratio: null,
    target: `flat: under ${FLAT_MIB} MiB an hour`,
    ok: value < FLAT_MIB,
    said: `least squares over ${readings.length} looks in ${POLLS} polls, after ${WARM_UP}; live heap ${Math.min(...sizes).toFixed(1)} to ${Math.max(...sizes).toFixed(1)} MiB`,
  };
}

/** How many connections to the gateway are open at most while it hangs and is asked again and again. */
async function pileUp(): Promise<Figure> {
  const lab = await startLabProcess();
  const open = new Set<Socket>();
  let most = 0;
  let requested = 0;
  const target = Number(new URL(lab.gateway.address).port);
  const counter = createServer((socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    const onward = connect(target, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward])
      end
        .on('error', () => {})
        .once('close', () => {
          open.delete(socket);
          socket.destroy();
          onward.destroy();
        });
  });
  await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve));
  const address = counter.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const panel = lab.openPanel({ gatewayAddress: `https://127.0.0.1:${port}` });
  try {
    await until(() => panel.gateway.state().phase.kind === 'live', 'the gateway');
    lab.break('gateway-hanging');
    await until(() => panel.gateway.state().phase.kind === 'failing', 'the gateway hanging');
    most = open.size;
    const timer = setInterval(() => {
      requested += 1;
      void panel.gateway.refresh();
    }, REQUEST_INTERVAL_MS);
    await new Promise((resolve) => setTimeout(resolve, HANGS_FOR_MS));
    clearInterval(timer);
    return {
      name: 'gateway that hangs: open connections at most',
      value: most,
      unit: '',
      peer: null,
      ratio: null,
      target: '≤ 2: the current one and the one just aborted',
      ok: most <= MAX_IN_FLIGHT,
      said: `refreshed ${requested} times in ${HANGS_FOR_MS / 1000} s`,
    };
  } finally {
    panel.dispose();
    lab.end();
    counter.close();
    for (const socket of open) socket.destroy();
  }
}

export const bench: Bench = {
  name: 'gateway-hour',
  unavailable: () => null,
  run: async () => {
    const readings = await hourOfPolls();
    return [
      growth('the main process', readings, (check) => check.mainMiB),
      growth('the window', readings, (check) => check.rendererMiB),
      await pileUp(),
    ];
  },
};

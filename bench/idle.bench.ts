import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gone, startElectron } from './electron-process.ts';
import { describeUse, measureUse, sumOfUse } from './process-use.ts';
import { pause } from './real-peer.ts';
import type { Bench, Figure } from './result.ts';

const PEERS = join(import.meta.dirname, 'peers');
const START_TIMEOUT_MS = 60_000;
const SECONDS = 30;
/** What a start still has to do after the first paint is not idling: V8 goes on compiling for a minute. */
const SETTLE_MS = 90_000;
const HIDE_SETTLE_MS = 10_000;

const MAX_SHOWN_PERCENT = 3;
const MAX_HIDDEN_PERCENT = 1;
const MAX_MEMORY_RATIO = 1.6;

type Uses = Awaited<ReturnType<typeof measureUse>>;
interface Measured {
  readonly shown: Uses;
  readonly hidden: Uses;
}

/** Starts the app, waits for the line that begins with `painted`, and measures it shown and hidden. */
async function measure(appFolder: string, args: readonly string[], painted: string): Promise<Measured> {
  let child: ReturnType<typeof startElectron> | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no "${painted}" within a minute`)), START_TIMEOUT_MS);
      const onLine = (line: string): void => {
        if (!line.startsWith(painted)) return;
        clearTimeout(timer);
        resolve();
      };
      child = startElectron(appFolder, args, onLine, { NODE_OPTIONS: `--require ${join(PEERS, 'hide-on-signal.cjs')}` });
    });
    return await measureStarted(child);
  } finally {
    if (child !== null) await end(child);
  }
}

async function end(child: ReturnType<typeof startElectron>): Promise<void> {
  child.kill();
  await gone(child);
}

async function measureStarted(child: ReturnType<typeof startElectron> | null): Promise<Measured> {
  const pid = child?.pid;
  if (child === null || pid === undefined) throw new Error('nothing was started');
  await pause(SETTLE_MS);
  const shown = await measureUse(pid, SECONDS);
  child.kill('SIGUSR2');
  await pause(HIDE_SETTLE_MS);
  return { shown, hidden: await measureUse(pid, SECONDS) };
}

async function measurePanel(): Promise<Measured> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
  try {
    const args = ['--lab', '--lab-past=none', `--data-folder=${dataFolder}`, '--print-paints'];
    return await measure(join(import.meta.dirname, '..'), args, 'painted live-sample');
  } finally {
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

const measurePeer = (): Promise<Measured> => measure(join(PEERS, 'empty-window'), ['--stay'], 'painted');

function cpuFigure(name: string, uses: Uses, peer: Uses, most: number): Figure {
  const value = sumOfUse(uses).cpuPercent;
  const reference = sumOfUse(peer).cpuPercent;
  return {
    name,
    value,
    unit: '% of a core',
    peer: reference,
    ratio: null,
    target: `≤ ${most} %`,
    ok: value <= most,
    said: `all processes over ${SECONDS} s, lab not counted: ${describeUse(uses, (use) => use.cpuPercent, 2)}`,
  };
}

export const bench: Bench = {
  name: 'idle',
  unavailable: () => (process.platform === 'linux' ? null : 'CPU time is read from /proc'),
  run: async () => {
    const peer = await measurePeer();
    const ours = await measurePanel();
    const memory = sumOfUse(ours.shown).residentMiB;
    const reference = sumOfUse(peer.shown).residentMiB;
    const ownMiB = sumOfUse(ours.shown).privateMiB;
    return [
      cpuFigure('idle on Overview: CPU', ours.shown, peer.shown, MAX_SHOWN_PERCENT),
      cpuFigure('idle, window hidden: CPU', ours.hidden, peer.hidden, MAX_HIDDEN_PERCENT),
      {
        name: 'idle on Overview: memory',
        value: memory,
        unit: 'MiB',
        peer: reference,
        ratio: memory / reference,
        target: `≤ ${MAX_MEMORY_RATIO} × an empty window`,
        ok: memory <= MAX_MEMORY_RATIO * reference,
        said: `resident in all processes: ${describeUse(ours.shown, (use) => use.residentMiB, 0)}; of no other process ${ownMiB.toFixed(0)} against ${sumOfUse(peer.shown).privateMiB.toFixed(0)} MiB`,
      },
    ];
  },
};

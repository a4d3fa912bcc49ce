import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type CDPSession, type Page } from '@playwright/test';
import { launchPanel } from '../e2e/support/panel.ts';
import { GPU_UUID } from '../lab/base/gpu.ts';
import { findRuntime } from '../scripts/runtime.mjs';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../shared/gpu-metrics.ts';
import { type Bench, median, quantile } from './result.ts';
import { makeDataFolder, makeRows } from './stored-history.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const SAMPLES = 48 * 3600;
const OPENINGS = 7;
const UPDATES = 30;
const RANGE_MS = 48 * 3_600_000;
/** VRAM, load, memory load, power, temperature, both clocks, fan. */
const LINES = 8;

// Scripts of the page are text: what loads this file gives its functions helpers that the page does not have.
const PAINTED = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))';
const NEXT_SAMPLE = `new Promise((done) => {
  const stop = window.ada.gpu.onSamples(() => { stop(); ${PAINTED}.then(done); });
})`;
/** Clicks on GPU; ms until all lines have been on the screen. */
const OPEN_PAGE = `new Promise((done) => {
  const link = [...document.querySelectorAll('nav a, nav button')].find((one) => one.textContent.trim() === 'GPU');
  const startedAt = performance.now();
  link.click();
  const look = () => {
    const drawn = [...document.querySelectorAll('.ada-chart-line')].filter((path) => path.getAttribute('d').length > 2000);
    if (drawn.length < ${LINES}) requestAnimationFrame(look);
    else ${PAINTED}.then(() => done(performance.now() - startedAt));
  };
  look();
})`;

/** Work of the page's main thread since it began, ms. */
async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
}

/** Main-thread work of each of `count` rounds of `act`, ms. */
async function workOf(page: Page, count: number, act: () => Promise<void>): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const work: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const before = await taskMs(session);
    await act();
    work.push((await taskMs(session)) - before);
  }
  await session.detach();
  return work;
}

interface Measured {
  readonly openMs: readonly number[];
  readonly updateMs: readonly number[];
}

async function measurePanel(): Promise<Measured> {
  const dataFolder = makeDataFolder({
    hosts: [],
    hostId: 'lab',
    gpuUuid: GPU_UUID,
    samples: SAMPLES,
    last: { page: 'overview', hostId: null, gpuRangeMs: RANGE_MS },
  });
  const panel = await launchPanel({ args: ['--lab'], dataFolder });
  try {
    const { page } = panel;
    await page
      .getByText(/\d+\.\d \/ 45\.0 GiB/)
      .first()
      .waitFor();
    const openMs: number[] = [];
    for (let round = -1; round < OPENINGS; round += 1) {
      const elapsed = Number(await page.evaluate(OPEN_PAGE));
      // The first loads the page's code, which the peer has loaded before its clock starts.
      if (round >= 0) openMs.push(elapsed);
      await panel.goTo('Settings');
    }
    await panel.goTo('GPU');
    const nextSample = () => page.evaluate<void>(NEXT_SAMPLE);
    await nextSample();
    const updateMs = await workOf(page, UPDATES, nextSample);
    return { openMs, updateMs };
  } finally {
    await panel.close();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measurePeer(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
  const rows = makeRows(Date.now() - SAMPLES * 1000, 0, SAMPLES);
  const metrics = ['memoryUsedMiB', 'utilizationGpuPercent', 'powerDrawW', 'temperatureC'] as const;
  const columns = new Float64Array(SAMPLES * 5);
  for (let i = 0; i < SAMPLES; i += 1) {
    columns[i] = (rows[i * GPU_ROW_WIDTH] ?? 0) / 1000;
    for (const [c, metric] of metrics.entries())
      columns[(c + 1) * SAMPLES + i] = rows[i * GPU_ROW_WIDTH + 1 + GPU_METRICS.indexOf(metric)] ?? Number.NaN;
  }
  writeFileSync(join(folder, 'rows'), columns);
  const app = await _electron.launch({
    executablePath: findRuntime()?.executable ?? 'electron',
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), join(HERE, 'peers', 'uplot'), `--rows=${join(folder, 'rows')}`],
  });
  try {
    const page = await app.firstWindow();
    await page.waitForLoadState('load');
    const openMs: number[] = [];
    for (let round = -1; round < OPENINGS; round += 1) {
      const elapsed = await page.evaluate('openCharts()');
      if (round >= 0) openMs.push(Number(elapsed));
    }
    const updateMs = await workOf(page, UPDATES, () => page.evaluate('addSample(), painted().then(() => undefined)'));
    return { openMs, updateMs };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const bench: Bench = {
  name: 'gpu-page',
  unavailable: () => null,
  run: async () => {
    const peer = await measurePeer();
    const ours = await measurePanel();
    const [open, peerOpen] = [median(ours.openMs), median(peer.openMs)];
    const [update, peerUpdate] = [median(ours.updateMs), median(peer.updateMs)];
    return [
      {
        name: 'GPU page, 48 h: open',
        value: open,
        unit: 'ms',
        peer: peerOpen,
        ratio: open / peerOpen,
        target: '≤ 2 × uPlot with all points',
        ok: open <= 2 * peerOpen,
        said: `median of ${OPENINGS}: click to the second frame with all ${LINES} lines, store and IPC included; uPlot: file read, 4 lines`,
      },
      {
        name: 'GPU page, 48 h: one update',
        value: update,
        unit: 'ms',
        peer: peerUpdate,
        ratio: update / peerUpdate,
        target: '≤ 12 ms and ≤ 0.4 × uPlot with all points',
        ok: update <= 12 && update <= 0.4 * peerUpdate,
        said: `main-thread work a new sample costs the whole page, median of ${UPDATES}; p95 ${quantile(ours.updateMs, 0.95).toFixed(1)} ms`,
      },
    ];
  },
};

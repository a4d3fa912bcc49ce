import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { launchPanel } from '../e2e/support/panel.ts';
import type { HostProfile } from '../shared/capabilities/hosts/contract.ts';
import { fillGallery } from './gallery-folder.ts';
import { type Bench, type Figure, median, quantile } from './result.ts';
import { makeDataFolder } from './stored-history.ts';

const MANY = 20_000;
const FEW = 100;
const SCROLLED = 500;
const ROUNDS = 3;
const MAX_FRAME_MS = 100;
const MAX_MORE_MIB = 300;
const AWAY: HostProfile = {
  ...{ id: 'away', kind: 'ssh', label: 'away', hostName: '127.0.0.1', port: 9, user: 'operator' },
  ...{ identityFiles: [], useAgent: false },
};

// Text, because what loads this file gives its functions helpers that the page does not have.
const FIRST_THUMBNAIL = `[...document.querySelectorAll('.play-gallery img')].some((image) => image.complete && image.naturalWidth > 0)`;
const WATCH_FRAMES = `{
  globalThis.adaGaps = [];
  globalThis.adaLongest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.adaLongest = Math.max(globalThis.adaLongest, duration);
  }).observe({ entryTypes: ['longtask'] });
  let before = performance.now();
  const frame = (at) => { globalThis.adaGaps.push(at - before); before = at; requestAnimationFrame(frame); };
  requestAnimationFrame((at) => { before = at; requestAnimationFrame(frame); });
}`;
const TAKE_FRAMES = 'globalThis.adaGaps.splice(0)';
const IS_READ = `window.ada.gallery.find({ search: '', offset: 0, limit: 1 }).then(({ ok, value }) => ok && value.indexing === null && value.total)`;
/** Resolves at the first frame in which the expression is true. */
const once = (expression: string): string =>
  `new Promise((resolve) => { const look = async () => ((await (${expression})) ? resolve(null) : requestAnimationFrame(look)); void look(); })`;
/** Half a screen after the other, until so many thumbnails were drawn or the end is reached. */
const scrollBy = (count: number): string => `(async () => {
  const main = document.getElementById('main');
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const seen = new Set();
  while (seen.size < ${count}) {
    for (const image of document.querySelectorAll('.play-gallery img')) {
      for (let frames = 0; frames < 300 && image.isConnected && !image.complete; frames += 1) await frame();
      if (image.complete && image.naturalWidth > 0) seen.add(image.src);
    }
    const before = main.scrollTop;
    main.scrollTop += main.clientHeight / 2;
    await frame();
    await frame();
    if (main.scrollTop === before) break;
  }
  return seen.size;
})()`;

interface Seen {
  readonly firstThumbnailMs: number;
  /** Until the index knows every image. */
  readonly readMs: number;
  readonly gaps: readonly number[];
  /** The longest task of the page itself. */
  readonly longestTaskMs: number;
  /** The longest that the main process did not come round to anything else. */
  readonly mainStallMs: number;
}

type Panel = Awaited<ReturnType<typeof launchPanel>>;

async function open(dataFolder: string, use: (panel: Panel) => Promise<void> = async () => undefined): Promise<Seen> {
  const startedAt = performance.now();
  const panel = await launchPanel({ args: [], dataFolder });
  try {
    const { app, page } = panel;
    await app.evaluate(() => {
      const stalls = { worst: 0 };
      Object.assign(globalThis, { adaStalls: stalls });
      let before = performance.now();
      setInterval(() => {
        const now = performance.now();
        stalls.worst = Math.max(stalls.worst, now - before - 10);
        before = now;
      }, 10);
    });
    await page.evaluate(once(FIRST_THUMBNAIL));
    const firstThumbnailMs = performance.now() - startedAt;
    await page.evaluate<void>(WATCH_FRAMES);
    await page.evaluate(once(IS_READ));
    const readMs = performance.now() - startedAt;
    const gaps = (await page.evaluate(TAKE_FRAMES)) as readonly number[];
    const mainStallMs = await app.evaluate(() => Number(Reflect.get(Reflect.get(globalThis, 'adaStalls'), 'worst')));
    await use(panel);
    const longestTaskMs = Number(await page.evaluate('globalThis.adaLongest'));
    return { firstThumbnailMs, readMs, gaps, longestTaskMs, mainStallMs };
  } finally {
    await panel.close();
  }
}

/** Resident memory of all processes of the panel after `count` thumbnails were in sight; throws where fewer were drawn. */
async function scrolled({ app, page }: Panel, count: number): Promise<{ readonly mib: number; readonly gaps: readonly number[] }> {
  await page.evaluate(TAKE_FRAMES);
  const drawn = Number(await page.evaluate(scrollBy(count)));
  if (drawn < count) throw new Error(`${drawn} of ${count} thumbnails were drawn`);
  const gaps = (await page.evaluate(TAKE_FRAMES)) as readonly number[];
  const kib = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().reduce((sum, { memory }) => sum + memory.workingSetSize, 0),
  );
  return { mib: kib / 1024, gaps };
}

const dataFolderWith = (count: number): string => {
  const last = { page: 'playground', hostId: AWAY.id, gpuRangeMs: 900_000 };
  const folder = makeDataFolder({ hosts: [AWAY], hostId: AWAY.id, gpuUuid: 'GPU-bench', samples: 60, last });
  fillGallery(folder, count);
  return folder;
};
const loseIndex = (dataFolder: string): void => {
  rmSync(join(dataFolder, 'gallery', 'index.json'), { force: true });
};
const over = (gaps: readonly number[]): number => gaps.filter((gap) => gap > MAX_FRAME_MS).length;

export const bench: Bench = {
  name: 'gallery',
  unavailable: () => null,
  run: async () => {
    const many = dataFolderWith(MANY);
    const few = dataFolderWith(FEW);
    const lost: Seen[] = [];
    const kept: Seen[] = [];
    const peer: Seen[] = [];
    const memory = { many: { mib: Number.NaN, gaps: [] as readonly number[] }, few: { mib: Number.NaN, gaps: [] as readonly number[] } };
    try {
      // In turns, so that all run under the same load; the first start of each makes its thumbnails.
      for (let round = 0; round < ROUNDS; round += 1) {
        loseIndex(many);
        lost.push(await open(many));
        if (!existsSync(join(many, 'gallery', 'index.json'))) throw new Error('the index was not saved');
        kept.push(await open(many));
        peer.push(await open(few));
      }
      const scrolledBy = await open(many, async (panel) => {
        memory.many = await scrolled(panel, Math.min(SCROLLED, MANY));
      });
      kept.push(scrolledBy);
      await open(few, async (panel) => {
        memory.few = await scrolled(panel, Math.min(SCROLLED, FEW));
      });
    } finally {
      for (const folder of [many, few]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    const first = (seen: readonly Seen[]): number => median(seen.map(({ firstThumbnailMs }) => firstThumbnailMs));
    const start = (name: string, seen: readonly Seen[]): Figure => ({
      name: `${MANY} images, ${name}: start to first thumbnail`,
      value: first(seen),
      unit: 'ms',
      peer: first(peer),
      ratio: first(seen) / first(peer),
      target: '≤ 2 × the same with 100 images',
      ok: first(seen) / first(peer) <= 2,
      said: `median of ${ROUNDS}; all images read after ${Math.round(median(seen.map(({ readMs }) => readMs)))} ms, the main process away for ${Math.round(Math.max(...seen.map(({ mainStallMs }) => mainStallMs)))} ms at most, with 100 images ${Math.round(Math.max(...peer.map(({ mainStallMs }) => mainStallMs)))} ms`,
    });
    const gaps = [...lost, ...kept].flatMap((seen) => seen.gaps);
    const allGaps = [...gaps, ...memory.many.gaps];
    const worst = Math.max(...allGaps);
    const more = memory.many.mib - memory.few.mib;
    return [
      start('with index', kept),
      start('without index', lost),
      {
        name: `${MANY} images: worst frame while they are read and ${SCROLLED} scrolled by`,
        value: worst,
        unit: 'ms',
        peer: Math.max(...peer.flatMap((seen) => seen.gaps), ...memory.few.gaps),
        ratio: null,
        target: `no frame over ${MAX_FRAME_MS} ms`,
        ok: worst <= MAX_FRAME_MS,
        said: `${allGaps.length} frames, ${over(allGaps)} over ${MAX_FRAME_MS} ms, p99 ${quantile(allGaps, 0.99).toFixed(0)} ms; the longest task of the page itself took ${Math.round(Math.max(...[...lost, ...kept].map((seen) => seen.longestTaskMs)))} ms`,
      },
      {
        name: `memory after ${SCROLLED} of ${MANY} images scrolled by`,
        value: memory.many.mib,
        unit: 'MiB',
        peer: memory.few.mib,
        ratio: null,
        target: `≤ ${MAX_MORE_MIB} MiB more than with 100 images`,
        ok: more <= MAX_MORE_MIB,
        said: `resident memory of all processes, ${Math.round(more)} MiB more`,
      },
    ];
  },
};

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHistory } from '../electron/history/store.ts';
import { silentLogger } from '../electron/log.ts';
import type { GpuStatus } from '../shared/contract/gpu.ts';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../shared/contract/gpu.ts';
import { DEFAULT_SETTINGS } from '../shared/contract/settings.ts';
import { gone, startElectron } from './electron-process.ts';
import { type Bench, median } from './result.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROUNDS = 9;
const HOST_ID = 'away';
const GPU = 'GPU-bench';

/** A data folder as after a day's use: one host (which does not answer now), its last status, an hour of samples. */
function prepareDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
  mkdirSync(folder, { recursive: true });
  const profile = {
    id: HOST_ID,
    kind: 'ssh',
    label: 'away',
    hostName: '127.0.0.1',
    port: 9,
    user: 'operator',
    identityFiles: [],
    useAgent: false,
  };
  writeFileSync(join(folder, 'hosts.json'), JSON.stringify([profile]));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...DEFAULT_SETTINGS, last: { page: 'overview', hostId: HOST_ID } }));
  const history = openHistory({ file: join(folder, 'history.sqlite'), keepDays: () => 14, log: silentLogger });
  const rows = new Float64Array(3600 * GPU_ROW_WIDTH);
  for (let i = 0; i < 3600; i += 1) {
    rows[i * GPU_ROW_WIDTH] = Date.now() - (3600 - i) * 1000;
    for (let m = 1; m <= GPU_METRICS.length; m += 1) rows[i * GPU_ROW_WIDTH + m] = m === 4 ? 46068 : 100 + (i % 60);
  }
  history.append(HOST_ID, GPU, rows);
  const status: GpuStatus = {
    hostId: HOST_ID,
    state: { kind: 'live', since: Date.now() },
    gpus: [
      {
        uuid: GPU,
        index: 0,
        name: 'NVIDIA RTX 6000 Ada Generation',
        driverVersion: '580.126.09',
        busId: null,
        memoryTotalMiB: 46068,
        powerLimitW: 300,
        eccMode: 'Enabled',
        persistenceMode: null,
        migMode: null,
      },
    ],
    health: [],
    processes: [],
    processesAt: null,
    xids: [],
    badLines: 0,
    unknown: {},
    latest: [{ hostId: HOST_ID, gpuUuid: GPU, rows: rows.slice(-GPU_ROW_WIDTH) }],
  };
  history.remember(HOST_ID, 'gpu-status', status);
  history.close();
  return folder;
}

/** ms from spawn to the first line that begins with `wanted`, whose last word is an epoch in ms. */
async function timeToLine(appFolder: string, args: readonly string[], wanted: string): Promise<number> {
  const startedAt = Date.now();
  let child: ReturnType<typeof startElectron> | null = null;
  const elapsed = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no "${wanted}" within 30 s`)), 30_000);
    child = startElectron(appFolder, args, (line) => {
      if (!line.startsWith(wanted)) return;
      clearTimeout(timer);
      resolve(Number(line.split(' ').at(-1)) - startedAt);
    });
  }).finally(() => child?.kill());
  if (child !== null) await gone(child);
  return elapsed;
}

export const bench: Bench = {
  name: 'start',
  unavailable: () => null,
  run: async () => {
    const dataFolder = prepareDataFolder();
    const panel: number[] = [];
    const peer: number[] = [];
    try {
      // One of each to warm the disk cache; then in turns, so that both meet the same weather.
      for (let round = -1; round < ROUNDS; round += 1) {
        const empty = await timeToLine(join(HERE, 'peers', 'empty-window'), [], 'painted');
        const ours = await timeToLine(join(HERE, '..'), [`--data-folder=${dataFolder}`, '--print-paints'], 'painted last-known');
        if (round < 0) continue;
        peer.push(empty);
        panel.push(ours);
      }
    } finally {
      rmSync(dataFolder, { recursive: true, force: true });
    }
    const value = median(panel);
    const reference = median(peer);
    return [
      {
        name: 'start to window with last known state',
        value,
        unit: 'ms',
        peer: reference,
        ratio: value / reference,
        target: '≤ 1.5 × an empty sandboxed window',
        ok: value / reference <= 1.5,
        said: `median of ${ROUNDS}, spawn to second frame after the last known VRAM was drawn`,
      },
    ];
  },
};

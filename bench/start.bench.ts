import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostProfile } from '../shared/capabilities/hosts/contract.ts';
import { gone, startElectron } from './electron-process.ts';
import { type Bench, median } from './result.ts';
import { makeDataFolder } from './stored-history.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROUNDS = 9;
/** A host that does not answer now: what is shown is what was known. */
const AWAY: HostProfile = {
  id: 'away',
  kind: 'ssh',
  label: 'away',
  hostName: '127.0.0.1',
  port: 9,
  user: 'operator',
  identityFiles: [],
  useAgent: false,
};

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

/** Chromium's network process writes a file of its own into the folder a moment after the panel has ended. */
async function removeWhenLeft(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (cause) {
      if (tries >= 50) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export const bench: Bench = {
  name: 'start',
  unavailable: () => null,
  run: async () => {
    const dataFolder = makeDataFolder({
      hosts: [AWAY],
      hostId: AWAY.id,
      gpuUuid: 'GPU-bench',
      samples: 3600,
      last: { page: 'overview', hostId: AWAY.id, gpuRangeMs: 900_000 },
      remembersStatus: true,
    });
    const panel: number[] = [];
    const peer: number[] = [];
    try {
      // One of each to warm the disk cache; then in turns, so that both meet the same weather.
      for (let round = -1; round < ROUNDS; round += 1) {
        const empty = await timeToLine(join(HERE, 'peers', 'empty-window'), [], 'painted');
        const ours = await timeToLine(
          join(HERE, '..'),
          [`--data-folder=${dataFolder}`, '--print-paints', '--fallback-runtime=confirmed'],
          'painted last-known',
        );
        if (round < 0) continue;
        peer.push(empty);
        panel.push(ours);
      }
    } finally {
      await removeWhenLeft(dataFolder);
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
        target: '≤ 1.2 × an empty sandboxed window',
        ok: value / reference <= 1.2,
        said: `median of ${ROUNDS}, spawn to second frame after the last known VRAM was drawn`,
      },
    ];
  },
};

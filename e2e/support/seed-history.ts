import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openHistory } from '../../electron/capabilities/history/store.ts';
import { silentLogger } from '../../electron/foundation/log/log.ts';
import { GPU_UUID } from '../../lab/base/gpu.ts';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { LAB_HOST_ID } from '../../shared/lab-hosts.ts';
import { backendLink, CONNECTION_LINK, endpointLink, GATEWAY_LINK } from '../../shared/link-subjects.ts';
import { LINK_INTERVAL_MS } from '../../shared/series-kinds.ts';

const HOUR_MS = 3_600_000;
const GPU_INTERVAL_MS = 10_000;

/** A stretch in which the panel did not run, epoch ms. */
export interface Away {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Stores what the panel would have recorded of the lab's host in the last hours, but for the time in which it was away. */
export function seedHistory(dataFolder: string, o: { readonly nowMs: number; readonly hours: number; readonly away: Away }): void {
  mkdirSync(dataFolder, { recursive: true });
  const history = openHistory({ file: join(dataFolder, 'history.sqlite'), keepDays: () => 14, log: silentLogger });
  const fromMs = o.nowMs - o.hours * HOUR_MS;
  const isAway = (atMs: number): boolean => atMs >= o.away.fromMs && atMs < o.away.toMs;
  for (let atMs = fromMs; atMs < o.nowMs; atMs += GPU_INTERVAL_MS) {
    if (isAway(atMs)) continue;
    const wave = 0.5 + 0.4 * Math.sin((atMs - fromMs) / HOUR_MS);
    const row = new Float64Array(GPU_ROW_WIDTH).fill(Number.NaN);
    const set = (metric: (typeof GPU_METRICS)[number], value: number): void => {
      row[1 + GPU_METRICS.indexOf(metric)] = value;
    };
    row[0] = atMs;
    set('memoryUsedMiB', 8_000 + 20_000 * wave);
    set('utilizationGpuPercent', 100 * wave);
    set('temperatureC', 40 + 35 * wave);
    set('powerDrawW', 40 + 240 * wave);
    history.append({ hostId: LAB_HOST_ID, kind: 'gpu', subject: GPU_UUID }, row);
  }
  for (const subject of [CONNECTION_LINK, GATEWAY_LINK, backendLink('gpu_heavy'), endpointLink('shim'), endpointLink('nginx')]) {
    for (let atMs = fromMs; atMs < o.nowMs; atMs += LINK_INTERVAL_MS) {
      // The gateway was down for the second hour.
      const isUp = subject === CONNECTION_LINK || atMs < fromMs + HOUR_MS || atMs >= fromMs + 2 * HOUR_MS;
      if (!isAway(atMs)) history.append({ hostId: LAB_HOST_ID, kind: 'links', subject }, Float64Array.of(atMs, isUp ? 1 : 0));
    }
  }
  history.close();
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHistory } from '../electron/capabilities/history/store.ts';
import { openLastKnown } from '../electron/foundation/files/last-known.ts';
import { silentLogger } from '../electron/foundation/log/log.ts';
import type { GpuStatus } from '../shared/capabilities/gpu/contract.ts';
import type { HostProfile } from '../shared/capabilities/hosts/contract.ts';
import type { Settings } from '../shared/capabilities/settings/contract.ts';
import { DEFAULT_SETTINGS } from '../shared/default-settings.ts';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../shared/gpu-metrics.ts';

const TOTAL_MIB = 46_068;
const ROWS_AT_ONCE = 7200;

/** What a data folder is filled with. */
export interface StoredHistory {
  readonly hosts: readonly HostProfile[];
  readonly hostId: string;
  readonly gpuUuid: string;
  /** One sample a second, the last of them now. */
  readonly samples: number;
  readonly last: Settings['last'];
  /** The last known status is stored too: what a start shows before anything answered. */
  readonly remembersStatus?: boolean;
}

/** A data folder as after days of use, in the system's temporary folder; the caller deletes it. */
export function makeDataFolder(o: StoredHistory): string {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
  writeFileSync(join(folder, 'hosts.json'), JSON.stringify(o.hosts));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...DEFAULT_SETTINGS, last: o.last }));
  const history = openHistory({ file: join(folder, 'history.sqlite'), keepDays: () => 14, log: silentLogger });
  const startMs = Date.now() - o.samples * 1000;
  let rows: Float64Array = new Float64Array(0);
  for (let from = 0; from < o.samples; from += ROWS_AT_ONCE) {
    rows = makeRows(startMs, from, Math.min(ROWS_AT_ONCE, o.samples - from));
    history.append({ hostId: o.hostId, kind: 'gpu', subject: o.gpuUuid }, rows);
    history.flush();
  }
  history.close();
  if (o.remembersStatus === true) {
    const lastKnown = openLastKnown({ file: join(folder, 'last-known.json'), log: silentLogger });
    lastKnown.remember(o.hostId, 'gpu-status', statusOf(o, rows.slice(-GPU_ROW_WIDTH)));
    lastKnown.flush();
  }
  return folder;
}

/** Rows as a busy card gives them: every metric moves, as it would in use. */
export function makeRows(startMs: number, from: number, count: number): Float64Array {
  const rows = new Float64Array(count * GPU_ROW_WIDTH);
  for (let i = 0; i < count; i += 1) {
    const second = from + i;
    const offset = i * GPU_ROW_WIDTH;
    rows[offset] = startMs + second * 1000;
    for (const [m, metric] of GPU_METRICS.entries()) {
      const wave = 0.5 + 0.3 * Math.sin(second / (600 + 97 * m)) + 0.2 * Math.sin(second * (1.3 + m));
      rows[offset + 1 + m] = metric === 'memoryTotalMiB' ? TOTAL_MIB : metric === 'memoryUsedMiB' ? wave * TOTAL_MIB : wave * 100;
    }
  }
  return rows;
}

function statusOf(o: StoredHistory, latest: Float64Array): GpuStatus {
  return {
    hostId: o.hostId,
    state: { kind: 'live', since: latest[0] ?? 0 },
    gpus: [
      {
        uuid: o.gpuUuid,
        index: 0,
        name: 'NVIDIA RTX 6000 Ada Generation',
        driverVersion: '580.126.09',
        busId: null,
        memoryTotalMiB: TOTAL_MIB,
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
    kernelLog: 'read',
    warnings: [],
    badLines: 0,
    unknown: {},
    latest: [{ hostId: o.hostId, gpuUuid: o.gpuUuid, rows: latest }],
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openHistory } from '../electron/capabilities/history/store.ts';
import { createIncidentReader } from '../electron/capabilities/incidents/incidents.ts';
import type { ReportSources } from '../electron/capabilities/report/collect/collect.ts';
import { createReports } from '../electron/capabilities/report/report.ts';
import { silentLogger } from '../electron/foundation/log/log.ts';
import { CONNECTION_LINK, unitLink } from '../shared/link-subjects.ts';
import { LINK_INTERVAL_MS } from '../shared/series-kinds.ts';
import { type Bench, median, slope } from './result.ts';
import { makeRows } from './stored-history.ts';

const HOUR_MS = 3_600_000;
const DAYS = 14;
const ROWS_AT_ONCE = 7_200;
const RUNS = 20;
const MAX_MS = 2_000;
/** A growth of less than this over all runs after the first five is noise of the collector. */
const FLAT_MIB = 8;
const HOST = 'bench';
const GPU = { uuid: 'GPU-bench', name: 'NVIDIA RTX 6000 Ada Generation', memoryTotalMiB: 46_068 };
const UNITS = ['invokeai.service', 'comfyui.service', 'nginx.service'];
const STARTED = '39f53479d3a045ac8e11786248231fbf';
const ENDED = '98e322203f7a4ed290d09fe03c09fe15';

/** What a host answers whose units restart all the time and whose gateway is busy. */
function answersOf(requests: string, nowMs: number): string {
  const record = (head: string, lines: readonly string[]): string => `\u001e${head} ok\n${lines.map((line) => `${line}\n`).join('')}`;
  return requests
    .trimEnd()
    .split('\n')
    .map((request) => {
      const [kind] = request.split(' ');
      if (kind === 'units')
        return record(
          request,
          UNITS.flatMap((name) => [`Id=${name}`, 'LoadState=loaded', 'ActiveState=active', '']),
        );
      if (kind === 'boots') {
        const date = (atMs: number): string => `Fri ${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
        return record('boots', [`  0 ${'a'.repeat(32)} ${date(nowMs - 100 * HOUR_MS)} ${date(nowMs)}`]);
      }
      if (kind === 'starts') {
        const lines = Array.from({ length: 400 }, (_, index) =>
          JSON.stringify({
            __REALTIME_TIMESTAMP: String((nowMs - (400 - index) * 300_000) * 1000),
            MESSAGE: `unit: Main process exited, code=exited, status=${index}`,
            MESSAGE_ID: index % 2 === 0 ? ENDED : STARTED,
          }),
        );
        return record(request, lines);
      }
      if (kind === 'imagelog') {
        return record(
          request,
          Array.from(
            { length: 20_000 },
            (_, index) => `${(nowMs - index * 8_000) / 1000} ${index % 9 === 0 ? 429 : 200} ${4_000 + (index % 700)}`,
          ),
        );
      }
      return '';
    })
    .join('');
}

function makeHistory(folder: string, nowMs: number) {
  const history = openHistory({ file: join(folder, 'history.sqlite'), keepDays: () => 31, log: silentLogger });
  const samples = DAYS * 86_400;
  for (let from = 0; from < samples; from += ROWS_AT_ONCE) {
    history.append({ hostId: HOST, kind: 'gpu', subject: GPU.uuid }, makeRows(nowMs - samples * 1000, from, ROWS_AT_ONCE));
    history.flush();
  }
  for (const subject of [CONNECTION_LINK, ...UNITS.map(unitLink)]) {
    const count = (DAYS * 86_400_000) / LINK_INTERVAL_MS;
    const rows = new Float64Array(count * 2);
    for (let i = 0; i < count; i += 1) rows.set([nowMs - (count - i) * LINK_INTERVAL_MS, i % 50 === 0 ? 0 : 1], i * 2);
    history.append({ hostId: HOST, kind: 'links', subject }, rows);
    history.flush();
  }
  return history;
}

export const bench: Bench = {
  name: 'report',
  unavailable: () => null,
  run: async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const folder = mkdtempSync(join(tmpdir(), 'ada-panel-report-'));
    const nowMs = Date.now();
    const history = makeHistory(folder, nowMs);
    const exec = async (_argv: readonly string[], o?: { readonly stdin?: string | Uint8Array }) => ({
      stdout: answersOf(String(o?.stdin ?? ''), nowMs),
      stderr: '',
      exitCode: 0,
      signal: null,
      truncated: false,
    });
    const transport = { exec } as never;
    const incidents = createIncidentReader({
      hostId: HOST,
      history,
      transport,
      isOnline: () => false,
      gpus: () => [GPU as never],
      units: () => UNITS,
      clockOffsetMs: () => 0,
      now: () => nowMs,
    });
    const sources: ReportSources = {
      hostId: HOST,
      hostLabel: 'bench',
      hostName: 'bench',
      history,
      gpus: () => [GPU],
      units: () => UNITS,
      gateway: () => ({
        profile: {
          address: 'https://127.0.0.1:8800',
          via: { kind: 'ssh', hostId: HOST },
          observabilityPort: 8801,
          imagesClass: 'gpu_heavy',
        },
        trust: { kind: 'system' },
        hasToken: true,
        reading: null,
      }),
      findImages: async () => [],
      checks: () => ({ infos: [], results: [], history: [] }),
      incidents: ({ fromMs, toMs }) => incidents.list(fromMs, toMs),
      recipes: async () => [],
      versions: async () => ({ invokeAi: null, comfyUi: null, torch: null }),
      host: () => ({ kind: 'read', value: transport }),
      onGatewayMachine: async () => 'not there',
      clockOffsetMs: () => 0,
      knownSecrets: () => [],
      now: () => nowMs,
    };
    const reports = createReports(sources);
    const elapsed: number[] = [];
    const live: (readonly [run: number, mib: number])[] = [];
    let bytes = 0;
    try {
      for (let run = 0; run < RUNS; run += 1) {
        const beganMs = performance.now();
        await reports.make({ fromMs: nowMs - 48 * HOUR_MS, toMs: nowMs, monitoring: true, configuration: true });
        bytes = 0;
        for (const piece of reports.pieces('html')) bytes += piece.length;
        for (const piece of reports.pieces('markdown')) bytes += piece.length;
        elapsed.push(performance.now() - beganMs);
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        live.push([run, (heapUsed + arrayBuffers) / 1048576]);
      }
    } finally {
      history.close();
      rmSync(folder, { recursive: true, force: true });
    }
    const slowest = Math.max(...elapsed);
    const growth = slope(live.slice(5)) * (RUNS - 5);
    return [
      {
        name: 'report of 48 h, both formats',
        value: slowest,
        unit: 'ms',
        peer: null,
        ratio: null,
        target: `≤ ${MAX_MS / 1000} s, the slowest of ${RUNS}`,
        ok: slowest <= MAX_MS,
        said: `median ${median(elapsed).toFixed(0)} ms, ${(bytes / 1024).toFixed(0)} KiB; ${DAYS} days of samples a second in the store`,
      },
      {
        name: `${RUNS} reports of 48 h: growth of the live heap`,
        value: growth,
        unit: 'MiB',
        peer: null,
        ratio: null,
        target: `flat: under ${FLAT_MIB} MiB`,
        ok: growth < FLAT_MIB,
        said: `least squares over the last ${RUNS - 5}; ${live.map(([, mib]) => mib.toFixed(1)).at(5)} to ${live.at(-1)?.[1].toFixed(1)} MiB`,
      },
    ];
  },
};

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUCKET, BUCKET_WIDTH } from '../../shared/buckets.ts';
import type { GpuProcess } from '../../shared/capabilities/gpu/contract.ts';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { LAB_HOSTS } from '../../shared/lab-hosts.ts';
import type { LabPastPart } from '../../shared/lab-past.ts';
import type { HistoryStore } from '../capabilities/history/source.ts';
import { openHistory } from '../capabilities/history/store.ts';
import { silentLogger } from '../foundation/log/log.ts';
import { createPastImport } from './lab-past.ts';
import { createPastRuns } from './past-runs.ts';

const NOW = 1_800_000_300_000;
const HOUR = 3_600_000;
const GPU = 'GPU-1';
const lab = {
  info: LAB_HOSTS[0] ?? { id: 'lab', label: 'Lab', isBare: false },
  gateway: { address: 'https://127.0.0.1:8800', observabilityPort: 8801, authority: '', token: '' },
};
const rows = (fromMs: number, toMs: number, usedMiB: number): Float64Array => {
  const count = Math.floor((toMs - fromMs) / 1000);
  const all = new Float64Array(count * GPU_ROW_WIDTH).fill(Number.NaN);
  for (let i = 0; i < count; i += 1) all.set([fromMs + i * 1000, usedMiB], i * GPU_ROW_WIDTH);
  return all;
};
const process = (pid: number, memoryUsedMiB: number): GpuProcess => ({
  ...{ gpuUuid: GPU, pid, processName: '/venv/bin/python', memoryUsedMiB, user: null, command: null },
  ...{ unit: 'invokeai.service', startedAt: null },
});

describe('the past of the lab in the history', () => {
  let folder = '';
  let history: HistoryStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-past-'));
    history = openHistory({ file: join(folder, 'h.sqlite'), keepDays: () => 14, log: silentLogger, now: () => NOW });
  });
  afterEach(() => {
    history.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const count = (fromMs: number, toMs: number, buckets = 10): number => {
    const asked = { hostId: 'lab', kind: 'gpu' as const, subjects: [GPU], metrics: ['memoryUsedMiB'], fromMs, toMs, buckets };
    const column = history.series(asked).columns[0] ?? new Float64Array();
    let total = 0;
    for (let at = BUCKET.count; at < column.length; at += BUCKET_WIDTH) total += column[at] ?? 0;
    return total;
  };
  const importAll = async (parts: readonly LabPastPart[], nowMs = NOW): Promise<void> => {
    const take = createPastImport({ history, lab, nowMs });
    for (const part of parts) take(part);
    for (let i = 0; i <= parts.length; i += 1) await setImmediate();
  };
  const days: readonly LabPastPart[] = [
    { kind: 'gpu', gpuUuid: GPU, rows: rows(NOW - 3 * HOUR, NOW, 2) },
    { kind: 'gpu', gpuUuid: GPU, rows: rows(NOW - 6 * HOUR, NOW - 3 * HOUR, 1) },
  ];

  it('is stored once, however often the lab starts anew, and fills what was not recorded', async () => {
    await importAll(days);
    expect(count(NOW - 6 * HOUR, NOW)).toBe(6 * 3600);
    history.flush();
    await importAll(days);
    expect(count(NOW - 6 * HOUR, NOW)).toBe(6 * 3600);
    // An hour later, in which the panel was closed.
    await importAll([{ kind: 'gpu', gpuUuid: GPU, rows: rows(NOW - HOUR, NOW + HOUR, 3) }], NOW + HOUR);
    expect(count(NOW - 6 * HOUR, NOW)).toBe(6 * 3600);
    expect(count(NOW, NOW + HOUR)).toBeGreaterThan(3600 - 150);
    expect(count(NOW, NOW + HOUR)).toBeLessThanOrEqual(3600);
  });

  it('is noted, so that what was read before is read again', async () => {
    const changed: string[] = [];
    history.onPastChanged(({ hostId }) => changed.push(hostId));
    await importAll(days);
    await vi.waitFor(() => expect(changed).toEqual(['lab']));
    history.clear('lab');
    expect(changed).toEqual(['lab', 'lab']);
  });

  it('does not disturb what is recorded meanwhile', async () => {
    const take = createPastImport({ history, lab, nowMs: NOW });
    const live = (ms: number): void => history.append({ hostId: 'lab', kind: 'gpu', subject: GPU }, rows(ms, ms + 1000, 9));
    live(NOW + 1000);
    for (const part of days) take(part);
    await setImmediate();
    live(NOW + 2000);
    await setImmediate();
    await setImmediate();
    live(NOW + 3000);
    history.flush();
    history.close();
    history = openHistory({ file: join(folder, 'h.sqlite'), keepDays: () => 14, log: silentLogger, now: () => NOW });
    expect(count(NOW - 6 * HOUR, NOW)).toBe(6 * 3600);
    expect(count(NOW, NOW + 10_000)).toBe(3);
  });

  it('has the words of the panel for units, backends and runs', async () => {
    const shown = { loadState: 'loaded', unitFileState: 'enabled', type: 'notify', restarts: 0 };
    const unit = { ...shown, unit: 'invokeai.service', execMainCode: 1 };
    const backend = { name: 'gpu_heavy', isHealthy: true, error: null };
    await importAll([
      {
        kind: 'units',
        changes: [
          { ...unit, at: NOW - 3000, activeState: 'active', subState: 'running', result: 'success', execMainStatus: 0 },
          { ...unit, at: NOW - 2000, activeState: 'failed', subState: 'failed', result: 'exit-code', execMainStatus: 1 },
        ],
      },
      {
        kind: 'backends',
        changes: [
          { ...backend, at: NOW - 3000, isReady: true },
          { ...backend, at: NOW - 1500, isReady: false },
        ],
      },
      { kind: 'runs', runs: [{ at: NOW - 1000, model: 'Juggernaut XL v9', elapsedMs: 11_000, error: null }] },
      { kind: 'connection', changes: [{ at: NOW - 500, state: 'online', detail: null }] },
    ]);
    const events = history.events({ hostId: 'lab', fromMs: 0, toMs: NOW });
    expect(events.map(({ kind, subject, state }) => [kind, subject, state])).toEqual([
      ['unit', 'invokeai.service', 'failed'],
      ['backend', 'lab https://127.0.0.1:8800 gpu_heavy', 'not ready'],
      ['image', 'gateway', 'made'],
      ['connection', '', 'online'],
    ]);
    expect(events[2]?.detail).toBe('1 image · Juggernaut XL v9 · 11 s');
  });

  it('has the runs of processes and their VRAM; one that still runs goes on', async () => {
    const list = (at: number, ...processes: readonly GpuProcess[]) => ({ at, processes: [...processes] });
    await importAll([
      { kind: 'processes', lists: [list(NOW - 60_000, process(7, 100)), list(NOW - 30_000, process(7, 300))] },
      {
        kind: 'processes',
        lists: [list(NOW - 4 * HOUR, process(5, 50)), list(NOW - 3 * HOUR, process(5, 60)), list(NOW - 3 * HOUR + 30_000)],
      },
    ]);
    history.recordProcesses('lab', [process(7, 200)], NOW);
    const runs = history.runs({ hostId: 'lab', gpuUuid: GPU, fromMs: 0, toMs: NOW });
    expect(runs.map(({ pid, startedAt, endedAt, peakMiB }) => [pid, startedAt, endedAt, peakMiB])).toEqual([
      [5, NOW - 4 * HOUR, NOW - 3 * HOUR, 60],
      [7, NOW - 60_000, null, 300],
    ]);
    const span = { hostId: 'lab', kind: 'process' as const, fromMs: NOW - 5 * HOUR, toMs: NOW };
    expect(history.subjectsWithin(span)).toEqual([`${GPU} unit invokeai.service`]);
  });
});

describe('runs in lists of processes', () => {
  it('begin and end with the lists that have them', () => {
    const runs = createPastRuns();
    expect(runs.take(10, [process(1, 5)])).toEqual([]);
    expect(runs.take(20, [process(1, 9), process(2, 1)])).toEqual([]);
    expect(runs.take(30, [process(2, 1)])).toMatchObject([{ run: { pid: 1, startedAt: 10, endedAt: 20, peakMiB: 9 } }]);
    // The lists of the time before.
    expect(runs.take(1, [])).toMatchObject([{ run: { pid: 2, startedAt: 20, endedAt: null }, atMs: 30 }]);
  });
});

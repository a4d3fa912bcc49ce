import { beforeAll, describe, expect, it } from 'vitest';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { LAB_PAST_MS, LabPastPart } from '../../shared/lab-past.ts';
import { seededRandom } from '../base/random.ts';
import { Simulation } from '../host/simulation.ts';
import { INVOKEAI } from '../systemd/unit-definitions.ts';
import { Activity } from './activity.ts';
import { type LivedPast, livePast, RecentPast } from './live-past.ts';
import { PastRequests } from './requests.ts';

const NOW = Date.UTC(2027, 0, 15, 15);
const HOUR = 3_600_000;
const parts: LabPastPart[] = [];
let lived: LivedPast;
const column = (metric: (typeof GPU_METRICS)[number]): number => 1 + GPU_METRICS.indexOf(metric);
const gpuRows = (): number[][] =>
  parts.flatMap((part) => {
    if (part.kind !== 'gpu') return [];
    return Array.from({ length: part.rows.length / GPU_ROW_WIDTH }, (_, i) => [
      ...part.rows.slice(i * GPU_ROW_WIDTH, (i + 1) * GPU_ROW_WIDTH),
    ]);
  });

beforeAll(async () => {
  lived = await livePast({
    seed: 20,
    nowMs: NOW,
    bootedMs: NOW - 3 * HOUR,
    onPart: (part) => parts.push(part),
    signal: new AbortController().signal,
  });
}, 120_000);

describe('the past of the lab', () => {
  it('consists of parts that the panel takes, of two days up to the last start', () => {
    for (const part of parts) LabPastPart.parse(part);
    const times = gpuRows().map(([ms = 0]) => ms);
    expect(times[0]).toBeLessThan(NOW - LAB_PAST_MS + 5_000);
    expect(times.at(-1)).toBeGreaterThan(NOW - 3 * HOUR - 60_000);
    expect(times.at(-1)).toBeLessThan(NOW - 3 * HOUR);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('has idle stretches, bursts, models that come and go, a temperature that follows the power, and one throttling', () => {
    const rows = gpuRows();
    const loads = rows.map((row) => row[column('utilizationGpuPercent')] ?? 0);
    const share = (is: (load: number) => boolean): number => loads.filter(is).length / loads.length;
    expect(share((load) => load === 0)).toBeGreaterThan(0.5);
    expect(share((load) => load > 80)).toBeGreaterThan(0.05);
    const used = rows.map((row) => row[column('memoryUsedMiB')] ?? 0);
    expect(Math.max(...used.slice(0, 100))).toBeLessThan(2_000);
    expect(used.some((mib) => mib > 30_000)).toBe(true);
    const mean = (which: (row: number[]) => boolean): number => {
      const found = rows.filter(which).map((row) => row[column('temperatureC')] ?? 0);
      return found.reduce((sum, value) => sum + value, 0) / found.length;
    };
    const power = (row: number[]): number => row[column('powerDrawW')] ?? 0;
    expect(mean((row) => power(row) > 200)).toBeGreaterThan(mean((row) => power(row) < 50) + 5);
    const throttled = rows.filter((row) => ((row[column('throttleBits')] ?? 0) & 0x60) !== 0).map(([ms = 0]) => ms);
    expect(throttled.length).toBeGreaterThan(20);
    expect(Math.max(...throttled) - Math.min(...throttled)).toBeLessThan(15 * 60_000);
  });

  it('has one failure of InvokeAI with what it printed, its restart, and no Xid', () => {
    const states = parts.flatMap((part) => (part.kind === 'units' ? part.changes : [])).filter(({ unit }) => unit === INVOKEAI);
    const failed = states.filter(({ activeState }) => activeState === 'failed');
    expect(failed).toHaveLength(1);
    const failedMs = failed[0]?.at ?? 0;
    expect(states.find(({ at, activeState }) => at > failedMs && activeState === 'active')?.at).toBeLessThan(failedMs + 300_000);
    const around = lived.records.filter(({ realtimeUs }) => Math.abs(realtimeUs / 1000 - failedMs) < 2_000).map(({ message }) => message);
    expect(around.some((message) => message.includes('Too many open files'))).toBe(true);
    expect(around.some((message) => message.includes('Main process exited'))).toBe(true);
    expect(lived.records.some(({ message }) => message.includes('Xid'))).toBe(false);
  });

  it('has one image that ran out of VRAM: in the journal, among the runs and in the log of requests', () => {
    expect(lived.records.filter(({ message }) => message.includes('torch.OutOfMemoryError'))).toHaveLength(1);
    const runs = parts.flatMap((part) => (part.kind === 'runs' ? part.runs : []));
    expect(runs.filter(({ error }) => error !== null)).toHaveLength(1);
    const statuses = lived.requests.flatMap(({ path, status }) => (path.startsWith('/v1/images/') ? [status] : []));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(runs.length);
    expect(runs.length).toBeGreaterThan(50);
    expect(statuses.filter((status) => status === 502)).toHaveLength(1);
    expect(statuses).toContain(503);
    expect(statuses).toContain(429);
  });

  it('has flaps of the backend behind the gateway and a connection that was lost', () => {
    const backend = parts.flatMap((part) => (part.kind === 'backends' ? part.changes : []));
    expect(backend.filter(({ isReady, error }) => isReady === false && error === 'readiness check timed out')).toHaveLength(2);
    const connection = parts.flatMap((part) => (part.kind === 'connection' ? part.changes : [])).map(({ state }) => state);
    // The last one is the restart of the host.
    expect(connection).toEqual(['lost', 'online', 'lost']);
  });

  it('ends with every service stopped, also where the host was idle before its restart', async () => {
    const nowMs = Date.UTC(2026, 10, 28, 13, 55, 20);
    const last = new Map<string, string>();
    await livePast({
      seed: 20,
      nowMs,
      bootedMs: nowMs - 3 * HOUR,
      onPart: (part) => {
        if (part.kind === 'units') for (const { unit, activeState } of part.changes) last.set(unit, activeState);
      },
      signal: new AbortController().signal,
    });
    expect(last.size).toBeGreaterThan(3);
    expect([...last.values()].filter((state) => state !== 'inactive')).toEqual([]);
  }, 120_000);

  it('is the same with the same seed', () => {
    const days = [1, 2].map(() => new Activity({ seed: 20, endMs: NOW }));
    for (let ms = NOW - LAB_PAST_MS; ms < NOW; ms += HOUR / 4) expect(days[0]?.isBusy(ms)).toBe(days[1]?.isBusy(ms));
    const logs = [1, 2].map(() => {
      const requests = new PastRequests(seededRandom(3));
      for (let ms = 0; ms < HOUR; ms += 1000) requests.step(ms, { isBusy: true, isReady: true, isFull: false });
      return requests.lines;
    });
    expect(logs[0]?.length).toBeGreaterThan(20);
    expect(logs[0]).toEqual(logs[1]);
  });
});

describe('the past since the last start', () => {
  it('ends with the card as it is now, and looking at it changes nothing', () => {
    const recent = new RecentPast(20);
    const simulation = new Simulation({ seed: 20, nowMs: NOW, historyMs: HOUR / 2, observe: recent.observe });
    const unobserved = new Simulation({ seed: 20, nowMs: NOW, historyMs: HOUR / 2 });
    const { readings, changes } = recent.take();
    const gpu = readings.find((part) => part.kind === 'gpu');
    const last = gpu?.kind === 'gpu' ? gpu.rows.slice(-GPU_ROW_WIDTH) : new Float64Array();
    expect(last[0]).toBeGreaterThan(NOW - 1_500);
    expect(last[column('memoryUsedMiB')]).toBe(simulation.gpu.read().memoryUsedMiB);
    expect(Math.abs((last[column('temperatureC')] ?? 0) - simulation.gpu.read().temperatureC)).toBeLessThanOrEqual(1);
    expect(changes.some((part) => part.kind === 'units')).toBe(true);
    expect(simulation.journal.records.map(({ message }) => message)).toEqual(unobserved.journal.records.map(({ message }) => message));
  });

  it('is preceded by the journal of the days before, whose followers notice nothing', () => {
    const simulation = new Simulation({ seed: 20, nowMs: NOW, historyMs: HOUR / 10 });
    const { journal } = simulation;
    const first = journal.records[0];
    const end = journal.endSequence;
    const cursor = journal.cursorOf(first ?? Object.assign({}));
    journal.prepend(lived.records);
    expect(journal.endSequence).toBe(end);
    expect(journal.indexOf(first?.sequence ?? 0)).toBe(lived.records.length);
    expect(journal.seek(cursor)).toEqual({ index: lived.records.length, exact: true });
    const sequences = journal.records.map(({ sequence }) => sequence);
    expect(sequences.every((sequence, i) => i === 0 || sequence === (sequences[i - 1] ?? 0) + 1)).toBe(true);
    expect(sequences[0]).toBeGreaterThan(0);
    expect(new Set(journal.records.map(({ bootId }) => bootId)).size).toBe(2);
  });
});

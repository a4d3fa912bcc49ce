import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRows, beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import { GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { columnOf } from '../../../shared/gpu-row.ts';
import { createGpuIncidentFinder } from './gpu-incidents.ts';
import { eachBucket, eachRow, INCIDENT_METRICS } from './readings.ts';
import { INCIDENT_RULES } from './rules.ts';

const START_MS = 1_700_000_000_000;
const GPU = 'GPU-1';

interface Cells {
  readonly memoryMiB?: number;
  readonly load?: number;
  readonly temperatureC?: number;
  readonly bits?: number;
}

function rowsOf(cells: readonly (Cells | null)[], periodMs = 1000): Float64Array {
  const rows = new Float64Array(cells.filter((cell) => cell !== null).length * GPU_ROW_WIDTH).fill(Number.NaN);
  let at = 0;
  for (const [i, cell] of cells.entries()) {
    if (cell === null) continue;
    rows[at] = START_MS + i * periodMs;
    rows[at + columnOf('memoryUsedMiB')] = cell.memoryMiB ?? 1000;
    rows[at + columnOf('utilizationGpuPercent')] = cell.load ?? 0;
    rows[at + columnOf('temperatureC')] = cell.temperatureC ?? 40;
    rows[at + columnOf('throttleBits')] = cell.bits ?? 0;
    at += GPU_ROW_WIDTH;
  }
  return rows;
}

const repeat = (seconds: number, cell: Cells | null): (Cells | null)[] => Array.from({ length: seconds }, () => cell);

function found(cells: readonly (Cells | null)[], runs: readonly ProcessRun[] = [], nowMs: number | null = null) {
  const finder = createGpuIncidentFinder(GPU, INCIDENT_RULES);
  eachRow(rowsOf(cells), finder.take);
  return finder.found(runs, nowMs);
}

const at = (seconds: number): number => START_MS + seconds * 1000;
const runOf = (from: number, to: number | null, over: Partial<ProcessRun> = {}): ProcessRun => ({
  gpuUuid: GPU,
  pid: 7,
  name: '/opt/invokeai/.venv/bin/python',
  unit: 'invokeai.service',
  startedAt: at(from),
  endedAt: to === null ? null : at(to),
  peakMiB: 9000,
  ...over,
});

describe('throttling', () => {
  it('of the hardware counts from the second reading on, and names the process with the most VRAM', () => {
    expect(found([...repeat(5, {}), ...repeat(1, { bits: 0x48 }), ...repeat(90, {})])).toEqual([]);
    const runs = [runOf(0, null, { unit: null, name: 'ollama', peakMiB: 10 }), runOf(0, null)];
    expect(found([...repeat(5, {}), ...repeat(2, { bits: 0x48, temperatureC: 93 }), ...repeat(90, {})], runs)).toMatchObject([
      { kind: 'thermal', severity: 'critical', beginMs: at(5), endMs: at(6), who: 'invokeai', unit: 'invokeai.service', gpuUuid: GPU },
    ]);
  });

  it('by power brake or an unnamed cause is no heat', () => {
    expect(found(repeat(3, { bits: 0x88 }))).toMatchObject([
      { kind: 'throttling', summary: expect.stringContaining('Power brake'), who: null },
    ]);
    expect(found(repeat(3, { bits: 0x8 }))).toMatchObject([{ kind: 'throttling', summary: expect.stringContaining('Hardware slowdown') }]);
  });

  it('by the driver for heat counts after five minutes, with short interruptions', () => {
    expect(found(repeat(299, { bits: 0x20 }))).toEqual([]);
    const flapping = Array.from({ length: 20 }, () => [...repeat(20, { bits: 0x20 }), ...repeat(10, {})]).flat();
    expect(found(flapping)).toMatchObject([{ kind: 'thermal', severity: 'warning', beginMs: at(0), endMs: at(589) }]);
  });

  it('at the power limit is information after five minutes', () => {
    expect(found(repeat(280, { bits: 0x4 }))).toEqual([]);
    expect(found(repeat(400, { bits: 0x4 }))).toMatchObject([{ kind: 'power-limit', severity: 'info' }]);
  });

  it('goes on where the readings do, and is cut at a gap', () => {
    const cells = [...repeat(60, {}), ...repeat(60, { bits: 0x40 })];
    expect(found(cells, [], at(120))).toMatchObject([{ beginMs: at(60), endMs: null, cut: { begin: false, end: false } }]);
    expect(found(cells, [], at(400))).toMatchObject([{ endMs: at(119), cut: { begin: false, end: true } }]);
    expect(found([...cells, ...repeat(45, null), ...repeat(30, { bits: 0x40 }), ...repeat(90, {})], [], at(285))).toMatchObject([
      { beginMs: at(60), endMs: at(119), cut: { begin: false, end: true } },
      { beginMs: at(165), endMs: at(194), cut: { begin: true, end: false } },
    ]);
  });

  it('with more than 85 °C for ten minutes is heat, joined with what the clocks say', () => {
    expect(found(repeat(590, { temperatureC: 86 }))).toEqual([]);
    expect(found([...repeat(650, { temperatureC: 86 }), ...repeat(10, { temperatureC: 90, bits: 0x40 }), ...repeat(90, {})])).toMatchObject(
      [
        {
          kind: 'thermal',
          severity: 'critical',
          beginMs: at(0),
          endMs: at(659),
          evidence: expect.arrayContaining(['Hotter than 85 °C', 'Up to 90 °C']),
        },
      ],
    );
  });
});

describe('VRAM leaks', () => {
  const rest = (memoryMiB: number): (Cells | null)[] => repeat(70, { memoryMiB });
  const job = (memoryMiB: number): (Cells | null)[] => repeat(20, { memoryMiB, load: 99 });

  it('rise at three rests in a row under one process', () => {
    const cells = [2000, 2500, 3000].flatMap((memoryMiB) => [...rest(memoryMiB), ...job(9000)]);
    expect(found([...cells, ...rest(3100)], [runOf(-10, null)])).toEqual([]);
    expect(found([...cells, ...rest(3500)], [runOf(-10, null)], at(340))).toMatchObject([
      {
        kind: 'vram-leak',
        beginMs: at(90),
        endMs: null,
        who: 'invokeai',
        summary: expect.stringContaining('from 2.0 GiB to 3.4 GiB in 3 steps'),
      },
    ]);
  });

  it('are no model that stays loaded, and end with the process', () => {
    const loaded = [...rest(1000), ...job(9000), ...rest(8000), ...job(9000), ...rest(8000), ...job(9000), ...rest(8050)];
    expect(found(loaded, [runOf(-10, null)], at(340))).toEqual([]);
    const cells = [2000, 2500, 3000, 3500].flatMap((memoryMiB) => [...rest(memoryMiB), ...job(9000)]);
    const restarted = found([...cells, ...rest(1000)], [runOf(-10, 350), runOf(355, null)], at(430));
    expect(restarted).toMatchObject([{ kind: 'vram-leak', endMs: at(350), cut: { end: false } }]);
  });

  it('are VRAM in use after the only process ended', () => {
    const cells = [...rest(500), ...job(9000), ...rest(5000)];
    expect(found(cells, [runOf(71, 89)], at(160))).toMatchObject([
      { kind: 'vram-leak', beginMs: at(89), endMs: null, who: 'invokeai', summary: '4.4 GiB of VRAM still in use after invokeai ended' },
    ]);
    expect(found(cells, [runOf(71, null)], at(160))).toEqual([]);
    expect(found([...cells, ...job(5000), ...rest(600)], [runOf(71, 89), runOf(161, 175)], at(250))).toMatchObject([{ endMs: at(180) }]);
  });
});

describe('readings', () => {
  const cell = fc.record(
    {
      memoryMiB: fc.constantFrom(500, 2000, 4000, 8000, Number.NaN),
      load: fc.constantFrom(0, 100, Number.NaN),
      temperatureC: fc.constantFrom(40, 90, Number.NaN),
      bits: fc.constantFrom(0, 0x1, 0x4, 0x8, 0x20, 0x40, 0x80, Number.NaN),
    },
    { requiredKeys: [] },
  );
  const day = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.option(cell, { freq: 8 })), { maxLength: 12 })
    .map((parts) => parts.flatMap(([seconds, one]) => repeat(seconds, one)));
  const runs = fc.array(
    fc
      .tuple(fc.integer({ min: -100, max: 3000 }), fc.option(fc.integer({ min: 0, max: 2000 })))
      .map(([from, length]) => runOf(from, length === null ? null : from + length)),
    { maxLength: 6 },
  );

  it('give the same incidents in any batches', () => {
    fc.assert(
      fc.property(day, runs, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 10 }), (cells, processes, sizes) => {
        const rows = rowsOf(cells);
        const whole = createGpuIncidentFinder(GPU, INCIDENT_RULES);
        eachRow(rows, whole.take);
        const parts = createGpuIncidentFinder(GPU, INCIDENT_RULES);
        for (let from = 0, part = 0; from < rows.length; part += 1) {
          const to = from + (sizes[part % sizes.length] ?? 1) * GPU_ROW_WIDTH;
          eachRow(rows.subarray(from, to), parts.take);
          // Asking in between changes nothing.
          parts.found(processes, at(cells.length));
          from = to;
        }
        expect(parts.found(processes, at(cells.length))).toEqual(whole.found(processes, at(cells.length)));
      }),
      { numRuns: 150 },
    );
  });

  it('never throw, whatever numbers they are', () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, START_MS));
    fc.assert(
      fc.property(fc.array(number, { maxLength: 40 * GPU_ROW_WIDTH }), runs, fc.option(number), (numbers, processes, nowMs) => {
        const finder = createGpuIncidentFinder(GPU, INCIDENT_RULES);
        eachRow(Float64Array.from(numbers), finder.take);
        eachBucket([Float64Array.from(numbers), new Float64Array(3)], 2000, finder.take);
        for (const { beginMs, endMs } of finder.found(processes, nowMs)) expect(endMs === null || endMs >= beginMs).toBe(true);
      }),
    );
  });

  it('in buckets count a blip by its share', () => {
    const inBuckets = (cells: readonly (Cells | null)[]) => {
      const rows = rowsOf(cells);
      const buckets = cells.length / 30;
      const columns = INCIDENT_METRICS.map((metric) => {
        const fill = beginBuckets(START_MS, at(cells.length), buckets);
        addRows(fill, rows, GPU_ROW_WIDTH, columnOf(metric));
        return finishBuckets(fill);
      });
      const finder = createGpuIncidentFinder(GPU, INCIDENT_RULES);
      eachBucket(columns, 30_000, finder.take);
      return finder.found([], at(cells.length));
    };
    expect(inBuckets([...repeat(45, {}), ...repeat(1, { bits: 0x40 }), ...repeat(104, {})])).toEqual([]);
    expect(inBuckets([...repeat(45, {}), ...repeat(4, { bits: 0x40 }), ...repeat(101, {})])).toMatchObject([
      { kind: 'thermal', beginMs: at(30), endMs: at(60) },
    ]);
  });

  it('of two days of four GPUs are done at once, even each by itself', () => {
    const rows = rowsOf(
      Array.from({ length: 48 * 3600 }, (_, i) => ({
        load: i % 200 < 100 ? 0 : 99,
        bits: i % 900 < 400 ? 0x20 : 0x4,
        memoryMiB: 1000 + i / 20,
      })),
    );
    const startedAt = performance.now();
    for (let gpu = 0; gpu < 4; gpu += 1) {
      const finder = createGpuIncidentFinder(GPU, INCIDENT_RULES);
      eachRow(rows, finder.take);
      finder.found([runOf(-10, null)], null);
    }
    const elapsedMs = performance.now() - startedAt;
    console.log(`two days of four GPUs: ${elapsedMs.toFixed(0)} ms`);
    // A busy machine takes seconds; work that grows with the square of the rows would take minutes.
    expect(elapsedMs).toBeLessThan(20_000);
  });
});

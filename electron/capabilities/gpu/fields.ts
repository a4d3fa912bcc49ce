import type { UnknownReason } from '../../../shared/capabilities/gpu/contract.ts';
import { GPU_METRICS, GPU_ROW_WIDTH, type GpuMetric } from '../../../shared/gpu-metrics.ts';
import { columnOf } from '../../../shared/gpu-row.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { isGpuUuid, parseCell, splitRow } from './nvidia-smi.ts';

/**
 * The field names of each metric; the first name that the driver knows is used. The old throttle name is first, since drivers from 535
 * on still accept it and older ones know only that name.
 */
const METRIC_FIELDS: Readonly<Record<GpuMetric, readonly string[]>> = {
  memoryUsedMiB: ['memory.used'],
  memoryFreeMiB: ['memory.free'],
  memoryReservedMiB: ['memory.reserved'],
  memoryTotalMiB: ['memory.total'],
  utilizationGpuPercent: ['utilization.gpu'],
  utilizationMemoryPercent: ['utilization.memory'],
  temperatureC: ['temperature.gpu'],
  powerDrawW: ['power.draw'],
  powerLimitW: ['enforced.power.limit', 'power.limit'],
  clockSmMHz: ['clocks.current.sm', 'clocks.sm'],
  clockMemoryMHz: ['clocks.current.memory', 'clocks.mem'],
  fanPercent: ['fan.speed'],
  pstate: ['pstate'],
  throttleBits: ['clocks_throttle_reasons.active', 'clocks_event_reasons.active'],
};

/** The `--query-gpu` names of a driver. `known` null = its help is unreadable; `refused` = names that it rejected. */
export interface FieldKnowledge {
  readonly known: ReadonlySet<string> | null;
  readonly refused: ReadonlySet<string>;
}

/** The columns of one query. */
export interface SamplePlan {
  /** In the order of the query: the UUID, then one field per available metric. */
  readonly fields: readonly string[];
  readonly metrics: readonly GpuMetric[];
  readonly missing: readonly GpuMetric[];
}

/** The first of these names that the driver knows; null = none. */
export function pickField(names: readonly string[], knowledge: FieldKnowledge): string | null {
  return names.find((name) => !knowledge.refused.has(name) && (knowledge.known === null || knowledge.known.has(name))) ?? null;
}

/** Chooses the fields of the sample stream. */
export function planSamples(knowledge: FieldKnowledge): SamplePlan {
  const fields = ['uuid'];
  const metrics: GpuMetric[] = [];
  const missing: GpuMetric[] = [];
  for (const metric of GPU_METRICS) {
    const field = pickField(METRIC_FIELDS[metric], knowledge);
    if (field === null) missing.push(metric);
    else {
      fields.push(field);
      metrics.push(metric);
    }
  }
  return { fields, metrics, missing };
}

/** The names in the output of `nvidia-smi --help-query-gpu`: a quoted name begins a line, aliases follow after `or`. */
export function parseHelp(text: string): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const line of outputLines(text)) {
    if (!/^["“]/.test(line)) continue;
    for (const [, name] of line.matchAll(/["“]([a-z0-9_.]{1,100})["”]/g)) if (name !== undefined) names.add(name);
  }
  // Without these names it is another kind of help, so that the fields are tried instead.
  return names.has('uuid') && names.has('memory.used') ? names : null;
}

/** The field in `Field "x" is not a valid field to query.`; null = another text. */
export function refusedField(text: string): string | null {
  return /Field ["“]([A-Za-z0-9_.]{1,100})["”] is not a valid field to query/.exec(text)?.[1] ?? null;
}

/** One parsed line of the stream: a row of GPU_ROW_WIDTH numbers and the reasons of its NaNs. */
export interface Sample {
  readonly uuid: string;
  readonly row: Float64Array;
  readonly reasons: ReadonlyMap<GpuMetric, UnknownReason>;
}

/** Parses one line of the stream by position; null = no sample. `at`: arrival in epoch ms. */
export function parseSample(line: string, plan: SamplePlan, at: number): Sample | null {
  const cells = splitRow(line, plan.fields.length);
  const uuid = cells?.[0];
  if (cells === null || uuid === undefined || !isGpuUuid(uuid)) return null;
  const row = new Float64Array(GPU_ROW_WIDTH).fill(Number.NaN);
  row[0] = at;
  const reasons = new Map<GpuMetric, UnknownReason>();
  plan.metrics.forEach((metric, index) => {
    const cell = parseCell(cells[index + 1] ?? '');
    row[columnOf(metric)] = cell.value;
    if (cell.reason !== null) reasons.set(metric, cell.reason);
  });
  for (const metric of plan.missing) reasons.set(metric, 'absent');
  return { uuid, row, reasons };
}

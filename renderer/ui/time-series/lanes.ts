import type { ChartRun, TimeSpan } from './types.ts';

export interface LaneBlock {
  readonly fromMs: number;
  readonly toMs: number;
  readonly details: readonly string[];
}

export interface Lane {
  readonly name: string;
  readonly blocks: readonly LaneBlock[];
}

/** Runs as lanes, one a name, the longest first, overlapping runs of a lane joined; what lies outside the span is left out. */
export function lanesOf(runs: readonly ChartRun[], span: TimeSpan, nowMs: number): readonly Lane[] {
  const byName = new Map<string, { fromMs: number; toMs: number; detail: string }[]>();
  for (const run of runs) {
    const fromMs = Math.max(run.fromMs, span.fromMs);
    const toMs = Math.min(run.toMs ?? nowMs, span.toMs);
    if (!(toMs > fromMs)) continue;
    const list = byName.get(run.lane) ?? [];
    list.push({ fromMs, toMs, detail: run.detail });
    byName.set(run.lane, list);
  }
  const lanes = [...byName].map(([name, list]) => ({ name, blocks: joined(list) }));
  const total = (lane: Lane) => lane.blocks.reduce((sum, block) => sum + block.toMs - block.fromMs, 0);
  return lanes.sort((a, b) => total(b) - total(a) || a.name.localeCompare(b.name));
}

function joined(list: readonly { fromMs: number; toMs: number; detail: string }[]): readonly LaneBlock[] {
  const blocks: { fromMs: number; toMs: number; details: string[] }[] = [];
  for (const run of list.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = blocks.at(-1);
    if (last !== undefined && run.fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, run.toMs);
      last.details.push(run.detail);
    } else blocks.push({ fromMs: run.fromMs, toMs: run.toMs, details: [run.detail] });
  }
  return blocks;
}

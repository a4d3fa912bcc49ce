import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import type { SeriesAnswer } from '../../../shared/capabilities/history/contract.ts';
import { holderOf, parseProcessSubject, type VramHolder } from '../../../shared/process-subjects.ts';
import { SERIES_KINDS } from '../../../shared/series-kinds.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import type { ProcessList } from '../../stores/process-lists.ts';
import { serviceColor } from '../../theme/service-colors.ts';
import { nearestPoint } from '../../ui/time-series/nearest.ts';
import type { ChartPoint, ChartSeries, ChartStack, CssColor, TimeSpan } from '../../ui/time-series/types.ts';
import { storedPoints } from '../history/stored-points.ts';
import { VRAM } from './charts.ts';
import { TEXT } from './text.ts';

const HOLD_MS = SERIES_KINDS.process.holdMs;
/** More areas are not told apart; the smallest are summed up. */
const MAX_LAYERS = 6;
const OTHERS_COLOR: CssColor = 'var(--ada-stale)';

/** The stored series of the processes of one GPU. */
export interface StoredHolders {
  readonly subjects: readonly string[];
  readonly answer: SeriesAnswer;
}

/** GiB by the name of the holder, at the start of a bucket. */
type Held = Map<string, number>;

/** The name of a holder: its unit without `.service`, else its program. */
export function nameOfHolder({ kind, name }: VramHolder): string {
  if (kind === 'others') return TEXT.others;
  return (kind === 'unit' ? shortUnitName(name) : name) || TEXT.unidentified;
}

const seriesOf = (name: string): ChartSeries => ({
  key: name,
  label: name,
  color: name === TEXT.others ? OTHERS_COLOR : cssColor(serviceColor(name)),
});

function cssColor(color: string): CssColor {
  return isCssColor(color) ? color : OTHERS_COLOR;
}
const isCssColor = (color: string): color is CssColor => color.startsWith('var(');

function storedBuckets({ subjects, answer }: StoredHolders): ReadonlyMap<number, Held> {
  const names = subjects.map((subject) => nameOfHolder(parseProcessSubject(subject)?.holder ?? { kind: 'others', name: '' }));
  const columns = subjects.map((_subject, i) => i);
  const buckets = new Map<number, Held>();
  for (const { startMs, mean } of storedPoints(answer, columns, VRAM.scale)) {
    const held: Held = new Map();
    for (const [i, value] of mean.entries()) {
      const name = names[i] ?? TEXT.others;
      if (value !== null) held.set(name, (held.get(name) ?? 0) + value);
    }
    buckets.set(startMs, held);
  }
  return buckets;
}

function heldIn({ processes }: ProcessList, gpuUuid: string): Held {
  const held: Held = new Map();
  for (const process of processes) {
    if (process.gpuUuid !== gpuUuid || process.memoryUsedMiB === null) continue;
    const name = nameOfHolder(holderOf(process));
    held.set(name, (held.get(name) ?? 0) + process.memoryUsedMiB * VRAM.scale);
  }
  return held;
}

function meanOf(lists: readonly Held[]): Held {
  const sum: Held = new Map();
  for (const held of lists) for (const [name, value] of held) sum.set(name, (sum.get(name) ?? 0) + value / lists.length);
  return sum;
}

/** Buckets of the live lists that lie wholly behind the first list. A list stands until the next one. */
function liveBuckets(lists: readonly ProcessList[], gpuUuid: string, bucketMs: number, nowMs: number): ReadonlyMap<number, Held> {
  const buckets = new Map<number, Held>();
  const [first] = lists;
  if (first === undefined) return buckets;
  const held = lists.map((list) => ({ atMs: list.atMs, held: heldIn(list, gpuUuid) }));
  let next = 0;
  for (let startMs = Math.floor(first.atMs / bucketMs) * bucketMs; startMs < nowMs; startMs += bucketMs) {
    const inside: Held[] = [];
    while ((held[next]?.atMs ?? Number.POSITIVE_INFINITY) < startMs + bucketMs) {
      inside.push(held[next]?.held ?? new Map());
      next += 1;
    }
    const before = held[next - 1];
    if (inside.length > 0) buckets.set(startMs, meanOf(inside));
    else if (before !== undefined && startMs - before.atMs <= HOLD_MS) buckets.set(startMs, before.held);
  }
  return buckets;
}

export interface StackSource {
  /** Null = not loaded. */
  readonly stored: StoredHolders | null;
  readonly lists: readonly ProcessList[];
  readonly gpuUuid: string;
  readonly span: TimeSpan;
  readonly bucketMs: number;
  readonly nowMs: number;
}

/** VRAM by process in GiB as a stack, the largest holder of the span at the bottom. Live buckets replace stored ones but for the first, which is not whole. */
export function stackOf({ stored, lists, gpuUuid, span, bucketMs, nowMs }: StackSource): ChartStack {
  const storedMs = stored?.answer.bucketMs ?? bucketMs;
  const old = stored === null ? new Map<number, Held>() : storedBuckets(stored);
  const live = [...liveBuckets(lists, gpuUuid, bucketMs, nowMs)];
  const liveFromMs = live[old.size === 0 ? 0 : 1]?.[0] ?? Number.POSITIVE_INFINITY;
  const buckets = [
    ...[...old].filter(([startMs]) => startMs + storedMs <= liveFromMs).map(([startMs, held]) => ({ at: startMs + storedMs / 2, held })),
    ...live.filter(([startMs]) => startMs >= liveFromMs).map(([startMs, held]) => ({ at: startMs + bucketMs / 2, held })),
  ].filter(({ at }) => at >= span.fromMs - bucketMs && at <= span.toMs + bucketMs);
  const total: Held = new Map();
  for (const { held } of buckets) for (const [name, value] of held) total.set(name, (total.get(name) ?? 0) + value);
  const order = [...total]
    .filter(([name, sum]) => sum > 0 && name !== TEXT.others)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([name]) => name);
  const shown = order.slice(0, MAX_LAYERS);
  const hasOthers = order.length > shown.length || (total.get(TEXT.others) ?? 0) > 0;
  return {
    series: [...shown, ...(hasOthers ? [TEXT.others] : [])].map(seriesOf),
    points: buckets.map(({ at, held }): ChartPoint => {
      const rest = [...held].reduce((sum, [name, value]) => (shown.includes(name) ? sum : sum + value), 0);
      const mean = [...shown.map((name) => held.get(name) ?? 0), ...(hasOthers ? [rest] : [])];
      return { at, mean, band: mean.map(() => null) };
    }),
    bucketMs: Math.max(bucketMs, storedMs),
    stepMs: HOLD_MS,
  };
}

/** GiB of each layer at a moment, in the order of the stack; null in a gap. */
export function heldAt({ points, bucketMs }: ChartStack, atMs: number): readonly (number | null)[] | null {
  return nearestPoint(points, atMs, Math.max(bucketMs, HOLD_MS))?.mean ?? null;
}

/** GiB of each layer in a list of processes, in the order of the stack; null where a process reports no figure, or no list was read. */
export function heldNow({ series }: ChartStack, processes: readonly GpuProcess[] | null, gpuUuid: string): readonly (number | null)[] {
  if (processes === null) return series.map(() => null);
  const held = heldIn({ atMs: 0, processes }, gpuUuid);
  const shown = new Set(series.map(({ label }) => label));
  const unknown = new Set(
    processes
      .filter((process) => process.gpuUuid === gpuUuid && process.memoryUsedMiB === null)
      .map((process) => nameOfHolder(holderOf(process)))
      .map((name) => (shown.has(name) ? name : TEXT.others)),
  );
  const rest = [...held].reduce((sum, [name, value]) => (shown.has(name) && name !== TEXT.others ? sum : sum + value), 0);
  return series.map(({ label }) => {
    if (unknown.has(label)) return null;
    return label === TEXT.others ? rest : (held.get(label) ?? 0);
  });
}

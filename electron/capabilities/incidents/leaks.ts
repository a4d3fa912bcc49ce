import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import type { Rest } from './rests.ts';
import type { IncidentRules } from './rules.ts';

/** VRAM of one GPU that did not come back. */
export interface Leak {
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly isEndCut: boolean;
  /** `rising`: more at each rest, under one process. `held`: in use although every process that was seen has ended. */
  readonly how: 'rising' | 'held';
  /** VRAM at each rest, oldest first. */
  readonly floors: readonly Rest[];
  /** The process that used the VRAM; null = several, or none is known. */
  readonly run: ProcessRun | null;
}

type LeakRules = Pick<IncidentRules, 'leakStepMiB' | 'leakRises' | 'leakTotalMiB' | 'heldMiB'>;

/**
 * Leaks of one GPU, oldest first. Caches hold VRAM by design, so only what grows at `leakRises` rests in a row counts, under the same
 * processes: each process that starts or ends begins the count anew. `isLive`: the last rest may still go on.
 */
export function findLeaks(rests: readonly Rest[], runs: readonly ProcessRun[], rules: LeakRules, isLive: boolean): readonly Leak[] {
  const changes = runs
    .flatMap(({ startedAt, endedAt }) => (endedAt === null ? [startedAt] : [startedAt, endedAt]))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return [...risingLeaks(rests, runs, changes, rules, isLive), ...heldLeaks(rests, runs, rules, isLive)].sort(
    (a, b) => a.beginMs - b.beginMs,
  );
}

function risingLeaks(
  rests: readonly Rest[],
  runs: readonly ProcessRun[],
  changes: readonly number[],
  rules: LeakRules,
  isLive: boolean,
): Leak[] {
  const leaks: Leak[] = [];
  let chain: Rest[] = [];
  let isLeak = false;
  let nextChange = 0;
  const riseOf = (): number => (chain.at(-1)?.floorMiB ?? 0) - (chain[0]?.floorMiB ?? 0);
  const end = (endMs: number | null, isEndCut: boolean): void => {
    const second = chain[1];
    if (isLeak && second !== undefined)
      leaks.push({ beginMs: second.fromMs, endMs, isEndCut, how: 'rising', floors: chain, run: onlyRun(runs, second.fromMs) });
    isLeak = false;
    chain = [];
  };
  for (const rest of rests) {
    const previous = chain.at(-1);
    let changedAt: number | null = null;
    while (nextChange < changes.length && (changes[nextChange] ?? 0) <= rest.fromMs) {
      if (previous !== undefined && (changes[nextChange] ?? 0) > previous.toMs) changedAt ??= changes[nextChange] ?? null;
      nextChange += 1;
    }
    if (previous === undefined) chain = [rest];
    else if (rest.isAfterGap) {
      end(previous.toMs, true);
      chain = [rest];
    } else if (changedAt !== null) {
      end(changedAt, false);
      chain = [rest];
    } else if (isLeak && rest.floorMiB < (chain[0]?.floorMiB ?? 0) + riseOf() / 2) {
      end(rest.fromMs, false);
      chain = [rest];
    } else if (rest.floorMiB >= previous.floorMiB + rules.leakStepMiB) {
      chain.push(rest);
      isLeak ||= chain.length > rules.leakRises && riseOf() >= rules.leakTotalMiB;
    } else if (!isLeak) chain = [rest];
  }
  const last = rests.at(-1);
  end(isLive ? null : (last?.toMs ?? null), !isLive);
  return leaks;
}

/** Two neighbouring rests without any process, between which one ran that left VRAM in use. */
function heldLeaks(rests: readonly Rest[], runs: readonly ProcessRun[], rules: LeakRules, isLive: boolean): Leak[] {
  const leaks: Leak[] = [];
  let before: Rest | null = null;
  let leak: { readonly base: Rest; readonly floors: Rest[]; readonly run: ProcessRun } | null = null;
  const end = (endMs: number | null, isEndCut: boolean): void => {
    if (leak === null) return;
    leaks.push({
      beginMs: leak.run.endedAt ?? leak.base.toMs,
      endMs,
      isEndCut,
      how: 'held',
      floors: [leak.base, ...leak.floors],
      run: leak.run,
    });
    leak = null;
  };
  const occupied = createOverlap(runs);
  for (const rest of rests) {
    if (rest.isAfterGap) {
      end(before?.toMs ?? rest.fromMs, true);
      before = null;
    }
    if (occupied(rest)) continue;
    if (leak !== null && rest.floorMiB < leak.base.floorMiB + rules.heldMiB / 2) end(rest.fromMs, false);
    if (leak !== null) leak.floors.push(rest);
    else if (before !== null && rest.floorMiB >= before.floorMiB + rules.heldMiB) {
      const run = lastEnded(runs, before.toMs, rest.fromMs);
      if (run !== null) leak = { base: before, floors: [rest], run };
    }
    before = rest;
  }
  end(isLive ? null : (before?.toMs ?? null), !isLive);
  return leaks;
}

/** Whether any run overlaps a rest. Rests must come oldest first. */
function createOverlap(runs: readonly ProcessRun[]): (rest: Rest) => boolean {
  const byStart = [...runs].sort((a, b) => a.startedAt - b.startedAt);
  let next = 0;
  let latestEnd = Number.NEGATIVE_INFINITY;
  return ({ fromMs, toMs }) => {
    for (let run = byStart[next]; run !== undefined && run.startedAt < toMs; run = byStart[next]) {
      latestEnd = Math.max(latestEnd, run.endedAt ?? Number.POSITIVE_INFINITY);
      next += 1;
    }
    return latestEnd > fromMs;
  };
}

const lastEnded = (runs: readonly ProcessRun[], afterMs: number, untilMs: number): ProcessRun | null =>
  runs
    .filter(({ startedAt, endedAt }) => endedAt !== null && startedAt >= afterMs && endedAt <= untilMs)
    .sort((a, b) => (b.peakMiB ?? 0) - (a.peakMiB ?? 0))[0] ?? null;

/** The only process at a moment; null = none, or several. */
function onlyRun(runs: readonly ProcessRun[], atMs: number): ProcessRun | null {
  const present = runs.filter(({ startedAt, endedAt }) => startedAt <= atMs && (endedAt ?? Number.POSITIVE_INFINITY) > atMs);
  return present.length === 1 ? (present[0] ?? null) : null;
}

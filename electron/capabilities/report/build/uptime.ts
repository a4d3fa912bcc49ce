import type { Buckets, UnitPast } from '../data.ts';
import type { Span } from '../document.ts';
import { bucketCount, countAt, meanAt } from './stretches.ts';

/** How long something was up of the time in which its state is known. */
export interface Uptime {
  readonly upMs: number;
  readonly knownMs: number;
  /** Oldest first; empty where only shares of the time are known. */
  readonly downs: readonly Span[];
}

/** Of what the panel saw at regular moments, each of which stands for `intervalMs`. */
export function uptimeOfLink(isUp: Buckets, intervalMs: number): Uptime {
  let [up, known] = [0, 0];
  for (let index = 0; index < bucketCount(isUp); index += 1) {
    const count = countAt(isUp, index);
    if (count === 0) continue;
    known += count;
    up += meanAt(isUp, index) * count;
  }
  return { upMs: up * intervalMs, knownMs: known * intervalMs, downs: [] };
}

interface Edge {
  readonly atMs: number;
  /** Null = unknown from here. */
  readonly isUp: boolean | null;
}

/**
 * Of a unit in the host's journal, whoever watched. `boots` are oldest first; the time before the journal begins is unknown, and so is
 * the state before the first change where the journal does not imply it.
 */
export function uptimeOfUnit(unit: UnitPast, boots: readonly Span[], span: Span): Uptime {
  const edges = edgesOf(unit, boots, span);
  let [upMs, knownMs] = [0, 0];
  const downs: Span[] = [];
  for (const [index, { atMs, isUp }] of edges.entries()) {
    const fromMs = Math.max(atMs, span.fromMs);
    const toMs = Math.min(edges[index + 1]?.atMs ?? span.toMs, span.toMs);
    if (isUp === null || toMs <= fromMs) continue;
    knownMs += toMs - fromMs;
    if (isUp) upMs += toMs - fromMs;
    else {
      const last = downs.at(-1);
      if (last !== undefined && last.toMs === fromMs) downs[downs.length - 1] = { fromMs: last.fromMs, toMs };
      else downs.push({ fromMs, toMs });
    }
  }
  return { upMs, knownMs, downs };
}

function edgesOf(unit: UnitPast, boots: readonly Span[], span: Span): readonly Edge[] {
  const changes = unit.changes
    .filter(({ kind }) => kind !== 'scheduled')
    .map(({ atMs, kind }): Edge => ({ atMs, isUp: kind === 'started' }));
  // The host was off between two boots, and a unit is down until it is started.
  const ofBoots = boots.flatMap(({ fromMs, toMs }, index): Edge[] => [
    ...(index === 0 ? [] : [{ atMs: fromMs, isUp: false }]),
    ...(index === boots.length - 1 ? [] : [{ atMs: toMs, isUp: false }]),
  ]);
  const edges = [...changes, ...ofBoots].sort((a, b) => a.atMs - b.atMs);
  const first = edges.find(({ atMs }) => atMs >= span.fromMs);
  const journalFromMs = boots[0]?.fromMs ?? null;
  if (journalFromMs === null) return edges;
  const isOfUnit = first !== undefined && changes.includes(first);
  const before = first === undefined ? stateNow(unit.activeState) : isOfUnit && !unit.isCut ? first.isUp === false : null;
  return [{ atMs: Math.max(span.fromMs, journalFromMs), isUp: before }, ...edges.filter(({ atMs }) => atMs >= span.fromMs)];
}

/** Without any change since the begin of the span the present state is that of the whole span. */
const stateNow = (activeState: string | null): boolean | null => {
  if (activeState === null || activeState === '') return null;
  return activeState === 'active' || activeState === 'reloading';
};

import { backendState } from '../../../shared/backend-state.ts';
import type { HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { TimeSpan } from '../../ui/time-series/types.ts';

/** A stretch in one state; state null = not known. */
export interface StateSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: string | null;
}

/** How a backend fared in a range. */
export interface BackendFlaps {
  readonly name: string;
  readonly spans: readonly StateSpan[];
  /** Times that it failed; an outage that began before the range counts. */
  readonly outages: number;
  readonly downMs: number;
  /** Of outages within the range; null = none. */
  readonly longestMs: number | null;
  /** Start of the newest outage, also one before the range; null = none. */
  readonly lastAt: number | null;
  readonly isDown: boolean;
}

const DOWN: ReadonlySet<string | null> = new Set(['unreachable', 'not ready']);
const UP: ReadonlySet<string | null> = new Set(['ready', 'healthy']);
/** `not reported` is unknown. */
export const kindOfState = (state: string | null): 'up' | 'down' | 'unknown' =>
  DOWN.has(state) ? 'down' : UP.has(state) ? 'up' : 'unknown';

/**
 * The states of each backend in [fromMs, toMs), from the recorded changes, oldest first, also those before the range. Before the first
 * change a state is not known; a backend that never changed has had its present state for as long as the panel has watched it. In a time
 * without recordings a state is unknown, and so it is after it where the next state shows that a change was missed.
 */
export function flapsOf(o: {
  readonly events: readonly HistoryEvent[];
  /** As in the subjects of the events. */
  readonly endpoint: string;
  readonly health: readonly Pick<HealthRow, 'name' | 'isHealthy' | 'isReady' | 'since'>[];
  /** The stretches of the range without recordings, in order. */
  readonly unrecorded: readonly TimeSpan[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}): readonly BackendFlaps[] {
  const byName = new Map<string, Pick<HistoryEvent, 'at' | 'state'>[]>(o.health.map(({ name }) => [name, []]));
  for (const event of o.events) {
    if (event.kind === 'backend' && event.subject.startsWith(`${o.endpoint} `)) {
      byName.get(event.subject.slice(o.endpoint.length + 1))?.push(event);
    }
  }
  const endMs = Math.min(o.toMs, o.nowMs);
  return o.health.map((row) => {
    const { name, since } = row;
    const present = backendState(row);
    const events = byName.get(name) ?? [];
    const last = events.at(-1);
    // The newest change is in the reading before it is among the events that were read.
    if (last !== undefined && last.state !== present && since !== null && since > last.at) events.push({ at: since, state: present });
    const before = events.findLast(({ at }) => at <= o.fromMs);
    const within = events.filter(({ at }) => at > o.fromMs && at < endMs);
    const initial = before?.state ?? (events.length === 0 ? present : null);
    const starts = [{ at: o.fromMs, state: initial }, ...within.map(({ at, state }) => ({ at, state }))];
    const isNewest = events.every(({ at }) => at < endMs);
    const spans = starts.flatMap(({ at, state }, i): readonly StateSpan[] => {
      const next = starts[i + 1];
      const span = { fromMs: at, toMs: next?.at ?? endMs, state };
      const gaps = clippedTo(o.unrecorded, span);
      if (next !== undefined) return pieces(span, gaps, next.state !== state ? state : null);
      if (!isNewest || state === present) return pieces(span, gaps, state);
      // A change was missed: the last stretch of recordings had the present state, and what came before it is unknown.
      if (gaps.length > 0) return pieces(span, gaps, null, present);
      const isOfEvent = i > 0;
      return isOfEvent
        ? [
            { ...span, toMs: at },
            { ...span, state: null },
          ]
        : [{ ...span, state: state === null ? null : present }];
    });
    return {
      name,
      spans,
      ...outagesOf(spans, new Set(starts.map(({ at }) => at))),
      lastAt: events.findLast(({ state }) => kindOfState(state) === 'down')?.at ?? null,
    };
  });
}

const clippedTo = (gaps: readonly TimeSpan[], { fromMs, toMs }: TimeSpan): readonly TimeSpan[] =>
  gaps.map((gap) => ({ fromMs: Math.max(gap.fromMs, fromMs), toMs: Math.min(gap.toMs, toMs) })).filter((gap) => gap.toMs > gap.fromMs);

/** A span with its gaps as unknown; between the gaps and after the last one its state may be another than before the first one. */
function pieces(span: StateSpan, gaps: readonly TimeSpan[], between: string | null, after = between): readonly StateSpan[] {
  const found: StateSpan[] = [];
  const add = (fromMs: number, toMs: number, state: string | null): void => {
    const last = found.at(-1);
    if (toMs <= fromMs) return;
    if (last?.state === state) found[found.length - 1] = { ...last, toMs };
    else found.push({ fromMs, toMs, state });
  };
  let from = span.fromMs;
  for (const [i, gap] of gaps.entries()) {
    add(from, gap.fromMs, i === 0 ? span.state : between);
    add(gap.fromMs, gap.toMs, null);
    from = gap.toMs;
  }
  add(from, span.toMs, gaps.length === 0 ? span.state : after);
  return found;
}

/** A failure that turns into another failure is one outage, and so is one that goes on after a time without recordings; that time is not counted. */
function outagesOf(
  spans: readonly StateSpan[],
  changes: ReadonlySet<number>,
): Pick<BackendFlaps, 'outages' | 'downMs' | 'longestMs' | 'isDown'> {
  const lengths: number[] = [];
  let wasDown = false;
  let goesOn = false;
  for (const { fromMs, toMs, state } of spans) {
    const isDown = kindOfState(state) === 'down';
    const isSame: boolean = wasDown || (goesOn && !changes.has(fromMs));
    if (isDown) lengths.push((isSame ? (lengths.pop() ?? 0) : 0) + toMs - fromMs);
    wasDown = isDown;
    goesOn = isDown || (state === null && isSame);
  }
  return {
    outages: lengths.length,
    downMs: lengths.reduce((sum, length) => sum + length, 0),
    longestMs: lengths.length === 0 ? null : Math.max(...lengths),
    isDown: wasDown,
  };
}

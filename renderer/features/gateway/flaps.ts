import type { HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';

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
export const isDownState = (state: string | null): boolean => DOWN.has(state);

/**
 * The states of each backend in [fromMs, toMs), from the recorded changes, oldest first, also those before the range. Before the first
 * change a state is not known; a backend that never changed has had its present state for as long as the panel has watched it.
 */
export function flapsOf(o: {
  readonly events: readonly HistoryEvent[];
  /** As in the subjects of the events. */
  readonly endpoint: string;
  readonly health: readonly Pick<HealthRow, 'name'>[];
  readonly presentState: (name: string) => string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}): readonly BackendFlaps[] {
  const byName = new Map<string, HistoryEvent[]>(o.health.map(({ name }) => [name, []]));
  for (const event of o.events) {
    if (event.kind === 'backend' && event.subject.startsWith(`${o.endpoint} `)) {
      byName.get(event.subject.slice(o.endpoint.length + 1))?.push(event);
    }
  }
  const endMs = Math.min(o.toMs, o.nowMs);
  return [...byName].map(([name, events]) => {
    const before = events.findLast(({ at }) => at <= o.fromMs);
    const within = events.filter(({ at }) => at > o.fromMs && at < endMs);
    const initial = before?.state ?? (events.length === 0 ? o.presentState(name) : null);
    const starts = [{ at: o.fromMs, state: initial }, ...within.map(({ at, state }) => ({ at, state }))];
    const spans = starts.map(({ at, state }, i): StateSpan => ({ fromMs: at, toMs: starts[i + 1]?.at ?? endMs, state }));
    return { name, spans, ...outagesOf(spans), lastAt: events.findLast(({ state }) => isDownState(state))?.at ?? null };
  });
}

/** A failure that turns into another failure is one outage. */
function outagesOf(spans: readonly StateSpan[]): Pick<BackendFlaps, 'outages' | 'downMs' | 'longestMs' | 'isDown'> {
  const lengths: number[] = [];
  let wasDown = false;
  for (const { fromMs, toMs, state } of spans) {
    const isDown = isDownState(state);
    if (isDown) lengths.push((wasDown ? (lengths.pop() ?? 0) : 0) + toMs - fromMs);
    wasDown = isDown;
  }
  return {
    outages: lengths.length,
    downMs: lengths.reduce((sum, length) => sum + length, 0),
    longestMs: lengths.length === 0 ? null : Math.max(...lengths),
    isDown: wasDown,
  };
}

import { monotonicMs } from '../../../shared/monotonic.ts';
import type { ShownUnit } from './show-parser.ts';

/** How much later than the reading that shows a change its journal entry may arrive. */
const MAX_ENTRY_DELAY_MS = 3_000;

/** Compares what the service manager logged with what was read of its units. */
export interface UnloggedChanges {
  /** The manager logged an entry about this unit; '' = about no single unit. */
  logged(unit: string): void;
  /** All watched units as they were just read. */
  read(units: Iterable<ShownUnit>): void;
  /** Forgets all readings and entries. */
  clear(): void;
}

/**
 * Calls `onUnlogged` when a unit changed its state between two readings and no entry about it came: the manager logs too
 * little (LogLevel=, LogLevelMax=, an old systemd), or the stream has stalled. `onUnlogged` may be called several times.
 */
export function watchForUnloggedChanges(o: { readonly onUnlogged: (unit: string) => void }): UnloggedChanges {
  const loggedAtMs = new Map<string, number>();
  let before = new Map<string, { readonly state: string; readonly invocationId: string | null }>();
  let beforeAtMs = 0;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const wasLogged = (unit: string, sinceMs: number): boolean =>
    [unit, ''].some((name) => (loggedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) >= sinceMs);

  return {
    logged: (unit) => void loggedAtMs.set(unit, monotonicMs()),
    read: (units) => {
      const sinceMs = beforeAtMs;
      const now = new Map([...units].map((unit) => [unit.id, { state: lastingState(unit), invocationId: unit.invocationId }]));
      for (const [id, { state, invocationId }] of now) {
        const earlier = before.get(id);
        if (earlier === undefined || (earlier.state === state && earlier.invocationId === invocationId)) continue;
        // systemd logs no reset of a failed state.
        if (earlier.state === 'failed' && state === 'inactive') continue;
        if (wasLogged(id, sinceMs)) continue;
        const timer = setTimeout(() => {
          timers.delete(timer);
          if (!wasLogged(id, sinceMs)) o.onUnlogged(id);
        }, MAX_ENTRY_DELAY_MS);
        timers.add(timer);
      }
      before = now;
      beforeAtMs = monotonicMs();
    },
    clear: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      loggedAtMs.clear();
      before.clear();
    },
  };
}

/** systemd logs a reload only where a job started it, not where the unit reloads by itself. */
const lastingState = ({ activeState }: ShownUnit): string =>
  activeState === 'reloading' || activeState === 'refreshing' ? 'active' : activeState;

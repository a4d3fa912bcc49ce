import {
  CHECK_VERDICTS,
  type CheckInfo,
  type CheckResult,
  type CheckRun,
  type CheckRunSummary,
  type CheckSchedule,
  type ChecksState,
  type CheckVerdict,
} from '../../../shared/capabilities/checks/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { Check } from './check.ts';
import type { CheckStore } from './check-store.ts';
import { checksRunningError, checkUnknownError } from './errors.ts';
import { runChecks } from './run-checks.ts';
import type { CheckSources } from './sources.ts';

const HOUR_MS = 3_600_000;
/** How often the schedule looks at the clock. */
const LOOK_EVERY_MS = 60_000;
/** The steps of a run are reported together: each report holds all results. */
const REPORT_EVERY_MS = 50;

export type StartedBy = CheckRunSummary['by'];

/** The checks of one host: one run at a time. */
export interface Checks {
  state(): ChecksState;
  /** Starts a run; resolves when it ended. Throws checks-running, checks-unknown at once. */
  run(ids: readonly string[], by: StartedBy): Promise<void>;
  cancel(): void;
  setSchedule(schedule: CheckSchedule | null): void;
  onChange(listener: (state: ChecksState) => void): () => void;
  stop(): void;
}

/** Opens what a run of these checks looks at; `read` is done when its machines are read, `close` ends its connections. */
export type OpenSources = (
  checks: readonly Pick<Check, 'reads' | 'gatewayReads'>[],
  signal: AbortSignal,
) => { readonly sources: CheckSources; readonly read: Promise<unknown>; close(): void };

export function createChecks(o: {
  readonly checks: readonly Check[];
  readonly store: CheckStore;
  readonly openSources: OpenSources;
  readonly isOnline: () => boolean;
  readonly now: () => number;
}): Checks {
  const changes = createEmitter<ChecksState>();
  let run: CheckRun | null = null;
  let cancel: AbortController | null = null;
  let error: ChecksState['error'] = null;
  let isStopped = false;

  const state = (): ChecksState => ({
    checks: o.checks.map(infoOf),
    results: [...o.store.results()],
    run,
    history: [...o.store.history()],
    schedule: o.store.schedule(),
    nextAt: nextAt(),
    error,
  });
  let report: ReturnType<typeof setTimeout> | null = null;
  const dropReport = (): void => {
    if (report !== null) clearTimeout(report);
    report = null;
  };
  const changed = (): void => {
    dropReport();
    changes.emit(state());
  };
  const nextAt = (): number | null => {
    const schedule = o.store.schedule();
    if (schedule === null) return null;
    const last = o.store.history().find(({ by }) => by === 'schedule')?.startedAt;
    return last === undefined ? o.now() : last + schedule.everyHours * HOUR_MS;
  };
  const update = (next: Partial<CheckRun>): void => {
    if (run === null || isStopped) return;
    run = { ...run, ...next };
    report ??= setTimeout(changed, REPORT_EVERY_MS);
  };

  const start = async (chosen: readonly Check[], by: StartedBy): Promise<void> => {
    cancel = new AbortController();
    const { signal } = cancel;
    const startedAt = o.now();
    const startedMs = monotonicMs();
    const results: CheckResult[] = [];
    error = null;
    run = {
      startedAt,
      ids: chosen.map(({ id }) => id),
      done: [],
      running: [],
      isCancelling: false,
      costs: [...new Set(chosen.map(({ cost }) => cost))],
    };
    changed();
    try {
      const { sources, read, close } = o.openSources(chosen, signal);
      try {
        await runChecks(chosen, sources, {
          read,
          signal,
          now: o.now,
          onStart: (id) => update({ running: [...(run?.running ?? []), id] }),
          onResult: (result) => {
            results.push(o.store.saveResult(result));
            update({ done: [...(run?.done ?? []), result.id], running: (run?.running ?? []).filter((id) => id !== result.id) });
          },
        });
      } finally {
        close();
      }
    } catch (thrown) {
      if (!signal.aborted) error = toPanelError(thrown);
    } finally {
      run = null;
      cancel = null;
      // The host may be removed by now, and what was remembered of it with it.
      if (!isStopped) {
        o.store.addRun(
          summaryOf(results, { startedAt, elapsedMs: monotonicMs() - startedMs, by, isComplete: results.length === chosen.length }),
        );
        changed();
      }
    }
  };
  const choose = (ids: readonly string[]): readonly Check[] => {
    const known = new Map(o.checks.map((check) => [check.id, check]));
    const missing = ids.find((id) => !known.has(id));
    if (missing !== undefined) throw checkUnknownError(missing);
    // In the order of the list, whatever the order of the page.
    return o.checks.filter(({ id, cost }) => (ids.length === 0 ? cost === 'reads' : ids.includes(id)));
  };
  const look = (): void => {
    const schedule = o.store.schedule();
    const due = nextAt();
    if (schedule === null || due === null || due > o.now() || run !== null || !o.isOnline()) return;
    const withImages = schedule.withImages ? ['reads', 'image'] : ['reads'];
    void start(
      o.checks.filter(({ cost }) => withImages.includes(cost)),
      'schedule',
    );
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref?.();

  return {
    state,
    run: (ids, by) => {
      if (run !== null) throw checksRunningError();
      return start(choose(ids), by);
    },
    cancel: () => {
      if (cancel === null) return;
      cancel.abort();
      update({ isCancelling: true });
    },
    setSchedule: (schedule) => {
      o.store.saveSchedule(schedule);
      changed();
      look();
    },
    onChange: changes.on,
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      dropReport();
      cancel?.abort();
    },
  };
}

const infoOf = ({ id, title, group, layer, cost, about }: Check): CheckInfo => ({ id, title, group, layer, cost, about });

function summaryOf(
  results: readonly CheckResult[],
  run: Pick<CheckRunSummary, 'startedAt' | 'elapsedMs' | 'by' | 'isComplete'>,
): CheckRunSummary {
  const idsOf = (verdict: CheckVerdict): string[] => results.filter((result) => result.verdict === verdict).map(({ id }) => id);
  return {
    ...run,
    counts: Object.fromEntries(CHECK_VERDICTS.map((verdict) => [verdict, idsOf(verdict).length])) as CheckRunSummary['counts'],
    failed: idsOf('fail'),
    warned: idsOf('warn'),
  };
}

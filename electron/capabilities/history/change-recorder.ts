import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { HistoryStore } from './source.ts';

/** Reports a state at the time of the call. `run`: names this run of the subject; another run in the same state is an event too. */
export type ReportState = (kind: HistoryEvent['kind'], subject: string, state: string, detail?: string | null, run?: Run) => void;

/** One run of a subject, such as an invocation of a unit, with the detail of the event that it began without a change of state. */
export interface Run {
  readonly id: string | null;
  readonly begun: string;
}

const MAX_SUBJECTS = 1_000;

/**
 * Records an event when the state of a subject changes, or its run while the state stays. The first state is no event, since its start is unknown.
 */
export function createChangeRecorder(o: {
  readonly hostId: string;
  readonly history: Pick<HistoryStore, 'recordEvent'>;
  readonly now: () => number;
}): ReportState {
  const states = new Map<string, { readonly state: string; readonly run: string | null }>();
  return (kind, subject, state, detail = null, run) => {
    const key = `${kind}\n${subject}`;
    const before = states.get(key);
    const id = run?.id ?? null;
    const isSame = before?.state === state;
    const isOtherRun = isSame && id !== null && before.run !== null && before.run !== id;
    if ((isSame && before.run === id) || (before === undefined && states.size >= MAX_SUBJECTS)) return;
    states.set(key, { state, run: id ?? (isSame ? before.run : null) });
    if (before === undefined || (isSame && !isOtherRun)) return;
    o.history.recordEvent(o.hostId, { kind, subject, at: o.now(), state, detail: isOtherRun ? (run?.begun ?? detail) : detail });
  };
}

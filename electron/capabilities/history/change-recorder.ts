import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { HistoryStore } from './source.ts';

/** Reports a state at the time of the call. */
export type ReportState = (kind: HistoryEvent['kind'], subject: string, state: string, detail?: string | null) => void;

const MAX_SUBJECTS = 1_000;

/**
 * Records an event when the state of a subject changes. The first state is no event, since its start is unknown.
 */
export function createChangeRecorder(o: {
  readonly hostId: string;
  readonly history: Pick<HistoryStore, 'recordEvent'>;
  readonly now: () => number;
}): ReportState {
  const states = new Map<string, string>();
  return (kind, subject, state, detail = null) => {
    const key = `${kind}\n${subject}`;
    const before = states.get(key);
    if (before === state || (before === undefined && states.size >= MAX_SUBJECTS)) return;
    states.set(key, state);
    if (before !== undefined) o.history.recordEvent(o.hostId, { kind, subject, at: o.now(), state, detail });
  };
}

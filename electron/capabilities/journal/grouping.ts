import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { NO_TRACEBACK, stepTraceback, type TracebackState } from './traceback.ts';

const MAX_PROCESSES = 200;

/** Assigns the lines of a traceback to a group, separately for each process; entries must be oldest first. */
export function createGrouper(): (entry: JournalEntry) => JournalEntry {
  const states = new Map<string, TracebackState>();
  return (entry) => {
    if (entry.kind !== 'line') return entry;
    const key = `${entry.bootId} ${entry.unit} ${entry.pid ?? ''}`;
    const step = stepTraceback(states.get(key) ?? NO_TRACEBACK, entry);
    if (step.state.kind === 'none') states.delete(key);
    else {
      if (states.size >= MAX_PROCESSES) states.clear();
      states.set(key, step.state);
    }
    return step.groupCursor === null ? entry : { ...entry, groupCursor: step.groupCursor, severity: 'error' };
  };
}

import type { HistoryEvent } from './capabilities/history/contract.ts';
import type { Severity } from './diagnosis/types.ts';

/** Words of the states in which something works. */
const WORKS = new Set(['running', 'completed', 'responding', 'ready', 'healthy', 'online', 'made']);
const BROKEN = new Set(['failed', 'unit file invalid', 'host-out-of-memory']);
const IMPAIRED = new Set(['lost', 'not responding', 'unreachable', 'not ready', 'out-of-memory']);

/** The severity of a stored event, wherever it is shown: what it became decides, an Xid is a warning. */
export function severityOfEvent({
  kind,
  state,
}: Pick<HistoryEvent, 'kind' | 'state'>): Extract<Severity, 'ok' | 'info' | 'warning' | 'critical'> {
  if (kind === 'xid') return 'warning';
  const word = state.toLowerCase();
  if (BROKEN.has(word)) return 'critical';
  if (IMPAIRED.has(word) || word.startsWith('restarting')) return 'warning';
  return WORKS.has(word) ? 'ok' : 'info';
}

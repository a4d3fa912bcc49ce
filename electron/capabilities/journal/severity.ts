import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';

type Severity = JournalEntry['severity'];

const LEVEL_WORDS: Readonly<Record<string, Severity>> = {
  EMERG: 'error',
  ALERT: 'error',
  FATAL: 'error',
  CRITICAL: 'error',
  ERROR: 'error',
  WARNING: 'warning',
  WARN: 'warning',
  INFO: 'info',
  NOTICE: 'info',
  DEBUG: 'debug',
  TRACE: 'debug',
};
const LEVEL = new RegExp(`(?:^|[^A-Za-z0-9_])(${Object.keys(LEVEL_WORDS).join('|')})(?![A-Za-z0-9_])`);
/** nginx writes `[error]`, others `level=error`. */
const LOWER_LEVEL = /(?:\[|\blevel=)(emerg|alert|fatal|critical|crit|error|warning|warn|info|notice|debug)\b/i;
const LEVEL_REACH_CHARS = 160;
const TROUBLE =
  /Traceback \(most recent call last\)|CUDA out of memory|OutOfMemoryError|^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)\b:|segfault|panic:/m;

/**
 * The severity of a line, from its text (a level near the start, a traceback, CUDA out of memory), because all output of a
 * service has priority 6; a priority of 4 or less is a minimum. Pure.
 */
export function severityOf(text: string, priority: number | null): Severity {
  if (priority !== null && priority <= 3) return 'error';
  const head = text.slice(0, LEVEL_REACH_CHARS);
  const lower = LOWER_LEVEL.exec(head)?.[1]?.toUpperCase();
  const word = LEVEL.exec(head)?.[1] ?? (lower === 'CRIT' ? 'CRITICAL' : lower);
  const message = word === undefined ? undefined : LEVEL_WORDS[word];
  if (message === 'error' || TROUBLE.test(text)) return 'error';
  if (message === 'warning' || priority === 4) return 'warning';
  return message ?? (priority === 7 ? 'debug' : 'info');
}

/** The level, or the one of the journal's priority where that is worse. */
export function atLeast(priority: number | null, severity: Severity): Severity {
  if (priority !== null && priority <= 3) return 'error';
  return priority === 4 && severity !== 'error' ? 'warning' : severity;
}

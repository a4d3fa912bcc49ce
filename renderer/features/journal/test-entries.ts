import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';

/** Entry number `n` for tests, one second after the previous entry; `over` replaces fields. */
export function entryOf(n: number, over: Partial<JournalEntry> = {}): JournalEntry {
  return {
    cursor: `c${n}`,
    at: 1_700_000_000_000 + n * 1000,
    bootId: 'boot',
    unit: 'invokeai.service',
    identifier: 'invokeai',
    pid: 42,
    priority: 6,
    severity: 'info',
    text: `line ${n}`,
    kind: 'line',
    groupCursor: null,
    ...over,
  };
}

export function entriesOf(from: number, count: number): readonly JournalEntry[] {
  return Array.from({ length: count }, (_, at) => entryOf(from + at));
}

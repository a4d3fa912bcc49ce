import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { filterTest, type LogFilter } from './filters.ts';
import type { LogBuffer, LogRow } from './log-buffer.ts';
import { RowIndex, type RowTest } from './row-index.ts';
import { compileSearch, type Query, type Search } from './search.ts';

export type Level = 'all' | 'info' | 'warning' | 'error';

/** The operator's options for the rows. */
export interface ViewOptions {
  readonly level: Level;
  /** Conditions on the fields of the lines. */
  readonly filters: readonly LogFilter[];
  readonly query: Query;
  /** Only rows that match the query. */
  readonly onlyMatches: boolean;
  /** Whether tracebacks are folded to their first line… */
  readonly foldAll: boolean;
  /** …and the tracebacks (by group cursor) with the opposite state. */
  readonly foldExceptions: ReadonlySet<string>;
}

export const PLAIN_VIEW: ViewOptions = {
  level: 'all',
  filters: [],
  query: { text: '', regex: false, matchCase: false },
  onlyMatches: false,
  foldAll: false,
  foldExceptions: new Set(),
};

const SEVERITY_RANK = { error: 3, warning: 2, info: 1, debug: 0 } as const;
const LEVEL_RANK = { error: 3, warning: 2, info: 1, all: 0 } as const;

/** Whether this traceback is folded to its first line. */
export function isFolded(options: ViewOptions, groupCursor: string): boolean {
  return options.foldAll !== options.foldExceptions.has(groupCursor);
}

/** Whether an entry is a further line of a traceback, not its first. */
export function isContinuation(entry: JournalEntry): boolean {
  return entry.groupCursor !== null && entry.groupCursor !== entry.cursor;
}

/** Whether an entry has the level, or a worse one. */
export function passesLevel(entry: JournalEntry, level: Level): boolean {
  return SEVERITY_RANK[entry.severity] >= LEVEL_RANK[level];
}

/** Level and filters together; null = every line passes. */
function entryTest({ level, filters }: ViewOptions): ((entry: JournalEntry) => boolean) | null {
  const passesFilters = filterTest(filters);
  if (level === 'all') return passesFilters;
  return (entry) => passesLevel(entry, level) && (passesFilters === null || passesFilters(entry));
}

function foldTest(options: ViewOptions, buffer: LogBuffer): RowTest | null {
  if (!options.foldAll && options.foldExceptions.size === 0) return null;
  return (row) => {
    if (row.kind !== 'entry' || row.entry.groupCursor === null || !isContinuation(row.entry)) return true;
    // A traceback whose first line was dropped cannot be unfolded, so it stays open.
    return !isFolded(options, row.entry.groupCursor) || !buffer.has(row.entry.groupCursor);
  };
}

/** A buffer with the rows that are shown and the matches of the search among them. */
export class LogView {
  readonly buffer: LogBuffer;
  readonly rows: RowIndex;
  readonly matches: RowIndex;
  #options: ViewOptions = PLAIN_VIEW;
  #search: Search = { kind: 'none' };

  constructor(buffer: LogBuffer) {
    this.buffer = buffer;
    this.rows = new RowIndex(buffer);
    this.matches = new RowIndex(buffer);
    this.matches.reset(() => false, false);
  }

  get options(): ViewOptions {
    return this.#options;
  }

  get search(): Search {
    return this.#search;
  }

  /** Changes the options; `step` then updates the indexes. */
  setOptions(options: ViewOptions): void {
    const before = this.#options;
    this.#options = options;
    const queryChanged = before.query !== options.query;
    if (queryChanged) this.#search = compileSearch(options.query);
    const rowsChanged =
      before.level !== options.level ||
      before.filters !== options.filters ||
      before.foldAll !== options.foldAll ||
      before.foldExceptions !== options.foldExceptions ||
      before.onlyMatches !== options.onlyMatches ||
      (options.onlyMatches && queryChanged);
    if (rowsChanged) this.#resetRows();
    if (rowsChanged || queryChanged) this.#resetMatches();
  }

  /** Clears the buffer and its indexes. */
  clear(): void {
    this.buffer.clear();
    this.#resetRows();
    this.#resetMatches();
  }

  #contentTest(): RowTest | null {
    const { onlyMatches } = this.#options;
    const search = this.#search;
    const filter = onlyMatches && search.kind === 'ready' ? search.matches : null;
    const passes = entryTest(this.#options);
    if (passes === null && filter === null) return null;
    return (row) => row.kind === 'mark' || ((passes === null || passes(row.entry)) && (filter === null || filter(row.entry.text)));
  }

  #resetRows(): void {
    const content = this.#contentTest();
    const fold = foldTest(this.#options, this.buffer);
    if (content === null) this.rows.reset(fold, false);
    // Folding is tested after the group, so that a traceback that matches is shown with all unfolded lines.
    else this.rows.reset(content, true, fold);
  }

  #resetMatches(): void {
    const search = this.#search;
    if (search.kind !== 'ready') {
      this.matches.reset(() => false, false);
      return;
    }
    const passes = entryTest(this.#options);
    const fold = foldTest(this.#options, this.buffer);
    const test = (row: LogRow): boolean => row.kind === 'entry' && (passes === null || passes(row.entry)) && search.matches(row.entry.text);
    this.matches.reset(test, false, fold);
  }

  /** Updates both indexes until `isOver`; true = both are up to date. */
  step(isOver: () => boolean): boolean {
    const rowsDone = this.rows.step(isOver);
    if (!rowsDone && isOver()) return false;
    return this.matches.step(isOver) && rowsDone;
  }

  /** The match before or after a seq, wrapping at the ends; null = no match. */
  nextMatch(fromSeq: number, direction: 'next' | 'previous'): number | null {
    const count = this.matches.length;
    if (count === 0) return null;
    const position =
      direction === 'next' ? this.matches.positionOf(fromSeq + 1) % count : (this.matches.positionOf(fromSeq) - 1 + count) % count;
    return this.matches.seqAt(position);
  }
}

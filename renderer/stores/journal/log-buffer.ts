import type { JournalEntry, JournalMark } from '../../../shared/capabilities/journal/contract.ts';

/** A mark between the rows: an event of the stream, or the time that was jumped to. */
export interface RowMark {
  readonly kind: JournalMark['kind'] | 'moment';
  readonly at: number;
  readonly message: string;
}

/** One row of the log: a journal entry or a mark. */
export type LogRow =
  | { readonly kind: 'entry'; readonly seq: number; readonly entry: JournalEntry; readonly lines: number }
  | { readonly kind: 'mark'; readonly seq: number; readonly mark: RowMark };

/** The result of adding entries. */
export interface Taken {
  readonly added: number;
  /** Entries that were skipped because their cursor was already in the buffer. */
  readonly doubled: number;
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/**
 * A bounded list of log rows, addressed by `seq`: a number that a row never changes, one higher than the `seq` of the row
 * before. Appending, prepending and dropping the oldest row take constant time. Each cursor occurs once.
 */
export class LogBuffer {
  /** The maximum number of rows. */
  readonly capacity: number;
  /** Oldest rows dropped since the last clear. */
  dropped = 0;
  readonly #slots: (LogRow | undefined)[];
  readonly #cursors = new Set<string>();
  /** The rows of each traceback, oldest first, by the cursor of its first line. */
  readonly #groups = new Map<string, number[]>();
  readonly #onLetGo: (() => void)[] = [];
  #firstSeq = 0;
  #endSeq = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#slots = new Array<LogRow | undefined>(capacity);
  }

  /** The oldest row's seq. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  /** One past the newest row's seq. */
  get endSeq(): number {
    return this.#endSeq;
  }

  get length(): number {
    return this.#endSeq - this.#firstSeq;
  }

  #slot(seq: number): number {
    return ((seq % this.capacity) + this.capacity) % this.capacity;
  }

  at(seq: number): LogRow | undefined {
    return seq >= this.#firstSeq && seq < this.#endSeq ? this.#slots[this.#slot(seq)] : undefined;
  }

  has(cursor: string): boolean {
    return this.#cursors.has(cursor);
  }

  /** The seqs of the rows of a traceback, oldest first. */
  group(groupCursor: string): readonly number[] {
    return this.#groups.get(groupCursor) ?? [];
  }

  /** The oldest entry, ignoring marks. */
  oldest(): JournalEntry | null {
    for (let seq = this.#firstSeq; seq < this.#endSeq; seq += 1) {
      const row = this.at(seq);
      if (row?.kind === 'entry') return row.entry;
    }
    return null;
  }

  /** The newest entry, ignoring marks. */
  newest(): JournalEntry | null {
    for (let seq = this.#endSeq - 1; seq >= this.#firstSeq; seq -= 1) {
      const row = this.at(seq);
      if (row?.kind === 'entry') return row.entry;
    }
    return null;
  }

  /** Appends a mark; a full buffer drops its oldest row. */
  appendMark(mark: RowMark): void {
    if (this.length >= this.capacity) this.letGo(this.capacity - 1);
    const seq = this.#endSeq;
    this.#slots[this.#slot(seq)] = { kind: 'mark', seq, mark };
    this.#endSeq += 1;
  }

  /** Appends entries in order; a full buffer drops its oldest rows. */
  append(entries: readonly JournalEntry[]): Taken {
    let doubled = 0;
    for (const entry of entries) {
      if (this.#cursors.has(entry.cursor)) {
        doubled += 1;
        continue;
      }
      if (this.length >= this.capacity) this.letGo(this.capacity - 1);
      const seq = this.#endSeq;
      this.#endSeq += 1;
      this.#put(seq, entry, 'newest');
    }
    return { added: entries.length - doubled, doubled };
  }

  /** Adds entries (oldest first) before the oldest row, the newest first, while there is room. */
  prepend(entries: readonly JournalEntry[]): Taken {
    let added = 0;
    let doubled = 0;
    for (let at = entries.length - 1; at >= 0 && this.length < this.capacity; at -= 1) {
      const entry = entries[at];
      if (entry === undefined) continue;
      if (this.#cursors.has(entry.cursor)) {
        doubled += 1;
        continue;
      }
      this.#firstSeq -= 1;
      this.#put(this.#firstSeq, entry, 'oldest');
      added += 1;
    }
    // Loaded rows may be ones that were dropped before.
    this.dropped = Math.max(0, this.dropped - added);
    return { added, doubled };
  }

  #put(seq: number, entry: JournalEntry, end: 'newest' | 'oldest'): void {
    this.#slots[this.#slot(seq)] = { kind: 'entry', seq, entry, lines: countLines(entry.text) };
    this.#cursors.add(entry.cursor);
    if (entry.groupCursor === null) return;
    const group = this.#groups.get(entry.groupCursor);
    if (group === undefined) this.#groups.set(entry.groupCursor, [seq]);
    else if (end === 'newest') group.push(seq);
    else group.unshift(seq);
  }

  /** Calls back after rows were dropped, since rows loaded later reuse their seqs. */
  onLetGo(listener: () => void): void {
    this.#onLetGo.push(listener);
  }

  /** Drops the oldest rows until at most `keep` are left; returns how many it dropped. */
  letGo(keep: number): number {
    const before = this.#firstSeq;
    while (this.length > keep) {
      const slot = this.#slot(this.#firstSeq);
      const row = this.#slots[slot];
      this.#slots[slot] = undefined;
      this.#firstSeq += 1;
      if (row?.kind !== 'entry') continue;
      this.#cursors.delete(row.entry.cursor);
      const { groupCursor } = row.entry;
      if (groupCursor === null) continue;
      const group = this.#groups.get(groupCursor);
      group?.shift();
      if (group?.length === 0) this.#groups.delete(groupCursor);
    }
    const gone = this.#firstSeq - before;
    this.dropped += gone;
    if (gone > 0) for (const listener of this.#onLetGo) listener();
    return gone;
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#cursors.clear();
    this.#groups.clear();
    // New rows must not reuse the seqs of rows that are still referenced.
    this.#firstSeq = this.#endSeq;
    this.dropped = 0;
  }
}

import type { JournalEntry, JournalMark } from '../../../shared/capabilities/journal/contract.ts';

/** A place in the rows where something is to be said: what the stream tells, or the moment that was jumped to. */
export interface RowMark {
  readonly kind: JournalMark['kind'] | 'moment';
  readonly at: number;
  readonly said: string;
}

/** One row of the log: a journal entry, or a place where something happened to the stream. */
export type LogRow =
  | { readonly kind: 'entry'; readonly seq: number; readonly entry: JournalEntry; readonly lines: number }
  | { readonly kind: 'mark'; readonly seq: number; readonly mark: RowMark };

/** What one intake did. */
export interface Taken {
  readonly added: number;
  /** Entries whose cursor was already there; not shown a second time. */
  readonly doubled: number;
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/**
 * A bounded run of log rows, addressed by `seq`: numbers that never change while a row lives, grow by one towards
 * newer rows and get smaller towards older ones. Appending, prepending and letting go of the oldest cost the same
 * however much is held. No cursor is held twice.
 */
export class LogBuffer {
  /** Rows this can hold; more are refused until the oldest were let go. */
  readonly capacity: number;
  /** Rows let go of at the old end since the last clear. */
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

  /** The seqs of a traceback's rows that are held, oldest first; empty when it has only one. */
  group(groupCursor: string): readonly number[] {
    return this.#groups.get(groupCursor) ?? [];
  }

  /** The oldest entry held, marks passed over. */
  oldest(): JournalEntry | null {
    for (let seq = this.#firstSeq; seq < this.#endSeq; seq += 1) {
      const row = this.at(seq);
      if (row?.kind === 'entry') return row.entry;
    }
    return null;
  }

  /** The newest entry held, marks passed over. */
  newest(): JournalEntry | null {
    for (let seq = this.#endSeq - 1; seq >= this.#firstSeq; seq -= 1) {
      const row = this.at(seq);
      if (row?.kind === 'entry') return row.entry;
    }
    return null;
  }

  /** Puts a mark at the new end; at the capacity the oldest row goes. */
  appendMark(mark: RowMark): void {
    if (this.length >= this.capacity) this.letGo(this.capacity - 1);
    const seq = this.#endSeq;
    this.#slots[this.#slot(seq)] = { kind: 'mark', seq, mark };
    this.#endSeq += 1;
  }

  /** Adds entries at the new end, in order; at the capacity the oldest rows go. */
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

  /** Adds entries (oldest first) before the oldest row, as many of the newest of them as there is room for. */
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
    // What was let go before and is here again no longer counts as gone.
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

  /** Calls back after rows were let go of: older rows fetched later get their seqs again. */
  onLetGo(listener: () => void): void {
    this.#onLetGo.push(listener);
  }

  /** Lets go of the oldest rows until at most `keep` are left. */
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
    // Seqs go on, so that no new row is taken for an old one.
    this.#firstSeq = this.#endSeq;
    this.dropped = 0;
  }
}

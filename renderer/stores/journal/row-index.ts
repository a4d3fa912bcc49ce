import type { LogBuffer, LogRow } from './log-buffer.ts';

/** Whether a row is in the index. */
export type RowTest = (row: LogRow) => boolean;

/** Rows tested between two checks of the clock. */
const SLICE = 256;

/** First position in a sorted list whose value is not below `value`. */
export function lowerBound(length: number, valueAt: (position: number) => number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The seqs of the rows of a buffer that pass a test, oldest first, updated in slices: after a reset from the newest row to
 * the oldest, then appended and prepended rows. Without a test it is every row and costs nothing. When one row of a
 * traceback passes, all of its rows do.
 */
export class RowIndex {
  readonly #buffer: LogBuffer;
  #test: RowTest | null = null;
  #keepGroups = false;
  #also: RowTest | null = null;
  /** Older part, newest first, so that adding an older row is a push. */
  #older: number[] = [];
  /** Newer part, oldest first; rows before `#newerHead` were dropped. */
  #newer: number[] = [];
  #newerHead = 0;
  #scannedFrom = 0;
  #scannedTo = 0;
  #passedGroups = new Set<string>();

  constructor(buffer: LogBuffer) {
    this.#buffer = buffer;
    buffer.onLetGo(() => this.#trim());
    this.reset(null, false);
  }

  /**
   * Restarts with another test; `keepGroups` includes a whole traceback when one of its lines passes. `also` must hold for
   * each single row, whatever its group does.
   */
  reset(test: RowTest | null, keepGroups: boolean, also: RowTest | null = null): void {
    this.#test = test ?? also;
    this.#also = test === null ? null : also;
    this.#keepGroups = keepGroups;
    this.#older = [];
    this.#newer = [];
    this.#newerHead = 0;
    this.#passedGroups = new Set();
    this.#scannedFrom = this.#buffer.endSeq;
    this.#scannedTo = this.#buffer.endSeq;
  }

  get length(): number {
    return this.#test === null ? this.#buffer.length : this.#older.length + this.#newer.length - this.#newerHead;
  }

  /** Rows not tested yet. */
  get pending(): number {
    if (this.#test === null) return 0;
    return Math.max(0, this.#scannedFrom - this.#buffer.firstSeq) + (this.#buffer.endSeq - this.#scannedTo);
  }

  /** The seq at a position, 0 being the oldest; -1 outside. */
  seqAt(position: number): number {
    if (position < 0 || position >= this.length) return -1;
    if (this.#test === null) return this.#buffer.firstSeq + position;
    const older = this.#older.length;
    return (position < older ? this.#older[older - 1 - position] : this.#newer[this.#newerHead + position - older]) ?? -1;
  }

  /** The position of the first row that is not older than `seq`; `length` when all are older. */
  positionOf(seq: number): number {
    return lowerBound(this.length, (position) => this.seqAt(position), seq);
  }

  /** Tests rows until all are done or `isOver`; true = all are done. */
  step(isOver: () => boolean): boolean {
    if (this.#test === null) return true;
    while (this.#scannedTo < this.#buffer.endSeq) {
      const until = Math.min(this.#buffer.endSeq, this.#scannedTo + SLICE);
      for (let seq = this.#scannedTo; seq < until; seq += 1) if (this.#passes(seq)) this.#newer.push(seq);
      this.#scannedTo = until;
      if (isOver()) return this.pending === 0;
    }
    while (this.#scannedFrom > this.#buffer.firstSeq) {
      const until = Math.max(this.#buffer.firstSeq, this.#scannedFrom - SLICE);
      for (let seq = this.#scannedFrom - 1; seq >= until; seq -= 1) if (this.#passes(seq)) this.#older.push(seq);
      this.#scannedFrom = until;
      if (isOver()) break;
    }
    return this.pending === 0;
  }

  #passes(seq: number): boolean {
    const row = this.#buffer.at(seq);
    if (row === undefined || this.#test === null || this.#also?.(row) === false) return false;
    const group = this.#keepGroups && row.kind === 'entry' ? row.entry.groupCursor : null;
    if (group === null) return this.#test(row);
    if (this.#passedGroups.has(group)) return true;
    const others = this.#buffer.group(group);
    const passes = others.some((other) => {
      const otherRow = this.#buffer.at(other);
      return otherRow !== undefined && this.#test?.(otherRow) === true;
    });
    if (!passes) return false;
    // A group that is no longer in the set is simply tested again.
    if (this.#passedGroups.size > 5000) this.#passedGroups.clear();
    this.#passedGroups.add(group);
    // Lines of the group that failed before its first matching line arrived.
    for (const other of others) if (other >= this.#scannedFrom && other < this.#scannedTo) this.#insertPassed(other);
    return true;
  }

  #insertPassed(seq: number): void {
    const row = this.#buffer.at(seq);
    if (row !== undefined && this.#also?.(row) !== false) this.#insert(seq);
  }

  #insert(seq: number): void {
    const live = this.#newer.length - this.#newerHead;
    const at = this.#newerHead + lowerBound(live, (position) => this.#newer[this.#newerHead + position] ?? 0, seq);
    if (this.#newer[at] === seq) return;
    const newest = this.#older[0];
    if (at === this.#newerHead && newest !== undefined && seq <= newest) {
      const above = this.#older.length - lowerBound(this.#older.length, (p) => this.#older[this.#older.length - 1 - p] ?? 0, seq);
      if (this.#older[above - 1] !== seq) this.#older.splice(above, 0, seq);
      return;
    }
    this.#newer.splice(at, 0, seq);
  }

  #trim(): void {
    if (this.#test === null) return;
    const first = this.#buffer.firstSeq;
    while (this.#older.length > 0 && (this.#older.at(-1) ?? 0) < first) this.#older.pop();
    if (this.#older.length === 0) {
      while (this.#newerHead < this.#newer.length && (this.#newer[this.#newerHead] ?? 0) < first) this.#newerHead += 1;
      if (this.#newerHead > 4096 && this.#newerHead * 2 > this.#newer.length) {
        this.#newer = this.#newer.slice(this.#newerHead);
        this.#newerHead = 0;
      }
    }
    if (this.#scannedFrom < first) this.#scannedFrom = first;
    if (this.#scannedTo < first) this.#scannedTo = first;
  }
}

import type { LogRow } from './log-buffer.ts';
import type { LogView } from './log-view.ts';
import { lowerBound } from './row-index.ts';

/** Lines of one stretch of time, by level. */
export interface HistogramBin {
  readonly error: number;
  readonly warning: number;
  readonly other: number;
}

/** The shown lines over time. Bin `n` begins at `fromMs + n × binMs` (epoch ms, host clock). */
export interface Histogram {
  readonly fromMs: number;
  readonly binMs: number;
  readonly bins: readonly HistogramBin[];
}

const MAX_BINS = 96;
/** Rows counted between two looks at the clock. */
const SLICE = 1024;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Widths that begin at round times. */
const WIDTHS_MS: readonly number[] = [
  ...[50, 100, 200, 500].map((ms) => ms),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR_MS),
];

/** The narrowest round width with which a stretch needs at most MAX_BINS bins. */
export function binWidthMs(spanMs: number): number {
  const needed = spanMs / (MAX_BINS - 1);
  return WIDTHS_MS.find((width) => width >= needed) ?? Math.ceil(needed / (24 * HOUR_MS)) * 24 * HOUR_MS;
}

const timeOf = (row: LogRow | undefined): number | null => (row?.kind === 'entry' ? row.entry.at : null);

/** The first entry at or after a position, or before it when `by` is −1; null = none. */
function entryTime({ rows, buffer }: LogView, from: number, by: 1 | -1): number | null {
  for (let position = from; position >= 0 && position < rows.length; position += by) {
    const at = timeOf(buffer.at(rows.seqAt(position)));
    if (at !== null) return at;
  }
  return null;
}

/** The seq of the first shown row that is not older than a time (epoch ms, host clock); null = all are older. */
export function seqAtTime(view: LogView, atMs: number): number | null {
  const { rows } = view;
  const position = lowerBound(rows.length, (at) => entryTime(view, at, 1) ?? Number.POSITIVE_INFINITY, atMs);
  return position >= rows.length ? null : rows.seqAt(position);
}

/** Counts the shown lines over time in slices, so that no frame waits for 100,000 of them. */
export class HistogramScan {
  #view: LogView | null = null;
  #nextSeq = 0;
  #endSeq = 0;
  #fromMs = 0;
  #binMs = 1;
  #counts: { error: number; warning: number; other: number }[] = [];

  get isBusy(): boolean {
    return this.#view !== null;
  }

  /** Begins with the rows that are shown now. */
  begin(view: LogView): void {
    const { rows } = view;
    const oldest = entryTime(view, 0, 1);
    const newest = entryTime(view, rows.length - 1, -1);
    this.#view = view;
    this.#nextSeq = rows.seqAt(0);
    this.#endSeq = rows.length === 0 ? this.#nextSeq : rows.seqAt(rows.length - 1) + 1;
    this.#counts = [];
    if (oldest === null || newest === null) return;
    // A host whose clock was set back has newer lines with older times.
    const [fromMs, toMs] = [Math.min(oldest, newest), Math.max(oldest, newest)];
    this.#binMs = binWidthMs(toMs - fromMs);
    this.#fromMs = Math.floor(fromMs / this.#binMs) * this.#binMs;
    const count = Math.floor((toMs - this.#fromMs) / this.#binMs) + 1;
    this.#counts = Array.from({ length: count }, () => ({ error: 0, warning: 0, other: 0 }));
  }

  /** Counts until `isOver`; the histogram once all rows are counted, else null. */
  step(isOver: () => boolean): Histogram | null {
    const view = this.#view;
    if (view === null) return null;
    const { rows, buffer } = view;
    // Rows may have been dropped or added since the last step, which moves all positions.
    let position = rows.positionOf(this.#nextSeq);
    for (let taken = 0; position < rows.length; position += 1, taken += 1) {
      const seq = rows.seqAt(position);
      if (seq >= this.#endSeq) break;
      this.#count(buffer.at(seq));
      this.#nextSeq = seq + 1;
      if (taken % SLICE === SLICE - 1 && isOver()) return null;
    }
    this.#view = null;
    return { fromMs: this.#fromMs, binMs: this.#binMs, bins: this.#counts };
  }

  #count(row: LogRow | undefined): void {
    if (row?.kind !== 'entry') return;
    const bin = this.#counts[Math.floor((row.entry.at - this.#fromMs) / this.#binMs)];
    if (bin === undefined) return;
    const { severity } = row.entry;
    bin[severity === 'error' || severity === 'warning' ? severity : 'other'] += 1;
  }
}

import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';

/** A clock set back by more than this starts the ring anew; less is a late or doubled row, which is left out. */
const CLOCK_SET_BACK_MS = 60_000;

/** The newest samples of one GPU in one block of memory: rows of GPU_ROW_WIDTH numbers, oldest first, times rising. */
export class SampleRing {
  readonly #cells: Float64Array;
  readonly #capacity: number;
  #first = 0;
  #length = 0;

  constructor(capacityRows: number) {
    this.#capacity = capacityRows;
    this.#cells = new Float64Array(capacityRows * GPU_ROW_WIDTH);
  }

  get length(): number {
    return this.#length;
  }

  /** Arrival time of the oldest row in epoch ms; null when there is none. */
  get firstAt(): number | null {
    return this.#length === 0 ? null : (this.#cells[this.#first * GPU_ROW_WIDTH] ?? null);
  }

  get lastAt(): number | null {
    return this.#length === 0 ? null : (this.#cells[this.#offset(this.#length - 1)] ?? null);
  }

  /** Takes rows that are newer than the newest one; answers how many were taken. */
  append(rows: Float64Array): number {
    let taken = 0;
    for (let at = 0; at + GPU_ROW_WIDTH <= rows.length; at += GPU_ROW_WIDTH) {
      const atMs = rows[at] ?? Number.NaN;
      if (!Number.isFinite(atMs)) continue;
      const lastAt = this.lastAt;
      if (lastAt !== null && atMs < lastAt - CLOCK_SET_BACK_MS) this.clear();
      else if (lastAt !== null && atMs <= lastAt) continue;
      if (this.#length === this.#capacity) {
        this.#first = (this.#first + 1) % this.#capacity;
        this.#length -= 1;
      }
      this.#cells.set(rows.subarray(at, at + GPU_ROW_WIDTH), this.#offset(this.#length));
      this.#length += 1;
      taken += 1;
    }
    return taken;
  }

  /** Hands each row newer than `afterMs` to `take`, oldest first, as the cells and the offset of the row in them. */
  forEachAfter(afterMs: number, take: (cells: Float64Array, offset: number) => void): void {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cells[this.#offset(middle)] ?? 0) <= afterMs) low = middle + 1;
      else high = middle;
    }
    for (let row = low; row < this.#length; row += 1) take(this.#cells, this.#offset(row));
  }

  clear(): void {
    this.#first = 0;
    this.#length = 0;
  }

  #offset(row: number): number {
    return ((this.#first + row) % this.#capacity) * GPU_ROW_WIDTH;
  }
}

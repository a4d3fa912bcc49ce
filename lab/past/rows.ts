/** Rows of numbers, collected. */
export class Rows {
  readonly #width: number;
  #numbers: number[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  add(...row: readonly number[]): void {
    if (row.length !== this.#width) throw new Error(`a row of ${row.length} numbers instead of ${this.#width}`);
    for (const value of row) this.#numbers.push(value);
  }

  /** The rows since the last call. */
  take(): Float64Array {
    const rows = Float64Array.from(this.#numbers);
    this.#numbers = [];
    return rows;
  }
}

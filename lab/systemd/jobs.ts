import type { JobResult, LabUnit } from './lab-unit.ts';

/** Who waits for the jobs of units, and the numbers of jobs. */
export class Jobs {
  #waiting: { readonly unit: LabUnit; done(result: JobResult): void }[] = [];
  #next = 900;

  wait(unit: LabUnit, done: (result: JobResult) => void): void {
    this.#waiting.push({ unit, done });
  }

  finish(unit: LabUnit, result: JobResult): void {
    const mine = this.#waiting.filter((waiting) => waiting.unit === unit);
    this.#waiting = this.#waiting.filter((waiting) => waiting.unit !== unit);
    for (const { done } of mine) done(result);
  }

  cancelAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) done('canceled');
  }

  create(type: string): { readonly id: number; readonly type: string } {
    this.#next += 1;
    return { id: this.#next, type };
  }
}

import type { LabUnit } from './lab-unit.ts';

interface Due {
  readonly atMs: number;
  readonly unit: LabUnit;
  readonly token: number;
  run(): void;
}

/** Scheduled events of units, in simulated time. Dropping a unit cancels its events. */
export class UnitSchedule {
  readonly #now: () => number;
  readonly #tokens = new Map<LabUnit, number>();
  #due: Due[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  later(unit: LabUnit, afterMs: number, run: () => void): void {
    this.#due.push({ atMs: this.#now() + afterMs, unit, token: this.#tokens.get(unit) ?? 0, run });
  }

  drop(unit: LabUnit): void {
    this.#tokens.set(unit, (this.#tokens.get(unit) ?? 0) + 1);
  }

  clear(): void {
    this.#due = [];
  }

  /** Runs all due events, including ones that they schedule for now. */
  step(): void {
    for (;;) {
      this.#due.sort((left, right) => left.atMs - right.atMs);
      const next = this.#due[0];
      if (next === undefined || next.atMs > this.#now()) return;
      this.#due.shift();
      if (this.#tokens.get(next.unit) === next.token) next.run();
    }
  }
}

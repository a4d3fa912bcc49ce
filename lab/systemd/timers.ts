interface Timer {
  readonly afterMs: number;
  dueMs: number;
  readonly run: () => void;
}

/** Timer units of the simulated host: each runs once, so long after it was started or after the next boot. */
export class Timers {
  readonly #now: () => number;
  readonly #timers = new Map<string, Timer>();

  constructor(now: () => number) {
    this.#now = now;
  }

  start(name: string, afterMs: number, run: () => void): void {
    this.#timers.set(name, { afterMs, dueMs: this.#now() + afterMs, run });
  }

  stop(name: string): void {
    this.#timers.delete(name);
  }

  /** After a boot each waits its whole time again. */
  restart(): void {
    for (const timer of this.#timers.values()) timer.dueMs = this.#now() + timer.afterMs;
  }

  /** Runs what is due. */
  step(): void {
    for (const [name, timer] of this.#timers) {
      if (timer.dueMs > this.#now()) continue;
      this.#timers.delete(name);
      timer.run();
    }
  }
}

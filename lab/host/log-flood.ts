import type { ServiceManager } from '../systemd/service-manager.ts';
import { INVOKEAI } from '../systemd/unit-definitions.ts';

const LINES_PER_SECOND = 10_000;

/** A service that prints without end. Its lines are numbered, so that a test sees whether one is missing or doubled. */
export class LogFlood {
  #lines = 0;
  #owed = 0;

  restart(): void {
    this.#lines = 0;
  }

  step(elapsedMs: number, units: ServiceManager): void {
    const unit = units.units.get(INVOKEAI);
    if (unit === undefined) return;
    this.#owed += (elapsedMs * LINES_PER_SECOND) / 1000;
    for (; this.#owed >= 1; this.#owed -= 1) {
      this.#lines += 1;
      units.print(unit, `flood line ${this.#lines} of a service that prints more than anybody reads`);
    }
  }
}

import { type Random, randomHex, seededRandom } from '../base/random.ts';
import { GATEWAY } from './unit-definitions.ts';

const [GATEWAY_PID, FIRST_PID] = [1190, 1200];

/** Process and invocation numbers of the runs of units. */
export class RunNumbers {
  readonly #random: Random;
  readonly #ofGateway = seededRandom(GATEWAY_PID);
  #nextPid = FIRST_PID;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The host boots: processes are counted anew. */
  restart(): void {
    this.#nextPid = FIRST_PID;
  }

  next(unit: string): { readonly pid: number; readonly invocationId: string } {
    // The same seed makes the same host with and without a gateway.
    if (unit === GATEWAY) return { pid: GATEWAY_PID, invocationId: randomHex(this.#ofGateway, 32) };
    this.#nextPid += 1 + Math.floor(this.#random() * 40);
    return { pid: this.#nextPid, invocationId: randomHex(this.#random, 32) };
  }
}

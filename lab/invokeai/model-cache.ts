import type { LabModel } from './installed-models.ts';

/** Weights it keeps on the card. */
const ROOM_MIB = 28_000;

/** The models that are loaded, by key, the last one used at the end. */
export class ModelCache {
  readonly #held = new Map<string, number>();

  get heldMiB(): number {
    let total = 0;
    for (const mib of this.#held.values()) total += mib;
    return total;
  }

  has(key: string): boolean {
    return this.#held.has(key);
  }

  /** Loads a model; the least recently used model makes room for it. */
  use(model: LabModel): void {
    this.#held.delete(model.key);
    this.#held.set(model.key, model.weightsMiB);
    for (const key of this.#held.keys()) {
      if (this.heldMiB <= ROOM_MIB || key === model.key) break;
      this.#held.delete(key);
    }
  }

  forget(key: string): void {
    this.#held.delete(key);
  }

  /** Lets go of all but the one that is at work. */
  empty(keptKey: string | null): void {
    for (const key of this.#held.keys()) if (key !== keptKey) this.#held.delete(key);
  }

  /** Bytes by loaded model, as the API reports them. */
  sizes(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#held].map(([key, mib]) => [`${key}:unet`, mib * 1048576]));
  }
}

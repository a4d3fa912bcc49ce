import type { LabFault } from '../base/faults.ts';
import { BACKENDS, imagesClassOf } from './backends.ts';

const TRAFFIC_STEP_MS = 3_000;

/** The gateway's admission: a number of slots for each class and kind; who finds none free is turned away at once. */
export class Slots {
  readonly #taken = new Map<string, number>();
  readonly #faults: ReadonlySet<LabFault>;
  readonly #now: () => number;

  constructor(faults: ReadonlySet<LabFault>, now: () => number) {
    this.#faults = faults;
    this.#now = now;
  }

  /** False when all are taken. */
  take(backend: string, kind: string): boolean {
    const key = `${backend}.${kind}`;
    const row = this.rows()[key];
    if (row === undefined || (row.available === 0 && !this.#faults.has('gateway-accepts-too-many'))) return false;
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
    return true;
  }

  free(backend: string, kind: string): void {
    const key = `${backend}.${kind}`;
    this.#taken.set(key, Math.max(0, (this.#taken.get(key) ?? 0) - 1));
  }

  /** As `admission_control` reports it. */
  rows(): Record<string, { limit: number; available: number; inflight: number }> {
    const rows: Record<string, { limit: number; available: number; inflight: number }> = {};
    for (const { name, limits } of BACKENDS) {
      for (const [kind, listed] of Object.entries(limits)) {
        const limit = kind === 'images' && this.#faults.has('gateway-limit-one') ? 1 : listed;
        const key = `${name}.${kind}`;
        const isFull = this.#faults.has('gateway-overloaded') && name === imagesClassOf(this.#faults);
        const inflight = isFull ? limit : Math.min(limit, (this.#taken.get(key) ?? 0) + othersAt(key, kind, this.#now()));
        rows[key] = { limit, available: limit - inflight, inflight };
      }
    }
    return rows;
  }
}

/** Other people's chats come and go; everything else is left to who uses the lab. */
export function othersAt(key: string, kind: string, nowMs: number): number {
  if (kind !== 'chat') return 0;
  const step = Math.floor(nowMs / TRAFFIC_STEP_MS);
  const wave = Math.sin(step * 12.9898 + key.length * 78.233) * 43758.5453;
  const share = wave - Math.floor(wave);
  return share > 0.85 ? 2 : share > 0.6 ? 1 : 0;
}

import { seededRandom } from '../base/random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** People come and go in pieces of this length. */
const PIECE_MS = 20 * MINUTE_MS;
const BUSY_SHARE = 0.4;
const [FIRST_HOUR, LAST_HOUR] = [8, 23];

/** What befalls the host in its past: how long before the end it begins, and for how long. */
export const INCIDENTS = {
  /** Hot air: the card slows down. */
  thermal: { beforeMs: 30.2 * HOUR_MS, lastsMs: 11 * MINUTE_MS },
  /** The computer of the panel was without a network. */
  offline: { beforeMs: 26.5 * HOUR_MS, lastsMs: 1.5 * MINUTE_MS },
  /** InvokeAI ends with an error, until somebody starts it again. */
  crash: { beforeMs: 21.2 * HOUR_MS, lastsMs: 4 * MINUTE_MS },
  /** One image finds no room in VRAM. */
  outOfMemory: { beforeMs: 9.6 * HOUR_MS, lastsMs: 0 },
  /** The gateway finds InvokeAI's shim not ready. */
  flap: { beforeMs: 14 * HOUR_MS, lastsMs: 2 * MINUTE_MS },
  earlierFlap: { beforeMs: 37.4 * HOUR_MS, lastsMs: 0.75 * MINUTE_MS },
} as const;
export type IncidentName = keyof typeof INCIDENTS;
const NAMES = ['thermal', 'offline', 'crash', 'outOfMemory', 'flap', 'earlierFlap'] as const satisfies readonly IncidentName[];
/** Somebody is at work around an incident, since nobody else would have noticed it. */
const AROUND_MS = 25 * MINUTE_MS;

/** The days of a host: who is at work when, and what goes wrong. The same seed and end give the same days. */
export class Activity {
  readonly #seed: number;
  readonly #endMs: number;

  constructor(o: { readonly seed: number; readonly endMs: number }) {
    this.#seed = o.seed;
    this.#endMs = o.endMs;
  }

  /** When an incident begins, epoch ms. */
  beginOf(name: IncidentName): number {
    return this.#endMs - INCIDENTS[name].beforeMs;
  }

  during(name: IncidentName, ms: number): boolean {
    const beginMs = this.beginOf(name);
    return ms >= beginMs && ms < beginMs + INCIDENTS[name].lastsMs;
  }

  /** Nights are idle, days have bursts, in UTC; the pieces are those of the clock, so that a host that starts anew has the same days. */
  isBusy(ms: number): boolean {
    if (NAMES.some((name) => Math.abs(ms - this.beginOf(name)) < AROUND_MS)) return true;
    const hour = new Date(ms).getUTCHours();
    return hour >= FIRST_HOUR && hour < LAST_HOUR && this.share(Math.floor(ms / PIECE_MS)) < BUSY_SHARE;
  }

  /** A number in [0, 1) that belongs to a number. */
  share(index: number): number {
    return seededRandom(Math.imul(this.#seed + 1, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b))();
  }

  /** How hot the card runs beyond its load, 0 to 1. */
  thermalShare(ms: number): number {
    const { beforeMs, lastsMs } = INCIDENTS.thermal;
    const sinceMs = ms - (this.#endMs - beforeMs);
    if (sinceMs < 0 || sinceMs > lastsMs) return 0;
    return Math.min(1, sinceMs / (2 * MINUTE_MS), (lastsMs - sinceMs) / (2 * MINUTE_MS));
  }
}

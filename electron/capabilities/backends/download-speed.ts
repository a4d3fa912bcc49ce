/** How much of a newer reading counts. */
const WEIGHT = 0.35;
const MIN_INTERVAL_MS = 400;
/** A download without a new byte for this long is stalled: its speed is 0, not the tail of an average. */
const STALLED_AFTER_MS = 15_000;

interface Seen {
  readonly atMs: number;
  readonly bytes: number;
  /** When the last new byte was seen. */
  readonly grewAtMs: number;
  readonly bytesPerSecond: number | null;
}

/** Something that grows; `bytes` of `totalBytes` are there. */
interface Growing {
  readonly state: string;
  readonly bytes: number;
  /** Null = not known. */
  readonly totalBytes: number | null;
}

/** Adds speed and time left to downloads, from what they had at the last reading. A speed of 0 means stalled. */
export class DownloadSpeed<T extends Growing> {
  readonly #seen = new Map<string, Seen>();
  readonly #keyOf: (job: T) => string;

  /** `keyOf`: by what a download is known again at the next reading. */
  constructor(keyOf: (job: T) => string) {
    this.#keyOf = keyOf;
  }

  measure(jobs: readonly T[], atMs: number): (T & { bytesPerSecond: number | null; leftMs: number | null })[] {
    // One that ended before may have the key of one that runs: it is forgotten only when none runs.
    const running = new Set(jobs.filter(({ state }) => state === 'downloading').map(this.#keyOf));
    for (const key of this.#seen.keys()) if (!running.has(key)) this.#seen.delete(key);
    return jobs.map((job) => {
      if (job.state !== 'downloading') return { ...job, bytesPerSecond: null, leftMs: null };
      const bytesPerSecond = this.#next(this.#keyOf(job), job.bytes, atMs);
      const left = job.totalBytes === null ? null : Math.max(0, job.totalBytes - job.bytes);
      return {
        ...job,
        bytesPerSecond,
        leftMs: left === null || bytesPerSecond === null || bytesPerSecond <= 0 ? null : (left / bytesPerSecond) * 1000,
      };
    });
  }

  #next(key: string, bytes: number, atMs: number): number | null {
    const before = this.#seen.get(key);
    if (before === undefined || bytes < before.bytes) {
      this.#seen.set(key, { atMs, bytes, grewAtMs: atMs, bytesPerSecond: null });
      return null;
    }
    const apartMs = atMs - before.atMs;
    if (apartMs < MIN_INTERVAL_MS) return before.bytesPerSecond;
    const grewAtMs = bytes > before.bytes ? atMs : before.grewAtMs;
    if (atMs - grewAtMs >= STALLED_AFTER_MS) {
      this.#seen.set(key, { atMs, bytes, grewAtMs, bytesPerSecond: 0 });
      return 0;
    }
    const now = ((bytes - before.bytes) / apartMs) * 1000;
    // At first and after a stall the measuring begins anew; nothing new is no speed yet.
    const average =
      before.bytesPerSecond === null || before.bytesPerSecond === 0 ? now : before.bytesPerSecond + (now - before.bytesPerSecond) * WEIGHT;
    const bytesPerSecond = average === 0 ? null : average;
    this.#seen.set(key, { atMs, bytes, grewAtMs, bytesPerSecond });
    return bytesPerSecond;
  }
}

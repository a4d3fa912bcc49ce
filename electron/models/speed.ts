/** How much of a newer reading counts. */
const WEIGHT = 0.35;
const LEAST_APART_MS = 400;

interface Seen {
  readonly atMs: number;
  readonly bytes: number;
  readonly bytesPerSecond: number | null;
}

/** Something that grows; `bytes` of `totalBytes` are there. */
interface Growing {
  readonly state: string;
  readonly bytes: number;
  /** Null = not known. */
  readonly totalBytes: number | null;
}

/** Adds speed and time left to downloads, from what they had at the last reading. */
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
      this.#seen.set(key, { atMs, bytes, bytesPerSecond: null });
      return null;
    }
    const apartMs = atMs - before.atMs;
    if (apartMs < LEAST_APART_MS) return before.bytesPerSecond;
    const now = ((bytes - before.bytes) / apartMs) * 1000;
    const bytesPerSecond = before.bytesPerSecond === null ? now : before.bytesPerSecond + (now - before.bytesPerSecond) * WEIGHT;
    this.#seen.set(key, { atMs, bytes, bytesPerSecond });
    return bytesPerSecond;
  }
}

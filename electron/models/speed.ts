import type { InstallJob } from '../../shared/contract/models.ts';

/** How much of a newer reading counts. */
const WEIGHT = 0.35;
const LEAST_APART_MS = 400;

interface Seen {
  readonly atMs: number;
  readonly bytes: number;
  readonly bytesPerSecond: number | null;
}

/** Adds speed and time left to jobs, from what they had at the last reading. Keyed by source: ids begin anew with the backend. */
export class DownloadSpeed {
  readonly #seen = new Map<string, Seen>();

  measure(jobs: readonly Omit<InstallJob, 'bytesPerSecond' | 'leftMs'>[], atMs: number): InstallJob[] {
    for (const source of this.#seen.keys()) if (!jobs.some((job) => job.source === source)) this.#seen.delete(source);
    return jobs.map((job) => {
      if (job.state !== 'downloading') {
        this.#seen.delete(job.source);
        return { ...job, bytesPerSecond: null, leftMs: null };
      }
      const bytesPerSecond = this.#next(job.source, job.bytes, atMs);
      const left = job.totalBytes === null ? null : Math.max(0, job.totalBytes - job.bytes);
      return {
        ...job,
        bytesPerSecond,
        leftMs: left === null || bytesPerSecond === null || bytesPerSecond <= 0 ? null : (left / bytesPerSecond) * 1000,
      };
    });
  }

  #next(source: string, bytes: number, atMs: number): number | null {
    const before = this.#seen.get(source);
    if (before === undefined || bytes < before.bytes) {
      this.#seen.set(source, { atMs, bytes, bytesPerSecond: null });
      return null;
    }
    const apartMs = atMs - before.atMs;
    if (apartMs < LEAST_APART_MS) return before.bytesPerSecond;
    const now = ((bytes - before.bytes) / apartMs) * 1000;
    const bytesPerSecond = before.bytesPerSecond === null ? now : before.bytesPerSecond + (now - before.bytesPerSecond) * WEIGHT;
    this.#seen.set(source, { atMs, bytes, bytesPerSecond });
    return bytesPerSecond;
  }
}

import type { ReadJob } from './job-reader.ts';

/** Shown for a download that was paused again without a new byte: InvokeAI reports neither an error nor a reason. */
export const CANNOT_RESUME = 'The server does not support resuming. Start the download over.';

/** Notices downloads that Resume does not bring on: their server sends no ranges, and InvokeAI pauses them again and again. */
export class ResumeWatch {
  readonly #bytesAtResume = new Map<string, number>();

  /** To be called when a job is about to be resumed. */
  resumed(job: ReadJob): void {
    this.#bytesAtResume.set(keyOf(job), job.bytes);
  }

  /** The jobs, with the reason beside those that cannot be resumed. */
  mark<T extends ReadJob>(jobs: readonly T[]): T[] {
    const known = new Set(jobs.map(keyOf));
    for (const key of this.#bytesAtResume.keys()) if (!known.has(key)) this.#bytesAtResume.delete(key);
    return jobs.map((job) => {
      const before = this.#bytesAtResume.get(keyOf(job));
      if (before !== undefined && job.bytes > before) this.#bytesAtResume.delete(keyOf(job));
      if (job.state !== 'paused' || job.needsDecision !== null) return job;
      const hasNoProgress = before !== undefined && job.bytes <= before;
      // Seen when another client resumed it: bytes of an unknown total.
      const hasLostItsSize = job.totalBytes === null && job.bytes > 0;
      return hasNoProgress || hasLostItsSize ? { ...job, needsDecision: CANNOT_RESUME } : job;
    });
  }
}

const keyOf = (job: Pick<ReadJob, 'jobId' | 'source'>): string => `${job.jobId} ${job.source}`;

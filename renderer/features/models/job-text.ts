import type { InstallJob } from '../../../shared/capabilities/models/contract.ts';
import { formatBytes, formatDuration } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';
import { describeInstallError } from './install-errors.ts';
import { NOT_RECOGNISED } from './text.ts';

/** A job as the list of downloads shows it. */
export interface JobText {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

/** Speed and time left; a speed of 0 means stalled. */
export function describeSpeed({ bytesPerSecond, leftMs }: Pick<InstallJob, 'bytesPerSecond' | 'leftMs'>): string {
  if (bytesPerSecond === null) return 'measuring the speed';
  if (bytesPerSecond === 0) return 'stalled: no data for 15 s or longer';
  return `${formatBytes(bytesPerSecond)}/s${leftMs === null ? '' : `, ${formatDuration(leftMs)} left`}`;
}

/** The state of an install with its detail. */
export function describeJob(job: InstallJob): JobText {
  const size = job.totalBytes === null ? formatBytes(job.bytes) : `${formatBytes(job.bytes)} of ${formatBytes(job.totalBytes)}`;
  if (job.isCancelling) return { tone: 'busy', word: 'cancelling', detail: 'InvokeAI stops the download within a few seconds' };
  switch (job.state) {
    case 'waiting':
      return { tone: 'busy', word: 'waiting', detail: job.bytes > 0 ? size : 'starts after the previous install' };
    case 'downloading': {
      const isStalled = job.bytesPerSecond === 0;
      return {
        tone: isStalled ? 'warning' : 'busy',
        word: isStalled ? 'stalled' : 'downloading',
        detail: `${size}, ${describeSpeed(job)}`,
      };
    }
    case 'downloads_done':
    case 'running':
      return { tone: 'busy', word: 'checking files', detail: `${size}; hashing can take minutes` };
    case 'paused':
      return { tone: 'warning', word: 'paused', detail: job.needsDecision === null ? size : `${size}. ${job.needsDecision}` };
    case 'completed':
      return job.isRecognised === false
        ? { tone: 'warning', word: 'not recognised', detail: `${size}. ${NOT_RECOGNISED}` }
        : { tone: 'good', word: 'installed', detail: size };
    case 'cancelled':
      return { tone: 'off', word: 'cancelled', detail: 'partial files deleted' };
    case 'error':
      return { tone: 'bad', word: 'failed', detail: job.error === null ? 'no reason reported' : describeInstallError(job.error) };
    case 'unknown':
      return { tone: 'unknown', word: 'unknown', detail: size };
  }
}

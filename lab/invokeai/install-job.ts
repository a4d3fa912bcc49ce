import type { Installable, LabModel } from './installed-models.ts';

export type InstallStatus = 'waiting' | 'downloading' | 'downloads_done' | 'running' | 'paused' | 'completed' | 'error' | 'cancelled';

export interface Part {
  readonly path: string;
  /** Of the whole file; InvokeAI forgets it when a server sends no ranges. */
  totalBytes: number;
  bytes: number;
  status: 'waiting' | 'running' | 'paused' | 'completed' | 'cancelled' | 'error';
  error: { readonly reason: string; readonly text: string } | null;
}

export interface InstallJob {
  id: number;
  readonly wanted: Installable;
  readonly sourceType: LabModel['sourceType'];
  readonly accessToken: string | null;
  readonly isInPlace: boolean;
  readonly folder: string;
  /** Empty until the first byte has come. */
  parts: Part[];
  status: InstallStatus;
  error: { readonly reason: string; readonly text: string } | null;
  made: LabModel | null;
  probeLeftMs: number;
  /** Fails with this instead of beginning. */
  readonly failure: { readonly reason: string; readonly text: string } | null;
  /** It was resumed, and its server sends no ranges. */
  isResumedInVain: boolean;
  /** Of a cancel that has not taken effect yet. */
  cancelLeftMs: number | null;
  /** The percentage of the last event, so that each percent has one event. */
  reported: number;
}

export const bytesOf = (job: InstallJob): number => job.parts.reduce((sum, part) => sum + part.bytes, 0);
export const totalOf = (job: InstallJob): number => job.parts.reduce((sum, part) => sum + part.totalBytes, 0);

/** The parts of what is wanted, with nothing of them fetched. */
export function partsOf(wanted: Installable): Part[] {
  return wanted.files.map((file) => ({ path: file.path, totalBytes: file.bytes, bytes: 0, status: 'waiting', error: null }));
}

export function urlOf(job: InstallJob, path: string): string {
  return job.sourceType === 'url' ? job.wanted.source : `https://huggingface.co/${job.wanted.source}/resolve/main/${path}`;
}

/** A source as InvokeAI reports it; it echoes the token, which a client must remove. */
export function sourceOf(job: InstallJob): Readonly<Record<string, unknown>> {
  const { source } = job.wanted;
  if (job.sourceType === 'path') return { type: 'local', path: source, inplace: job.isInPlace };
  if (job.sourceType === 'url') return { type: 'url', url: source, access_token: job.accessToken };
  const [repo, variant = null, subfolder = null] = source.split(':');
  return { type: 'hf', repo_id: repo, variant, subfolder, access_token: job.accessToken };
}

/** The payload of the progress event. */
export function progressOf(job: InstallJob): Readonly<Record<string, unknown>> {
  return {
    id: job.id,
    source: sourceOf(job),
    local_path: job.folder,
    bytes: bytesOf(job),
    total_bytes: totalOf(job),
    parts: job.parts.map((part) => ({
      url: urlOf(job, part.path),
      local_path: `${job.folder}/${part.path}`,
      bytes: part.bytes,
      total_bytes: part.totalBytes,
    })),
  };
}

/** InvokeAI's words where a download does not fit. */
export function diskFullText(freeBytes: number, neededBytes: number): string {
  const gb = (bytes: number): string => (bytes / 1024 ** 3).toFixed(2);
  return `Free disk space ${gb(freeBytes)} GB is not enough for download of ${gb(neededBytes)} GB.`;
}

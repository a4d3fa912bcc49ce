import type { Installable, LabModel } from './shelf.ts';

export type InstallStatus = 'waiting' | 'downloading' | 'downloads_done' | 'running' | 'paused' | 'completed' | 'error' | 'cancelled';

interface Part {
  readonly path: string;
  readonly totalBytes: number;
  bytes: number;
  status: 'waiting' | 'running' | 'paused' | 'completed' | 'cancelled' | 'error';
  needsResume: boolean;
}

export interface InstallJob {
  id: number;
  readonly wanted: Installable;
  readonly sourceType: LabModel['sourceType'];
  readonly accessToken: string | null;
  readonly isInPlace: boolean;
  readonly folder: string;
  readonly parts: Part[];
  status: InstallStatus;
  error: { readonly reason: string; readonly text: string } | null;
  made: LabModel | null;
  probeLeftMs: number;
  /** Per cent told last, so that progress is told about each one. */
  told: number;
}

export const bytesOf = (job: InstallJob): number => job.parts.reduce((sum, part) => sum + part.bytes, 0);
export const totalOf = (job: InstallJob): number => job.parts.reduce((sum, part) => sum + part.totalBytes, 0);

export function urlOf(job: InstallJob, path: string): string {
  return job.sourceType === 'url' ? job.wanted.source : `https://huggingface.co/${job.wanted.source}/resolve/main/${path}`;
}

/** As InvokeAI tells a source; the token is echoed, which is one of its traps. */
export function sourceOf(job: InstallJob): Readonly<Record<string, unknown>> {
  const { source } = job.wanted;
  if (job.sourceType === 'path') return { type: 'local', path: source, inplace: job.isInPlace };
  if (job.sourceType === 'url') return { type: 'url', url: source, access_token: job.accessToken };
  const [repo, variant = null, subfolder = null] = source.split(':');
  return { type: 'hf', repo_id: repo, variant, subfolder, access_token: job.accessToken };
}

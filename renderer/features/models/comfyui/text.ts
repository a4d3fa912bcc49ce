import type { CheckpointDownload, ComfyUiJob } from '../../../../shared/capabilities/comfyui/contract.ts';
import { formatBytes, formatCount, formatMiB, UNKNOWN } from '../../../../shared/format.ts';
import type { Tone } from '../../../ui/tone.tsx';
import { describeSpeed } from '../job-text.ts';
import { describeLastSeen } from '../text.ts';

/** Strings of ComfyUI's part of the Models page. */
export const TEXT = {
  stillFetching: 'Checkpoints can still be fetched.',
  fetch: 'Fetch',
  checkpoints: 'Checkpoints',
  notConnected: 'Not connected',
  waiting: 'Waiting for ComfyUI',
  waitingBody: 'Checkpoints appear once ComfyUI is running.',
  noCheckpoints: 'No checkpoints',
  noCheckpointsBody: 'Fetch one above.',
  system: 'System',
  gpu: 'GPU',
  noGpu: 'none (runs on the CPU)',
  vramFree: 'VRAM free',
  reserved: 'Reserved by ComfyUI',
  versions: 'Python, PyTorch',
  disk: 'Disk',

  downloads: 'Downloads',
  downloadsAside: 'continue while Ada Panel is closed',

  cancelDownload: 'Cancel and delete partial file',
  fetchCheckpoint: 'Fetch a checkpoint',
  url: 'File URL',
  urlExample: 'https://huggingface.co/…/resolve/main/model.safetensors',
  urlScheme: 'Use an address that starts with https://.',
  urlCharacters: 'Use an address without spaces, quotes and backslashes.',
  name: 'Name on the host',
  sha256: 'SHA-256 (optional)',
  sha256Note: 'Taken from Hugging Face where available. A file that differs is not passed to ComfyUI.',
  sha256Shape: 'Use 64 characters, 0 to 9 and a to f.',
  token: 'Access token for this download',
  tokenNote: 'Needed for restricted files only. Passed to curl on the host and not saved.',

  queue: 'Queue',
  interrupt: 'Cancel current job',
  clearPending: 'Clear pending',
  clearConsequence: 'ComfyUI removes them from its queue; they cannot be restored. The current job continues.',
  restartSafe: 'Safe to restart: queue is empty.',
  restartLoses: 'A restart of ComfyUI deletes all jobs: its queue is in memory only.',
} as const;

export const describeVram = (freeMiB: number | null, totalMiB: number | null): string => `${formatMiB(freeMiB)} of ${formatMiB(totalMiB)}`;
export const describeVersions = (python: string | null, pytorch: string | null): string => `${python ?? UNKNOWN}, ${pytorch ?? UNKNOWN}`;
export const describeDisk = (freeBytes: number, sizeBytes: number): string => `${formatBytes(freeBytes)} free of ${formatBytes(sizeBytes)}`;
export const describeFolder = (folder: string): string => `in ${folder}`;

export const describePause = (name: string): string => `Pause ${name}`;
export const describeResume = (name: string): string => `Resume ${name}`;
export const describeClear = (name: string): string => `Clear ${name} from the list`;
export const describeCancel = (name: string): string => `Cancel ${name} and delete partial file`;
export const describeCancelQuestion = (name: string): string => `Cancel the download of ${name}?`;
export const describeCancelConsequence = (bytes: number): string =>
  `The ${formatBytes(bytes)} downloaded so far are deleted from the host. To continue later, pause it instead.`;
export const describeDownloadOf = (name: string): string => `Download of ${name}`;

const describeJob = ({ prompt, checkpoint }: ComfyUiJob): string =>
  `${prompt === null ? '' : `: ${prompt}`}${checkpoint === null ? '' : `, with ${checkpoint}`}`;
export const describePending = (job: ComfyUiJob): string => `Pending${describeJob(job)}`;
export const describeRemoveJob = (promptId: string): string => `Remove job ${promptId.slice(0, 8)}`;
export const describeClearQuestion = (count: number): string =>
  `Clear ${count === 1 ? '1 pending job' : `${formatCount(count)} pending jobs`}?`;
export const describeMore = (count: number): string => `And ${formatCount(count)} more. `;
/** `running` null = no job. */
export function describeQueue(running: ComfyUiJob | null, isStale: boolean): string {
  const word = running === null ? 'Idle' : `Generating${describeJob(running)}`;
  return isStale ? describeLastSeen(word.toLowerCase()) : word;
}

export interface DownloadText {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

/** The state of a download with its detail. */
export function describeDownload(download: CheckpointDownload): DownloadText {
  const { state, bytes, totalBytes, bytesPerSecond, leftMs } = download;
  const size = totalBytes === null ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  switch (state) {
    case 'downloading': {
      const isStalled = bytesPerSecond === 0;
      return {
        tone: isStalled ? 'warning' : 'busy',
        word: isStalled ? 'stalled' : 'downloading',
        detail: `${size}, ${describeSpeed({ bytesPerSecond, leftMs })}`,
      };
    }
    case 'checking':
      return { tone: 'busy', word: 'checking', detail: `${size}; computing its SHA-256 on the host` };
    case 'stopped':
      return { tone: 'warning', word: 'paused', detail: `${size} saved on the host` };
    case 'failed':
      return { tone: 'bad', word: 'failed', detail: download.problem ?? 'no reason reported' };
    case 'wrong-checksum':
      return {
        tone: 'bad',
        word: 'wrong checksum',
        detail: `Expected ${short(download.sha256)}, got ${short(download.foundSha256)}. The file is not passed to ComfyUI.`,
      };
    case 'done':
      return {
        tone: 'good',
        word: 'installed',
        detail:
          download.sha256 === null
            ? `${size}; not verified, SHA-256 ${short(download.foundSha256)}`
            : `${size}; verified, SHA-256 ${short(download.sha256)}`,
      };
  }
}

const short = (sha256: string | null): string => (sha256 === null ? 'unknown' : `${sha256.slice(0, 12)}…`);

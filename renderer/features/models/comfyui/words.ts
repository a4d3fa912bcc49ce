import type { CheckpointDownload, ComfyUiState } from '../../../../shared/capabilities/comfyui/contract.ts';
import { formatBytes } from '../../../../shared/format.ts';
import type { Tone } from '../../../ui/tone.tsx';
import { speedWords } from '../words.ts';

/** The guide's two, as single files; bytes as Hugging Face tells them. */
export const ONE_BUTTON = [
  {
    label: 'SDXL base 1.0',
    url: 'https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/resolve/main/sd_xl_base_1.0.safetensors',
    id: 'sd_xl_base_1.0.safetensors',
    bytes: 6_938_078_334,
    why: 'for quality, 1024 × 1024',
  },
  {
    label: 'Stable Diffusion 1.5',
    url: 'https://huggingface.co/stable-diffusion-v1-5/stable-diffusion-v1-5/resolve/main/v1-5-pruned-emaonly.safetensors',
    id: 'v1-5-pruned-emaonly.safetensors',
    bytes: 4_265_146_304,
    why: 'for speed, 512 × 512',
  },
] as const;

/** Whether a file of this name is there, or on its way. */
export function isHad(name: string, state: Pick<ComfyUiState, 'checkpoints' | 'downloads'>): boolean {
  return (
    (state.checkpoints ?? []).some((path) => path === name || path.endsWith(`/${name}`)) ||
    state.downloads.some((download) => download.name === name)
  );
}

/** A file name for what is behind an address; empty = none can be told from it. */
export function nameFromUrl(url: string): string {
  const last = url.split(/[?#]/)[0]?.split('/').pop() ?? '';
  try {
    return /\.(safetensors|sft)$/i.test(last) ? decodeURIComponent(last) : '';
  } catch {
    return '';
  }
}

export interface DownloadWords {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

/** How a download is, in a word and a line. */
export function downloadInWords(download: CheckpointDownload): DownloadWords {
  const { state, bytes, totalBytes, bytesPerSecond, leftMs } = download;
  const size = totalBytes === null ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  switch (state) {
    case 'downloading': {
      const isStalled = bytesPerSecond === 0;
      return {
        tone: isStalled ? 'warning' : 'busy',
        word: isStalled ? 'stalled' : 'downloading',
        detail: `${size}, ${speedWords({ bytesPerSecond, leftMs })}`,
      };
    }
    case 'checking':
      return { tone: 'busy', word: 'checking', detail: `${size}; its SHA-256 is computed on the host` };
    case 'stopped':
      return { tone: 'warning', word: 'stopped', detail: `${size} are kept on the host` };
    case 'failed':
      return { tone: 'bad', word: 'failed', detail: download.problem ?? 'no reason was given' };
    case 'wrong-checksum':
      return {
        tone: 'bad',
        word: 'wrong checksum',
        detail: `It should be ${short(download.sha256)} and is ${short(download.foundSha256)}. ComfyUI does not get this file.`,
      };
    case 'done':
      return {
        tone: 'good',
        word: 'in place',
        detail:
          download.sha256 === null
            ? `${size}; not verified: no SHA-256 is known to compare with its own, ${short(download.foundSha256)}`
            : `${size}; verified by its SHA-256, ${short(download.sha256)}`,
      };
  }
}

const short = (sha256: string | null): string => (sha256 === null ? 'not known' : `${sha256.slice(0, 12)}…`);

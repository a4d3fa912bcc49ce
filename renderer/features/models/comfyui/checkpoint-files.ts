import type { ComfyUiState } from '../../../../shared/capabilities/comfyui/contract.ts';

/** The models that the set-up guide recommends, as single files; `bytes` as listed on Hugging Face. */
export const RECOMMENDED = [
  {
    label: 'SDXL base 1.0',
    url: 'https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/resolve/main/sd_xl_base_1.0.safetensors',
    id: 'sd_xl_base_1.0.safetensors',
    bytes: 6_938_078_334,
    why: 'High quality · 1024 px',
  },
  {
    label: 'Stable Diffusion 1.5',
    url: 'https://huggingface.co/stable-diffusion-v1-5/stable-diffusion-v1-5/resolve/main/v1-5-pruned-emaonly.safetensors',
    id: 'v1-5-pruned-emaonly.safetensors',
    bytes: 4_265_146_304,
    why: 'Fast · 512 px',
  },
] as const;

/** Whether a file of this name is installed or being downloaded. */
export function isInstalledOrQueued(name: string, state: Pick<ComfyUiState, 'checkpoints' | 'downloads'>): boolean {
  return (
    (state.checkpoints ?? []).some((path) => path === name || path.endsWith(`/${name}`)) ||
    state.downloads.some((download) => download.name === name)
  );
}

/** The file name in a URL; empty when it has none. */
export function nameFromUrl(url: string): string {
  const last = url.split(/[?#]/)[0]?.split('/').pop() ?? '';
  try {
    return /\.(safetensors|sft)$/i.test(last) ? decodeURIComponent(last) : '';
  } catch {
    return '';
  }
}

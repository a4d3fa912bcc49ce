/** The families of models that the graphs here are for, as InvokeAI calls them. */
export const IMAGE_BASES = ['sd-1', 'sdxl'] as const;
export type ImageBase = (typeof IMAGE_BASES)[number];

export function isImageBase(value: unknown): value is ImageBase {
  return value === 'sd-1' || value === 'sdxl';
}

/** InvokeAI's names of schedulers (6.x; `er_sde` from 6.13 on). */
export const SCHEDULERS: readonly string[] = [
  ...['ddim', 'ddpm', 'deis', 'deis_k', 'lms', 'lms_k', 'pndm', 'heun', 'heun_k', 'euler', 'euler_k', 'euler_a'],
  ...['kdpm_2', 'kdpm_2_k', 'kdpm_2_a', 'kdpm_2_a_k', 'dpmpp_2s', 'dpmpp_2s_k', 'dpmpp_2m', 'dpmpp_2m_k'],
  ...['dpmpp_2m_sde', 'dpmpp_2m_sde_k', 'dpmpp_3m', 'dpmpp_3m_k', 'dpmpp_sde', 'dpmpp_sde_k', 'er_sde', 'unipc', 'unipc_k', 'lcm', 'tcd'],
];

/** Defaults of a request: the guide's quick SD 1.5 and its SDXL for quality. */
export const DEFAULTS: Readonly<
  Record<
    ImageBase,
    { readonly width: number; readonly height: number; readonly steps: number; readonly guidance: number; readonly scheduler: string }
  >
> = {
  'sd-1': { width: 512, height: 512, steps: 20, guidance: 7, scheduler: 'euler' },
  sdxl: { width: 1024, height: 1024, steps: 30, guidance: 6, scheduler: 'dpmpp_2m_sde_k' },
};

/** InvokeAI and ComfyUI work on eighths of the image. */
export const SIZE_STEP = 8;
export const MIN_SIDE = 64;
export const MAX_PIXELS = 4_194_304;
export const MAX_SEED = 4_294_967_295;
/** Below 1 InvokeAI refuses a request; 1 turns guidance off. */
export const MIN_GUIDANCE = 1;

/** Why an image of this size cannot be made, with the nearest one that can; null when it can. */
export function sizeProblem(width: number, height: number): string | null {
  if (!Number.isInteger(width) || !Number.isInteger(height)) return 'The size must be two whole numbers, like 1024x1024.';
  if (width % SIZE_STEP !== 0 || height % SIZE_STEP !== 0) {
    return `Width and height must be multiples of ${SIZE_STEP}; the nearest is ${nearest(width)}x${nearest(height)}.`;
  }
  if (width < MIN_SIDE || height < MIN_SIDE) return `Each side must be at least ${MIN_SIDE} pixels.`;
  if (width * height > MAX_PIXELS) return `At most ${MAX_PIXELS} pixels can be made; 2048x2048 is the largest square.`;
  return null;
}

const nearest = (side: number): number => Math.max(MIN_SIDE, Math.round(side / SIZE_STEP) * SIZE_STEP);

/** The seed of the n-th image of a request, counted from 0; wraps around at the largest. */
export function seedOf(first: number, index: number): number {
  return (first + index) % (MAX_SEED + 1);
}

/** One image, every choice made. */
export interface ImageGraphRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly guidance: number;
  readonly scheduler: string;
  readonly seed: number;
}

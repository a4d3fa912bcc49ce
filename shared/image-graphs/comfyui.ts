import { type ImageBase, type ImageGraphRequest, MIN_GUIDANCE, SCHEDULERS } from './rules.ts';

/** The node that makes the image step by step. */
export const SAMPLE_NODE = 'sample';
/** The node that writes the image. */
export const SAVE_NODE = 'save';

/**
 * Text to image for ComfyUI with a checkpoint of SD 1.5 or SDXL; inputs checked against nodes.py of 0.3.64. An image that is
 * not saved goes to ComfyUI's temporary folder, which it empties when it starts.
 */
export function comfyuiWorkflow(
  request: ImageGraphRequest,
  checkpoint: string,
  filePrefix: string,
  { isSaved }: { readonly isSaved: boolean } = { isSaved: true },
): Readonly<Record<string, unknown>> {
  const { sampler, schedule } = comfyuiSampler(request.scheduler);
  const node = (class_type: string, inputs: Readonly<Record<string, unknown>>) => ({ class_type, inputs });
  return {
    checkpoint: node('CheckpointLoaderSimple', { ckpt_name: checkpoint }),
    positive: node('CLIPTextEncode', { clip: ['checkpoint', 1], text: request.prompt }),
    negative: node('CLIPTextEncode', { clip: ['checkpoint', 1], text: request.negativePrompt }),
    latent: node('EmptyLatentImage', { width: request.width, height: request.height, batch_size: 1 }),
    [SAMPLE_NODE]: node('KSampler', {
      model: ['checkpoint', 0],
      positive: ['positive', 0],
      negative: ['negative', 0],
      latent_image: ['latent', 0],
      seed: request.seed,
      steps: request.steps,
      cfg: Math.max(MIN_GUIDANCE, request.guidance),
      sampler_name: sampler,
      scheduler: schedule,
      denoise: 1,
    }),
    decode: node('VAEDecode', { samples: [SAMPLE_NODE, 0], vae: ['checkpoint', 2] }),
    [SAVE_NODE]: isSaved
      ? node('SaveImage', { images: ['decode', 0], filename_prefix: filePrefix })
      : node('PreviewImage', { images: ['decode', 0] }),
  };
}

const SAMPLERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    euler: 'euler',
    euler_a: 'euler_ancestral',
    heun: 'heun',
    lms: 'lms',
    ddim: 'ddim',
    ddpm: 'ddpm',
    kdpm_2: 'dpm_2',
    kdpm_2_a: 'dpm_2_ancestral',
    dpmpp_2m: 'dpmpp_2m',
    dpmpp_2m_sde: 'dpmpp_2m_sde',
    dpmpp_sde: 'dpmpp_sde',
    dpmpp_2s: 'dpmpp_2s_ancestral',
    dpmpp_3m: 'dpmpp_3m_sde',
    unipc: 'uni_pc',
    deis: 'deis',
    lcm: 'lcm',
  }),
);

const plainName = (scheduler: string): string => (scheduler.endsWith('_k') ? scheduler.slice(0, -2) : scheduler);

/** The family of a checkpoint by its file name, which is all that ComfyUI reports of it. */
export const baseOfCheckpoint = (name: string): ImageBase => (/xl/i.test(name) ? 'sdxl' : 'sd-1');

/** Whether ComfyUI has a sampler for a scheduler by InvokeAI's name. */
export const isComfyuiScheduler = (scheduler: string): boolean => SAMPLERS.has(plainName(scheduler));

/** Those of InvokeAI's schedulers that ComfyUI has too. */
export const COMFYUI_SCHEDULERS: readonly string[] = SCHEDULERS.filter(isComfyuiScheduler);

/** InvokeAI's scheduler names mix two things ComfyUI keeps apart: `…_k` is the Karras schedule. */
export function comfyuiSampler(scheduler: string): { readonly sampler: string; readonly schedule: string } {
  return { sampler: SAMPLERS.get(plainName(scheduler)) ?? 'euler', schedule: scheduler.endsWith('_k') ? 'karras' : 'normal' };
}

/** Samplers and schedules of the KSampler of ComfyUI 0.3.64, as far as the lab offers them. */
export const SAMPLERS: readonly string[] = [
  ...['euler', 'euler_ancestral', 'heun', 'dpm_2', 'dpm_2_ancestral', 'lms', 'dpm_fast', 'dpm_adaptive', 'dpmpp_2s_ancestral'],
  ...['dpmpp_sde', 'dpmpp_sde_gpu', 'dpmpp_2m', 'dpmpp_2m_sde', 'dpmpp_2m_sde_gpu', 'dpmpp_3m_sde', 'dpmpp_3m_sde_gpu'],
  ...['ddpm', 'lcm', 'ipndm', 'deis', 'res_multistep', 'er_sde', 'ddim', 'uni_pc', 'uni_pc_bh2'],
];
export const SCHEDULES: readonly string[] = [
  ...['simple', 'sgm_uniform', 'karras', 'exponential', 'ddim_uniform', 'beta', 'normal', 'linear_quadratic', 'kl_optimal'],
];

/** The answer to `/object_info/NAME`; as in ComfyUI, an unknown node is an empty object. */
export function objectInfo(name: string, checkpoints: readonly string[]): Readonly<Record<string, unknown>> {
  const of = (required: Readonly<Record<string, unknown>>, output: readonly string[], category: string) => ({
    [name]: { input: { required }, output, name, category },
  });
  switch (name) {
    case 'CheckpointLoaderSimple':
      return of(
        { ckpt_name: [checkpoints, { tooltip: 'The name of the checkpoint (model) to load.' }] },
        ['MODEL', 'CLIP', 'VAE'],
        'loaders',
      );
    case 'KSampler':
      return of(
        {
          model: ['MODEL', {}],
          seed: ['INT', { default: 0, min: 0, max: 18_446_744_073_709_552_000, control_after_generate: true }],
          steps: ['INT', { default: 20, min: 1, max: 10_000 }],
          cfg: ['FLOAT', { default: 8, min: 0, max: 100, step: 0.1, round: 0.01 }],
          sampler_name: [SAMPLERS, {}],
          scheduler: [SCHEDULES, {}],
          positive: ['CONDITIONING', {}],
          negative: ['CONDITIONING', {}],
          latent_image: ['LATENT', {}],
          denoise: ['FLOAT', { default: 1, min: 0, max: 1, step: 0.01 }],
        },
        ['LATENT'],
        'sampling',
      );
    default:
      return {};
  }
}

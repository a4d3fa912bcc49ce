/** A repository of the simulated Hugging Face, as its API reports it. */
export interface HubRepo {
  readonly id: string;
  readonly base: string;
  readonly type: string;
  readonly pipeline: string | null;
  readonly library: string | null;
  readonly tags: readonly string[];
  readonly downloads: number;
  readonly likes: number;
  readonly updated: string;
  readonly licence: string | null;
  readonly licenceName?: string;
  readonly gated: false | 'auto' | 'manual';
  readonly files: readonly (readonly [path: string, bytes: number])[];
}

const MIB = 1024 ** 2;
const mib = (...files: readonly (readonly [string, number])[]): HubRepo['files'] =>
  files.map(([path, size]) => [path, Math.round(size * MIB)]);

/** A part of diffusers in single and half precision, in both formats. */
const part = (folder: string, name: string, halfMiB: number): readonly (readonly [string, number])[] => [
  [`${folder}/config.json`, 0.002],
  [`${folder}/${name}.safetensors`, halfMiB * 2],
  [`${folder}/${name}.fp16.safetensors`, halfMiB],
];
const CARD = [
  ['.gitattributes', 0.002],
  ['README.md', 0.02],
] as const;

const WELL_KNOWN: readonly HubRepo[] = [
  {
    id: 'stabilityai/stable-diffusion-xl-base-1.0',
    base: 'sdxl',
    type: 'main',
    pipeline: 'text-to-image',
    library: 'diffusers',
    tags: ['diffusers', 'onnx', 'safetensors', 'text-to-image', 'stable-diffusion', 'diffusers:StableDiffusionXLPipeline'],
    downloads: 2_214_903,
    likes: 6_940,
    updated: '2023-10-30T16:03:47.000Z',
    licence: 'openrail++',
    gated: false,
    files: mib(
      ...CARD,
      ['model_index.json', 0.001],
      ['sd_xl_base_1.0.safetensors', 6_616.7],
      ...part('unet', 'diffusion_pytorch_model', 4_897),
      ...part('text_encoder_2', 'model', 1_325),
      ...part('text_encoder', 'model', 235),
      ...part('vae', 'diffusion_pytorch_model', 160),
    ),
  },
  {
    id: 'stable-diffusion-v1-5/stable-diffusion-v1-5',
    base: 'sd-1',
    type: 'main',
    pipeline: 'text-to-image',
    library: 'diffusers',
    tags: ['diffusers', 'safetensors', 'stable-diffusion', 'text-to-image', 'diffusers:StableDiffusionPipeline'],
    downloads: 1_804_115,
    likes: 912,
    updated: '2024-09-07T16:20:30.000Z',
    licence: 'creativeml-openrail-m',
    gated: false,
    files: mib(
      ...CARD,
      ['model_index.json', 0.001],
      ['v1-5-pruned-emaonly.safetensors', 4_067.5],
      ['v1-5-pruned-emaonly.ckpt', 4_067.6],
      ...part('unet', 'diffusion_pytorch_model', 1_640),
      ...part('text_encoder', 'model', 235),
      ...part('vae', 'diffusion_pytorch_model', 160),
    ),
  },
  {
    id: 'black-forest-labs/FLUX.1-dev',
    base: 'flux',
    type: 'main',
    pipeline: 'text-to-image',
    library: 'diffusers',
    tags: ['diffusers', 'safetensors', 'text-to-image', 'image-generation', 'flux', 'diffusers:FluxPipeline'],
    downloads: 1_263_004,
    likes: 12_088,
    updated: '2025-06-27T09:52:40.000Z',
    licence: 'other',
    licenceName: 'flux-1-dev-non-commercial-license',
    gated: 'auto',
    files: mib(
      ...CARD,
      ['model_index.json', 0.001],
      ['flux1-dev.safetensors', 22_700],
      ['ae.safetensors', 320],
      ['transformer/config.json', 0.001],
      ['transformer/diffusion_pytorch_model-00001-of-00003.safetensors', 9_530],
      ['transformer/diffusion_pytorch_model-00002-of-00003.safetensors', 9_500],
      ['transformer/diffusion_pytorch_model-00003-of-00003.safetensors', 3_690],
      ['text_encoder/config.json', 0.001],
      ['text_encoder/model.safetensors', 235],
      ['text_encoder_2/config.json', 0.001],
      ['text_encoder_2/model-00001-of-00002.safetensors', 4_760],
      ['text_encoder_2/model-00002-of-00002.safetensors', 4_325],
      ['vae/config.json', 0.001],
      ['vae/diffusion_pytorch_model.safetensors', 160],
    ),
  },
  {
    id: 'black-forest-labs/FLUX.1-schnell',
    base: 'flux',
    type: 'main',
    pipeline: 'text-to-image',
    library: 'diffusers',
    tags: ['diffusers', 'safetensors', 'text-to-image', 'image-generation', 'flux', 'diffusers:FluxPipeline'],
    downloads: 742_310,
    likes: 4_502,
    updated: '2024-08-16T14:37:56.000Z',
    licence: 'apache-2.0',
    gated: 'auto',
    files: mib(...CARD, ['flux1-schnell.safetensors', 22_700], ['ae.safetensors', 320]),
  },
  {
    id: 'stabilityai/stable-diffusion-3.5-large',
    base: 'sd-3',
    type: 'main',
    pipeline: 'text-to-image',
    library: 'diffusers',
    tags: ['diffusers', 'safetensors', 'text-to-image', 'stable-diffusion', 'diffusers:StableDiffusion3Pipeline'],
    downloads: 118_406,
    likes: 3_211,
    updated: '2024-10-22T14:36:33.000Z',
    licence: 'other',
    licenceName: 'stabilityai-ai-community',
    gated: 'manual',
    files: mib(...CARD, ['sd3.5_large.safetensors', 15_700]),
  },
  {
    id: 'madebyollin/sdxl-vae-fp16-fix',
    base: 'sdxl',
    type: 'vae',
    pipeline: null,
    library: 'diffusers',
    tags: ['diffusers', 'safetensors', 'stable-diffusion', 'stable-diffusion-xl', 'diffusers:AutoencoderKL'],
    downloads: 402_778,
    likes: 611,
    updated: '2024-02-03T17:13:36.000Z',
    licence: 'mit',
    gated: false,
    files: mib(...CARD, ['config.json', 0.001], ['diffusion_pytorch_model.safetensors', 319], ['sdxl_vae.safetensors', 319]),
  },
  {
    id: 'latent-consistency/lcm-lora-sdxl',
    base: 'sdxl',
    type: 'lora',
    pipeline: 'text-to-image',
    library: 'diffusers',
    tags: [
      ...['diffusers', 'lora', 'text-to-image', 'base_model:stabilityai/stable-diffusion-xl-base-1.0'],
      'base_model:adapter:stabilityai/stable-diffusion-xl-base-1.0',
    ],
    downloads: 86_213,
    likes: 792,
    updated: '2023-11-24T13:32:03.000Z',
    licence: 'openrail++',
    gated: false,
    files: mib(...CARD, ['pytorch_lora_weights.safetensors', 376]),
  },
  {
    id: 'lab-research/very-large-image-model',
    base: 'unknown',
    type: 'main',
    pipeline: 'text-to-image',
    library: null,
    tags: ['safetensors', 'text-to-image'],
    downloads: 1_204,
    likes: 17,
    updated: '2026-08-14T10:00:00.000Z',
    licence: null,
    gated: false,
    files: mib(...CARD, ['very-large.safetensors', 142_000]),
  },
];

const SUBJECTS = ['Portrait', 'Landscape', 'Watercolor', 'Anime', 'Pixel', 'Film', 'Sketch', 'Neon', 'Clay', 'Comic'];

/** Fine-tunes and LoRAs in the manner of the real ones; names are invented. */
const INVENTED: readonly HubRepo[] = SUBJECTS.flatMap((subject, index): readonly HubRepo[] => {
  const slug = subject.toLowerCase();
  const updated = `2025-${String(1 + index).padStart(2, '0')}-11T08:30:00.000Z`;
  const common = { pipeline: 'text-to-image', library: 'diffusers', updated, gated: false, licence: 'creativeml-openrail-m' } as const;
  return [
    {
      ...common,
      id: `lab-finetunes/${slug}-xl`,
      base: 'sdxl',
      type: 'main',
      tags: [
        ...['diffusers', 'safetensors', 'text-to-image', 'diffusers:StableDiffusionXLPipeline'],
        'base_model:finetune:stabilityai/stable-diffusion-xl-base-1.0',
      ],
      downloads: 48_000 - index * 3_100,
      likes: 300 - index * 21,
      files: mib(
        ...CARD,
        ['model_index.json', 0.001],
        ...part('unet', 'diffusion_pytorch_model', 4_897),
        ...part('text_encoder_2', 'model', 1_325),
        ...part('text_encoder', 'model', 235),
        ...part('vae', 'diffusion_pytorch_model', 160),
      ),
    },
    {
      ...common,
      id: `lab-loras/${slug}-style-xl`,
      base: 'sdxl',
      type: 'lora',
      tags: ['diffusers', 'lora', 'text-to-image', 'base_model:adapter:stabilityai/stable-diffusion-xl-base-1.0'],
      downloads: 9_700 - index * 640,
      likes: 90 - index * 7,
      files: mib(...CARD, [`${slug}_style_xl.safetensors`, 218]),
    },
  ];
});

export const HUB_REPOS: readonly HubRepo[] = [...WELL_KNOWN, ...INVENTED];

const RESOLVED = /^https:\/\/huggingface\.co\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/;

/** The file at an address of the simulated Hugging Face; null = it has none there. */
export function hubFileAt(address: string): { readonly repo: HubRepo; readonly path: string; readonly bytes: number } | null {
  const [, id, path = ''] = RESOLVED.exec(address) ?? [];
  const repo = HUB_REPOS.find((known) => known.id === id);
  const file = repo?.files.find(([known]) => known === decodeURIComponent(path));
  return repo === undefined || file === undefined ? null : { repo, path: file[0], bytes: file[1] };
}

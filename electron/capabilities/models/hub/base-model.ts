import { lookup } from '../../../../shared/lookup.ts';

/** Classes of diffusers (`diffusers:…` tags) by the base that InvokeAI knows them as. SD 1 and 2 share one class, which tells neither. */
const BASE_OF_CLASS: Readonly<Record<string, string>> = {
  StableDiffusionXLPipeline: 'sdxl',
  StableDiffusionXLInpaintPipeline: 'sdxl',
  StableDiffusionXLImg2ImgPipeline: 'sdxl-refiner',
  StableDiffusion3Pipeline: 'sd-3',
  FluxPipeline: 'flux',
  FluxFillPipeline: 'flux',
  FluxKontextPipeline: 'flux',
  Flux2Pipeline: 'flux2',
  CogView4Pipeline: 'cogview4',
  QwenImagePipeline: 'qwen-image',
  ZImagePipeline: 'z-image',
};

/** Repositories that others are derived from. */
const BASE_OF_REPO: readonly (readonly [RegExp, string])[] = [
  [/^stabilityai\/stable-diffusion-xl-refiner/i, 'sdxl-refiner'],
  [/^stabilityai\/(stable-diffusion-xl|sdxl-turbo)/i, 'sdxl'],
  [/^(runwayml|stable-diffusion-v1-5)\/stable-diffusion-v1-5|^CompVis\/stable-diffusion-v1/i, 'sd-1'],
  [/^stabilityai\/stable-diffusion-2/i, 'sd-2'],
  [/^stabilityai\/stable-diffusion-3/i, 'sd-3'],
  [/^black-forest-labs\/FLUX\.1/i, 'flux'],
  [/^black-forest-labs\/FLUX\.2/i, 'flux2'],
  [/^THUDM\/CogView4|^zai-org\/CogView4/i, 'cogview4'],
  [/^Qwen\/Qwen-Image/i, 'qwen-image'],
  [/^Tongyi-MAI\/Z-Image/i, 'z-image'],
];

/** Tags that owners give, in lower case. */
const BASE_OF_TAG: Readonly<Record<string, string>> = {
  'stable-diffusion-xl': 'sdxl',
  sdxl: 'sdxl',
  'stable-diffusion-3': 'sd-3',
  'stable-diffusion-3.5': 'sd-3',
  'stable-diffusion-1.5': 'sd-1',
  'sd1.5': 'sd-1',
  flux: 'flux',
  'flux.1': 'flux',
};

const TYPE_OF_TAG: Readonly<Record<string, string>> = {
  lora: 'lora',
  controlnet: 'controlnet',
  'ip-adapter': 'ip_adapter',
  ip_adapter: 'ip_adapter',
  textual_inversion: 'embedding',
  'diffusers:autoencoderkl': 'vae',
  'diffusers:controlnetmodel': 'controlnet',
  vae: 'vae',
};

const afterPrefix = (tags: readonly string[], prefix: string): readonly string[] =>
  tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));

/** The repository that a model is derived from: `base_model:REPO` or `base_model:adapter:REPO`; null = none is named. */
export function baseModelOf(tags: readonly string[]): string | null {
  const named = afterPrefix(tags, 'base_model:').map((text) => text.slice(text.lastIndexOf(':') + 1));
  return named[0] ?? null;
}

/** The base as InvokeAI calls it, from the repository, what it is derived from, its class, and tags; null where none tells. */
export function baseOf(id: string, tags: readonly string[]): string | null {
  for (const repo of [id, baseModelOf(tags) ?? '']) {
    const found = BASE_OF_REPO.find(([pattern]) => pattern.test(repo));
    if (found !== undefined) return found[1];
  }
  for (const name of afterPrefix(tags, 'diffusers:')) {
    const base = lookup(BASE_OF_CLASS, name);
    if (base !== undefined) return base;
  }
  for (const tag of tags) {
    const base = lookup(BASE_OF_TAG, tag.toLowerCase());
    if (base !== undefined) return base;
  }
  return null;
}

/** The type as InvokeAI calls it; null where no tag tells. */
export function typeOf(tags: readonly string[]): string | null {
  for (const tag of tags) {
    const type = lookup(TYPE_OF_TAG, tag.toLowerCase());
    if (type !== undefined) return type;
  }
  return tags.some((tag) => /^diffusers:\w+Pipeline$/.test(tag)) ? 'main' : null;
}

import type { LabFault } from '../base/faults.ts';

const GIB = 1024 ** 3;

/** A model as the simulated InvokeAI has it in its database. */
export interface LabModel {
  readonly key: string;
  readonly hash: string;
  readonly name: string;
  readonly description: string;
  readonly base: string;
  readonly type: string;
  readonly format: string;
  /** Relative to models_dir when it lies there, else absolute. */
  readonly path: string;
  readonly fileBytes: number;
  readonly source: string;
  readonly sourceType: 'path' | 'url' | 'hf_repo_id';
  /** Of diffusers' files. */
  readonly variant?: 'fp16' | '';
  /** What its weights take of VRAM. */
  readonly weightsMiB: number;
}

const model = (n: number, name: string, base: string, type: string, gib: number, source: string, format = 'diffusers'): LabModel => ({
  key: `3f1c7a4e-0000-4000-8000-${String(n).padStart(12, '0')}`,
  hash: `blake3:${String(n).repeat(8)}`,
  name,
  description: '',
  base,
  type,
  format,
  path: format === 'checkpoint' ? `${base}/${type}/${name}.safetensors` : `${base}/${type}/${name}`,
  fileBytes: Math.round(gib * GIB),
  source,
  sourceType: source.startsWith('https:') ? 'url' : 'hf_repo_id',
  weightsMiB: Math.round(gib * 1024),
});

/** What is installed when the lab opens. */
export const FIRST_MODELS: readonly LabModel[] = [
  model(1, 'Juggernaut XL v9', 'sdxl', 'main', 6.62, 'RunDiffusion/Juggernaut-XL-v9'),
  model(2, 'Dreamshaper 8', 'sd-1', 'main', 1.99, 'https://civitai.com/models/4384', 'checkpoint'),
  model(3, 'FLUX Dev', 'flux', 'main', 22.2, 'black-forest-labs/FLUX.1-dev', 'checkpoint'),
  model(4, 'sdxl-vae-fp16-fix', 'sdxl', 'vae', 0.31, 'madebyollin/sdxl-vae-fp16-fix'),
  model(5, 'Detail Tweaker XL', 'sdxl', 'lora', 0.21, 'https://civitai.com/models/122359', 'lycoris'),
];
/** Its record is there, its file is not. */
export const LOST_MODEL: LabModel = model(6, 'Old Inkpunk', 'sd-1', 'main', 1.99, 'Envvi/Inkpunk-Diffusion', 'checkpoint');

/** Something that can be fetched: its files with their sizes. */
export interface Installable {
  readonly source: string;
  readonly name: string;
  readonly base: string;
  readonly type: string;
  readonly description: string;
  readonly isGated: boolean;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

const fetchable = (
  source: string,
  name: string,
  base: string,
  type: string,
  description: string,
  mib: readonly (readonly [string, number])[],
  isGated = false,
): Installable => ({
  source,
  name,
  base,
  type,
  description,
  isGated,
  files: mib.map(([path, size]) => ({ path, bytes: Math.round(size * 1024 * 1024) })),
});

export const INSTALLABLE: readonly Installable[] = [
  fetchable('stabilityai/stable-diffusion-xl-base-1.0', 'stable-diffusion-xl-base-1.0', 'sdxl', 'main', 'SDXL base, 1024 × 1024', [
    ['unet/diffusion_pytorch_model.fp16.safetensors', 4897],
    ['text_encoder_2/model.fp16.safetensors', 1325],
    ['text_encoder/model.fp16.safetensors', 235],
    ['vae/diffusion_pytorch_model.fp16.safetensors', 160],
    ['model_index.json', 0.001],
  ]),
  fetchable('stable-diffusion-v1-5/stable-diffusion-v1-5', 'stable-diffusion-v1-5', 'sd-1', 'main', 'SD 1.5, 512 × 512', [
    ['unet/diffusion_pytorch_model.fp16.safetensors', 1640],
    ['text_encoder/model.fp16.safetensors', 235],
    ['vae/diffusion_pytorch_model.fp16.safetensors', 160],
    ['model_index.json', 0.001],
  ]),
  fetchable('madebyollin/sdxl-vae-fp16-fix', 'sdxl-vae-fp16-fix', 'sdxl', 'vae', 'A decoder for SDXL in half precision', [
    ['diffusion_pytorch_model.safetensors', 319],
  ]),
  fetchable('latent-consistency/lcm-lora-sdxl', 'lcm-lora-sdxl', 'sdxl', 'lora', 'Few steps with SDXL', [
    ['pytorch_lora_weights.safetensors', 376],
  ]),
  fetchable(
    'black-forest-labs/FLUX.1-schnell',
    'FLUX.1-schnell',
    'flux',
    'main',
    'Asks for a Hugging Face login',
    [['flux1-schnell.safetensors', 22_700]],
    true,
  ),
];

/** Where models that it manages lie. */
export const MODELS_FOLDER = '/var/lib/invokeai/models';

export function pathOf({ path }: LabModel): string {
  return path.startsWith('/') ? path : `${MODELS_FOLDER}/${path}`;
}

/** One file is a checkpoint, a folder of them diffusers'. */
function formatOf({ type, files }: Installable): string {
  if (type === 'unknown') return 'unknown';
  const isOneFile = files.length === 1 && !(files[0]?.path ?? '').startsWith('diffusion_pytorch');
  return type === 'lora' ? 'lycoris' : isOneFile ? 'checkpoint' : 'diffusers';
}

/** The models on the simulated disk. */
export class InstalledModels {
  readonly #models = new Map<string, LabModel>();
  readonly #lost = new Set<string>([LOST_MODEL.key]);
  #next = 100;

  readonly #faults: ReadonlySet<LabFault>;

  constructor(faults: ReadonlySet<LabFault>, first: readonly LabModel[]) {
    this.#faults = faults;
    for (const known of first) this.#models.set(known.key, known);
  }

  all(): readonly LabModel[] {
    return this.#faults.has('invokeai-without-models') ? [] : [...this.#models.values()];
  }

  get(key: string): LabModel | null {
    return this.#models.get(key) ?? null;
  }

  /** Its file is not where its record says. */
  isMissing(key: string): boolean {
    return this.#lost.has(key) || (this.#faults.has('missing-model') && this.#models.get(key)?.type === 'main');
  }

  /** Changes a record; its files stay as they are. */
  change(key: string, changes: { readonly name?: string | undefined; readonly description?: string | undefined }): LabModel | null {
    const old = this.#models.get(key);
    if (old === undefined) return null;
    const changed = { ...old, name: changes.name ?? old.name, description: changes.description ?? old.description };
    this.#models.set(key, changed);
    return changed;
  }

  has(source: string): boolean {
    return this.all().some((known) => known.source === source);
  }

  /** `inPlaceAt` null: its files are moved into a folder named by its key. */
  add(
    made: Installable,
    files: { readonly bytes: number; readonly inPlaceAt: string | null; readonly sourceType: LabModel['sourceType'] },
  ): LabModel {
    this.#next += 1;
    const format = formatOf(made);
    const fresh = model(this.#next, made.name, made.base, made.type, files.bytes / GIB, made.source, format);
    const [first] = made.files;
    const added: LabModel = {
      ...fresh,
      description: made.description,
      path: files.inPlaceAt ?? (format === 'diffusers' ? fresh.key : `${fresh.key}/${(first?.path ?? made.name).split('/').pop()}`),
      variant: made.files.some(({ path }) => path.includes('.fp16.')) ? 'fp16' : '',
      fileBytes: files.bytes,
      sourceType: files.sourceType,
    };
    this.#models.set(added.key, added);
    return added;
  }

  /** Takes the record away, and the files when they lie in the models folder. False when there is no such model. */
  remove(key: string): boolean {
    this.#lost.delete(key);
    return this.#models.delete(key);
  }

  /** What the models take of the disk. */
  bytes(): number {
    return this.all().reduce((sum, known) => sum + (this.#lost.has(known.key) ? 0 : known.fileBytes), 0);
  }
}

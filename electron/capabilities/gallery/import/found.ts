import type { ImportedParameters } from '../../../../shared/capabilities/gallery/contract.ts';
import { IMAGE_LIMITS, ImageParameters } from '../../../../shared/capabilities/images/contract.ts';
import { SCHEDULERS, sizeProblem } from '../../../../shared/image-graphs/rules.ts';
import { plainText } from '../../../../shared/plain-text.ts';

/** What one program's format says, before it is known whether the form can take it. Undefined = it does not say. */
export interface FoundParameters {
  readonly source: string;
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly steps?: number | undefined;
  readonly guidance?: number | undefined;
  /** As text where a number would lose digits. */
  readonly seed?: number | string | undefined;
  readonly model?: string | undefined;
  readonly sampler?: SamplerFound | undefined;
  /** What changes the image and has no place in the form, in words. */
  readonly notUsed: readonly string[];
}

export interface SamplerFound {
  /** As the other program calls it. */
  readonly name: string;
  /** InvokeAI's name of the same; null when it has none. */
  readonly scheduler: string | null;
}

type Parameters = { -readonly [K in keyof ImageParameters]?: ImageParameters[K] };

/** The values that fit the form, and descriptions of the others. A prompt over the limit stays whole: the form names the limit. */
export function fitToForm(found: FoundParameters): ImportedParameters {
  const parameters: Parameters = {};
  const notUsed: string[] = [];
  const { shape } = ImageParameters.unwrap();
  const { prompt, negativePrompt, width, height, steps, guidance, model, sampler } = found;
  if (prompt !== undefined && prompt.trim() !== '') parameters.prompt = prompt;
  else notUsed.push('Prompt: not in the file');
  if (negativePrompt !== undefined) parameters.negativePrompt = negativePrompt;
  if (width !== undefined && height !== undefined) {
    const isInLimits = shape.width.safeParse(width).success && shape.height.safeParse(height).success;
    const problem = isInLimits ? sizeProblem(width, height) : `Each side has ${IMAGE_LIMITS.minSide} to ${IMAGE_LIMITS.maxSide} pixels.`;
    if (problem === null) Object.assign(parameters, { width, height });
    else notUsed.push(`Size ${width} × ${height}: ${problem}`);
  }
  if (steps !== undefined) {
    if (shape.steps.safeParse(steps).success) parameters.steps = steps;
    else notUsed.push(`Steps ${steps}: 1 to ${IMAGE_LIMITS.maxSteps} here`);
  }
  if (guidance !== undefined) {
    if (shape.guidance.safeParse(guidance).success) parameters.guidance = guidance;
    else notUsed.push(`Guidance ${guidance}: ${IMAGE_LIMITS.minGuidance} to ${IMAGE_LIMITS.maxGuidance} here`);
  }
  if (found.seed !== undefined) {
    const seed = shape.seed.unwrap().safeParse(typeof found.seed === 'number' ? found.seed : wholeNumber(found.seed));
    if (seed.success) parameters.seed = seed.data;
    else notUsed.push(`Seed ${plainText(String(found.seed), 40)}: 0 to ${IMAGE_LIMITS.maxSeed} here`);
  }
  if (model !== undefined && model !== '') {
    if (shape.model.safeParse(model).success) parameters.model = model;
    else notUsed.push('Model: its name is too long');
  }
  if (sampler !== undefined) {
    if (sampler.scheduler !== null) parameters.scheduler = sampler.scheduler;
    else notUsed.push(`Sampler ${plainText(sampler.name, 60)}: not available in InvokeAI`);
  }
  const inWords = [...notUsed, ...found.notUsed].slice(0, 30).map((words) => plainText(words, 200));
  return { source: plainText(found.source, 60), parameters, notUsed: inWords };
}

/** The number a text holds and nothing else; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*-?\d{1,20}\s*$/.test(text) ? Number(text) : undefined;
}

export function decimalNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*-?\d{1,10}(\.\d{1,20})?\s*$/.test(text) ? Number(text) : undefined;
}

/** Names of A1111 (and its kin) and of ComfyUI, each with InvokeAI's; those that are only alike are left out. */
const SAMPLERS: Readonly<Record<string, string>> = {
  euler: 'euler',
  'euler a': 'euler_a',
  euler_ancestral: 'euler_a',
  heun: 'heun',
  lms: 'lms',
  dpm2: 'kdpm_2',
  dpm_2: 'kdpm_2',
  'dpm2 a': 'kdpm_2_a',
  dpm_2_ancestral: 'kdpm_2_a',
  'dpm++ 2m': 'dpmpp_2m',
  dpmpp_2m: 'dpmpp_2m',
  'dpm++ sde': 'dpmpp_sde',
  dpmpp_sde: 'dpmpp_sde',
  'dpm++ 2m sde': 'dpmpp_2m_sde',
  dpmpp_2m_sde: 'dpmpp_2m_sde',
  ddim: 'ddim',
  ddpm: 'ddpm',
  plms: 'pndm',
  deis: 'deis',
  unipc: 'unipc',
  uni_pc: 'unipc',
  lcm: 'lcm',
  tcd: 'tcd',
};
/** Schedules that are the sampler's own in InvokeAI. */
const PLAIN_SCHEDULES: ReadonlySet<string> = new Set(['', 'normal', 'automatic', 'simple', 'uniform', 'sgm_uniform']);

/** A sampler and its noise schedule as InvokeAI's one name. */
export function samplerOf(name: string, schedule = ''): SamplerFound {
  const lower = name.trim().toLowerCase();
  const plain = lower.replace(/[ _]karras$/, '').replace(/_gpu$/, '');
  const kind = plain === lower.replace(/_gpu$/, '') ? schedule.trim().toLowerCase() : 'karras';
  const words = schedule === '' ? name : `${name} (${schedule})`;
  const base = Object.hasOwn(SAMPLERS, plain) ? (SAMPLERS[plain] ?? null) : SCHEDULERS.includes(plain) ? plain : null;
  if (base === null) return { name: words, scheduler: null };
  if (kind === 'karras') {
    const karras = base.endsWith('_k') ? base : `${base}_k`;
    return { name: words, scheduler: SCHEDULERS.includes(karras) ? karras : null };
  }
  return { name: words, scheduler: PLAIN_SCHEDULES.has(kind) ? base : null };
}

/** `folder/example_v1.safetensors` → `example_v1`: other programs name files where InvokeAI names models. */
export function modelNameOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).replace(/\.(safetensors|ckpt|pt|pth|bin|gguf|sft)$/i, '');
}

import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import { listOf, numberOf, textOf } from '../../backends/values.ts';
import { decimalNumber, type FoundParameters, modelNameOf, samplerOf, wholeNumber } from './found.ts';
import { parsePythonJson } from './json.ts';

/** What changes the image beyond the form: the key in the metadata, and its name for people. */
const BEYOND: readonly (readonly [key: string, name: string])[] = [
  ['loras', 'LoRAs'],
  ['controlnets', 'ControlNets'],
  ['controlLayers', 'Control layers'],
  ['ipAdapters', 'IP adapters'],
  ['t2iAdapters', 'T2I adapters'],
  ['ref_images', 'Reference images'],
  ['canvas_v2_metadata', 'Canvas'],
  ['vae', 'VAE'],
  ['refiner_model', 'Refiner'],
  ['clip_skip', 'CLIP skip'],
  ['cfg_rescale_multiplier', 'CFG rescale'],
  ['seamless_x', 'Seamless X'],
  ['seamless_y', 'Seamless Y'],
  ['hrf_enabled', 'High resolution fix'],
  ['strength', 'Denoising strength'],
  ['init_image', 'Initial image'],
];

/** Reads `invokeai_metadata` (3.0 and newer). Null when it is no such document. */
export function readInvokeAi(text: string): FoundParameters | null {
  const root = parsePythonJson(text);
  if (!isRecord(root)) return null;
  const model = isRecord(root['model']) ? (textOf(root['model']['name']) ?? textOf(root['model']['model_name'])) : textOf(root['model']);
  const scheduler = textOf(root['scheduler']);
  const mode = textOf(root['generation_mode']);
  const style = textOf(root['positive_style_prompt']);
  const prompt = promptOf(root['positive_prompt']);
  return {
    source: `InvokeAI${textOf(root['app_version']) === null ? '' : ` ${plainText(String(root['app_version']), 20)}`}`,
    prompt,
    // Families without a negative prompt (FLUX) name none: one that stood in the form before is not the image's.
    negativePrompt: promptOf(root['negative_prompt']) ?? (prompt === undefined ? undefined : ''),
    width: numberOf(root['width']) ?? undefined,
    height: numberOf(root['height']) ?? undefined,
    steps: numberOf(root['steps']) ?? undefined,
    guidance: numberOf(root['cfg_scale']) ?? numberOf(root['guidance']) ?? undefined,
    seed: numberOf(root['seed']) ?? undefined,
    model: model ?? undefined,
    sampler: scheduler === null ? undefined : samplerOf(scheduler),
    notUsed: [
      ...(mode === null || mode.endsWith('txt2img') ? [] : [`Mode ${mode}: made from another image, which is not in the file`]),
      ...(style === null || root['positive_style_prompt'] === prompt ? [] : [`Style prompt: ${style}`]),
      ...BEYOND.flatMap(([key, name]) => (isSet(root[key]) ? [`${name}: ${briefly(root[key])}`] : [])),
    ],
  };
}

/** Reads `sd-metadata` (InvokeAI 2). */
export function readInvokeAi2(text: string): FoundParameters | null {
  const root = parsePythonJson(text);
  const image = isRecord(root) && isRecord(root['image']) ? root['image'] : null;
  if (!isRecord(root) || image === null) return null;
  const words = Array.isArray(image['prompt'])
    ? listOf(image['prompt'])
        .map((part) => promptOf(part['prompt']) ?? '')
        .join(' ')
    : promptOf(image['prompt']);
  const sampler = textOf(image['sampler']);
  return {
    source: 'InvokeAI 2',
    ...bracketed(words ?? ''),
    width: numberOf(image['width']) ?? undefined,
    height: numberOf(image['height']) ?? undefined,
    steps: numberOf(image['steps']) ?? undefined,
    guidance: numberOf(image['cfg_scale']) ?? undefined,
    seed: numberOf(image['seed']) ?? undefined,
    model: textOf(root['model_weights']) ?? undefined,
    sampler: sampler === null ? undefined : samplerOf(sampler.replace(/^k_/, '')),
    notUsed: image['type'] === 'img2img' ? ['Mode img2img: made from another image, which is not in the file'] : [],
  };
}

/** Reads `Dream` (InvokeAI 1 and 2): a command line. */
export function readDream(text: string): FoundParameters | null {
  const [, prompt, options] = /^\s*"((?:\\.|[^"\\])*)"(.*)$/s.exec(text) ?? [];
  if (prompt === undefined) return null;
  const flag = (name: string): string | undefined => new RegExp(`(?:^|\\s)-${name}\\s?(\\S+)`).exec(options ?? '')?.[1];
  const sampler = flag('A');
  return {
    source: 'InvokeAI 1',
    ...bracketed(prompt.replace(/\\"/g, '"')),
    width: wholeNumber(flag('W')),
    height: wholeNumber(flag('H')),
    steps: wholeNumber(flag('s')),
    guidance: decimalNumber(flag('C')),
    seed: flag('S'),
    sampler: sampler === undefined ? undefined : samplerOf(sampler.replace(/^k_/, '')),
    notUsed: flag('I') === undefined ? [] : ['Initial image: not in the file'],
  };
}

/** Before version 3 the negative prompt stood in brackets within the prompt. */
function bracketed(words: string): Pick<FoundParameters, 'prompt' | 'negativePrompt'> {
  const negative = [...words.matchAll(/\[([^[\]]*)\]/g)].map(([, inner]) => (inner ?? '').trim());
  return { prompt: words.replace(/\[[^[\]]*\]/g, '').trim(), negativePrompt: negative.filter(Boolean).join(', ') };
}

/** The complete text: `textOf` cuts texts to the length of a sentence. */
const promptOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const isSet = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== false && value !== 0 && value !== '' && !(Array.isArray(value) && value.length === 0);

function briefly(value: unknown): string {
  if (Array.isArray(value)) return String(value.length);
  if (!isRecord(value)) return value === true ? 'on' : plainText(String(value), 80);
  const name = textOf(value['name']) ?? textOf(value['model_name']);
  return name === null ? 'set' : modelNameOf(name);
}

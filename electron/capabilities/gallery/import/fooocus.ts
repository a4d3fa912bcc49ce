import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import { numberOf, textOf } from '../../backends/values.ts';
import { decimalNumber, type FoundParameters, modelNameOf, samplerOf, wholeNumber } from './found.ts';
import { parsePythonJson } from './json.ts';

/** Longer than what any program writes about one image. */
const MAX_CHARS = 128 * 1024;

/** Defaults of Fooocus that change the image beyond the form. */
const BEYOND: readonly (readonly [key: string, old: string, name: string])[] = [
  ['styles', 'Styles', 'Styles'],
  ['sharpness', 'Sharpness', 'Sharpness'],
  ['refiner_model', 'Refiner Model', 'Refiner'],
  ['adaptive_cfg', 'CFG Mimicking from TSNR', 'Adaptive CFG'],
  ['adm_guidance', 'ADM Guidance', 'ADM guidance'],
  ['freeu', 'FreeU', 'FreeU'],
  ['vae', 'VAE', 'VAE'],
];
const DEFAULT_WORDS: ReadonlySet<string> = new Set(['', 'None', '[]', 'Default (model)']);
const MAX_LORAS = 10;

/** Reads `parameters` (or `Comment`) of the scheme fooocus: a flat JSON document, whose keys were once words. Null when it is none. */
export function readFooocus(text: string): FoundParameters | null {
  if (text.length > MAX_CHARS) return null;
  const root = parsePythonJson(text);
  if (!isRecord(root)) return null;
  const value = (key: string, old: string): string | undefined => {
    const found = root[key] ?? root[old];
    return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : undefined;
  };
  const prompt = value('prompt', 'Prompt');
  const base = value('base_model', 'Base Model');
  if (prompt === undefined || base === undefined) return null;
  const [, width, height] =
    /^\(?\s*'?(\d{1,6})'?\s*[,x×*]\s*'?(\d{1,6})'?\s*\)?$/.exec(value('resolution', 'Resolution')?.trim() ?? '') ?? [];
  const sampler = value('sampler', 'Sampler');
  const version = textOf(root['version']) ?? textOf(root['Version']);
  const loras = Object.keys(root).filter((key) => /^(lora_combined_|LoRA )\d/.test(key));
  return {
    source: version?.startsWith('Fooocus') === true ? plainText(version, 40) : 'Fooocus',
    prompt,
    negativePrompt: value('negative_prompt', 'Negative Prompt'),
    width: wholeNumber(width),
    height: wholeNumber(height),
    steps: wholeNumber(value('steps', 'Steps')),
    guidance: decimalNumber(value('guidance_scale', 'Guidance Scale')) ?? numberOf(root['guidance_scale']) ?? undefined,
    seed: value('seed', 'Seed'),
    model: modelNameOf(base),
    sampler: sampler === undefined ? undefined : samplerOf(sampler, value('scheduler', 'Scheduler') ?? ''),
    notUsed: [
      ...BEYOND.flatMap(([key, old, name]) => {
        const words = value(key, old);
        return words === undefined || DEFAULT_WORDS.has(words) ? [] : [`${name}: ${words}`];
      }),
      ...loras.slice(0, MAX_LORAS).map((key) => `LoRA: ${String(root[key])}`),
    ],
  };
}

import type { Installable } from './installed-models.ts';

/** A model that InvokeAI recommends. Names, repos and sizes are invented, in the manner and number of the real list. */
export interface LabStarter {
  readonly source: string;
  readonly name: string;
  readonly base: string;
  readonly type: string;
  readonly description: string;
  readonly needs: readonly string[];
}

interface Family {
  readonly base: string;
  readonly name: string;
  /** Of its main models, GB. */
  readonly gigabytes: number;
  /** Whether its descriptions state sizes, as those of the newer families do. */
  readonly statesSizes: boolean;
}

const FAMILIES: readonly Family[] = [
  { base: 'sd-1', name: 'Stable Diffusion 1.5', gigabytes: 2, statesSizes: false },
  { base: 'sd-2', name: 'Stable Diffusion 2', gigabytes: 5, statesSizes: false },
  { base: 'sd-3', name: 'SD3.5', gigabytes: 19, statesSizes: true },
  { base: 'sdxl', name: 'SDXL', gigabytes: 7, statesSizes: false },
  { base: 'flux', name: 'FLUX.1', gigabytes: 24, statesSizes: true },
  { base: 'flux2', name: 'FLUX.2', gigabytes: 34, statesSizes: true },
  { base: 'cogview4', name: 'CogView4', gigabytes: 29, statesSizes: true },
  { base: 'z-image', name: 'Z-Image', gigabytes: 33, statesSizes: true },
  { base: 'qwen-image', name: 'Qwen Image', gigabytes: 41, statesSizes: true },
  { base: 'anima', name: 'Anima', gigabytes: 5, statesSizes: true },
  { base: 'krea-2', name: 'Krea 2', gigabytes: 27, statesSizes: true },
  { base: 'wan', name: 'Wan', gigabytes: 32, statesSizes: true },
];
const STYLES = ['Atlas', 'Birch', 'Cinder', 'Dune', 'Ember', 'Fjord'];
const CONTROLS = ['canny', 'depth', 'lineart', 'pose', 'softedge', 'tile'];

const sized = (family: Family, text: string, gigabytes: number): string =>
  family.statesSizes ? `${text} Total size: ~${gigabytes}GB` : text;

function startersOf(family: Family): readonly LabStarter[] {
  const { base, name } = family;
  const org = `lab-${base}`;
  const encoder: LabStarter = {
    source: `${org}/text-encoder::bfloat16`,
    name: `${name} text encoder`,
    base: 'any',
    type: 't5_encoder',
    description: sized(family, `The text encoder that every ${name} model of this list shares, in half precision.`, 9),
    needs: [],
  };
  const mains = STYLES.slice(0, 5).map((style, index) => ({
    source:
      index % 2 === 0
        ? `${org}/${style.toLowerCase()}`
        : `https://huggingface.co/${org}/${style.toLowerCase()}/resolve/main/${style.toLowerCase()}.safetensors`,
    name: `${name} ${style}`,
    base,
    type: 'main',
    description: sized(
      family,
      `${style}: a ${name} main model for general use, tuned for ${index % 2 === 0 ? 'photographs, portraits and landscapes in natural light' : 'illustration, concept art and stylised characters'}.`,
      family.gigabytes + index,
    ),
    needs: [encoder.source],
  }));
  const controls = CONTROLS.map((control) => ({
    source: `${org}/controlnet-${control}`,
    name: `${name} ${control} control`,
    base,
    type: 'controlnet',
    description: sized(
      family,
      `Guides ${name} by a ${control} image, so that the composition of a reference is kept while its style changes.`,
      3,
    ),
    needs: [],
  }));
  const loras = STYLES.slice(0, 4).map((style) => ({
    source: `https://huggingface.co/${org}/loras/resolve/main/${style.toLowerCase()}.safetensors`,
    name: `${name} ${style} LoRA`,
    base,
    type: 'lora',
    description: `Adds the ${style} look to a ${name} main model; strength 0.6 to 0.9 is a good start.`,
    needs: [],
  }));
  return [encoder, ...mains, ...controls, ...loras];
}

/** 12 families of 16, and three single models. */
export const INVENTED_STARTERS: readonly LabStarter[] = [
  ...FAMILIES.flatMap(startersOf),
  ...['4x-plain', '4x-anime', '2x-photo'].map((name) => ({
    source: `https://huggingface.co/lab-upscale/${name}/resolve/main/${name}.safetensors`,
    name: `Upscale ${name}`,
    base: 'any',
    type: 'spandrel_image_to_image',
    description: `Enlarges finished images ${name.slice(0, 2)} without a prompt.`,
    needs: [],
  })),
];

/** The well-known ones that {@link INSTALLABLE} describes take the places of as many invented ones. */
export function startersWith(known: readonly LabStarter[]): readonly LabStarter[] {
  const replaced = new Set(INVENTED_STARTERS.filter(({ type }) => type === 'lora').slice(0, known.length));
  return [...known, ...INVENTED_STARTERS.filter((starter) => !replaced.has(starter))];
}

/** A bundle for each family: its encoder, mains and controls. */
export function starterBundles(
  starters: readonly LabStarter[],
): Readonly<Record<string, { readonly name: string; readonly models: readonly LabStarter[] }>> {
  return Object.fromEntries(
    FAMILIES.map(({ base, name }) => [
      base,
      { name, models: starters.filter((one) => one.base === base && one.type !== 'lora').slice(0, 9) },
    ]),
  );
}

/** One of the invented as something to be fetched; null when it is none of them. */
export function starterInstallable(source: string): Installable | null {
  const found = INVENTED_STARTERS.find((starter) => starter.source === source);
  if (found === undefined) return null;
  const [, gigabytes = '2'] = /~(\d+)GB/.exec(found.description) ?? [];
  const { name, base, type, description } = found;
  const bytes = Number(gigabytes) * 1e9;
  return { source, name, base, type, description, isGated: false, files: [{ path: `${name.replaceAll(' ', '-')}.safetensors`, bytes }] };
}

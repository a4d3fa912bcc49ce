import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';

/** The parameters of an image as text for people and other programs: prompts first, then one line of names and values (A1111's form). */
export function parametersAsText({ parameters, reported, modelUsed, width, height }: GalleryImage): string {
  const { prompt, negativePrompt } = parameters;
  const values: readonly (readonly [name: string, value: string | number | null])[] = [
    ['Steps', reported.steps ?? parameters.steps],
    ['Sampler', reported.scheduler ?? parameters.scheduler],
    ['CFG scale', reported.guidance ?? parameters.guidance],
    ['Seed', reported.seed ?? parameters.seed],
    ['Size', `${width}x${height}`],
    ['Model', modelUsed ?? parameters.model],
  ];
  const line = values.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])).join(', ');
  return [prompt, ...(negativePrompt === '' ? [] : [`Negative prompt: ${negativePrompt}`]), line].join('\n');
}

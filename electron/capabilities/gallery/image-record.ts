import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { isRecord } from '../../../shared/record.ts';

import { isPng, readText, withTexts } from './png.ts';

/** The name of the text in the PNG that holds the panel's own record of it, as JSON. */
const RECORD = 'ada-panel';
/** The name other programs look for, with words for people. */
const PARAMETERS = 'parameters';

/** A stored record of any version: earlier ones call the route `way`. */
export const StoredImage = z.preprocess((stored) => {
  if (!isRecord(stored) || 'route' in stored || !('way' in stored)) return stored;
  const { way, ...rest } = stored;
  return { ...rest, route: way };
}, GalleryImage);

export type NewImage = Omit<GalleryImage, 'pictureId' | 'width' | 'height' | 'bytes'>;

/** The PNG with its record and, for other programs, its parameters in it. */
export function withRecord(png: Buffer, image: GalleryImage): Buffer {
  return withTexts(png, { [RECORD]: JSON.stringify(image), [PARAMETERS]: parametersText(image) });
}

/** The panel's record in a PNG or in its first 64 KiB; null when it has none. */
export function readRecord(png: Buffer): GalleryImage | null {
  const text = isPng(png) ? readText(png, RECORD) : null;
  if (text === null) return null;
  try {
    return StoredImage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A new id that begins with the time, so that names sort as images were made. */
export function newImageId(atMs: number): string {
  const stamp = new Date(atMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** A value in quotes where it would end early, as Automatic1111 does it. */
const inLine = (value: string): string => (/[,:\n]/.test(value) ? JSON.stringify(value) : value);

/** As other programs write it: prompt, negative prompt, then names and values in one line. Values that were only requested are marked. */
function parametersText({ parameters, reported, modelUsed, width, height }: GalleryImage): string {
  const values: readonly (readonly [name: string, value: number | string | null, isReported: boolean])[] = [
    ['Steps', reported.steps ?? parameters.steps, reported.steps !== null],
    ['CFG scale', reported.guidance ?? parameters.guidance, reported.guidance !== null],
    ['Seed', parameters.seed, reported.seed !== null],
    ['Size', `${width}x${height}`, true],
    ['Model', modelUsed === null ? null : inLine(modelUsed), true],
    ['Sampler', parameters.scheduler, reported.scheduler !== null],
  ];
  const known = values.filter(([, value]) => value !== null);
  const requested = known.filter(([, , isReported]) => !isReported).map(([name]) => name);
  const rest = [
    ...known.map(([name, value]) => `${name}: ${value}`),
    ...(requested.length === 0 ? [] : [`Requested but not reported: "${requested.join(', ')}"`]),
  ];
  const negative = parameters.negativePrompt === '' ? '' : `\nNegative prompt: ${parameters.negativePrompt}`;
  return `${parameters.prompt}${negative}\n${rest.join(', ')}`;
}

/** Whether an image has all of these words, in lower case, in its prompts, its model, its seed or its route. */
export function matchesWords({ parameters, modelUsed, route }: GalleryImage, words: readonly string[]): boolean {
  const { prompt, negativePrompt, model, seed } = parameters;
  const text = `${prompt} ${negativePrompt} ${modelUsed ?? model ?? ''} ${seed ?? ''} ${route}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

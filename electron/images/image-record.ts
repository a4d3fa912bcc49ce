import { randomBytes } from 'node:crypto';
import { Picture } from '../../shared/contract/images.ts';
import { isPng, readText, withTexts } from './png.ts';

/** The name of the text in the PNG that holds the panel's own record of it, as JSON. */
const RECORD = 'ada-panel';
/** The name other programs look for, with words for people. */
const PARAMETERS = 'parameters';

export type NewPicture = Omit<Picture, 'pictureId' | 'width' | 'height' | 'bytes'>;

/** The PNG with its record and, for other programs, its parameters in it. */
export function withRecord(png: Buffer, picture: Picture): Buffer {
  return withTexts(png, { [RECORD]: JSON.stringify(picture), [PARAMETERS]: parametersText(picture) });
}

/** The panel's record in a PNG or in its first 64 KiB; null when it has none. */
export function readRecord(png: Buffer): Picture | null {
  const text = isPng(png) ? readText(png, RECORD) : null;
  if (text === null) return null;
  try {
    return Picture.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A new id that begins with the time, so that names sort as images were made. */
export function newPictureId(atMs: number): string {
  const stamp = new Date(atMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** As other programs write it: prompt, negative prompt, then names and values in one line. */
function parametersText({ parameters, modelUsed, width, height }: Picture): string {
  const rest = [
    `Steps: ${parameters.steps}`,
    `CFG scale: ${parameters.guidance}`,
    `Seed: ${parameters.seed ?? 'unknown'}`,
    `Size: ${width}x${height}`,
    ...(modelUsed === null ? [] : [`Model: ${modelUsed}`]),
    ...(parameters.scheduler === null ? [] : [`Sampler: ${parameters.scheduler}`]),
  ];
  const negative = parameters.negativePrompt === '' ? '' : `\nNegative prompt: ${parameters.negativePrompt}`;
  return `${parameters.prompt}${negative}\n${rest.join(', ')}`;
}

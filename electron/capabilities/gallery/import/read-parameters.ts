import type { ImportedParameters } from '../../../../shared/capabilities/gallery/contract.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../../shared/plain-text.ts';
import { readRecord } from '../image-record.ts';
import { isPng, type PngText, readTexts } from '../png.ts';
import { readA1111 } from './a1111.ts';
import { readComfyUi } from './comfyui.ts';
import { readExifTexts } from './exif.ts';
import { readFooocus } from './fooocus.ts';
import { type FoundParameters, fitToForm } from './found.ts';
import { readDream, readInvokeAi, readInvokeAi2 } from './invokeai.ts';

/** Who reads which text, the most telling first; the first that understands its text is taken. */
const READERS: readonly (readonly [keyword: string, read: (text: string) => FoundParameters | null])[] = [
  ['invokeai_metadata', readInvokeAi],
  ['sd-metadata', readInvokeAi2],
  ['parameters', readFooocus],
  ['parameters', readA1111],
  ['Comment', readFooocus],
  ['prompt', readComfyUi],
  ['workflow', readComfyUi],
  ['Dream', readDream],
];

/** Keywords of programs known here: what they hold besides is no news. */
const COMPANIONS: ReadonlySet<string> = new Set([
  'workflow',
  'invokeai_graph',
  'invokeai_workflow',
  'fooocus_scheme',
  'extras',
  'postprocessing',
]);

/** What an image file says about how it was made, and in words what of it is not in the form. Never throws. */
export function readParameters(image: Buffer): ImportedParameters {
  const texts = isPng(image) ? readTexts(image) : readExifTexts(image);
  if (texts === null) return nothing('The file is not a PNG, JPEG or WebP image.');
  const own = readRecord(image);
  if (own !== null) {
    const { model, ...parameters } = own.parameters;
    return { source: 'Ada Panel', parameters: { ...parameters, model: own.modelUsed ?? model }, notUsed: [] };
  }
  for (const [keyword, read] of READERS) {
    const text = texts.find((one) => one.keyword === keyword)?.text ?? null;
    const found = text === null ? null : safely(read, text);
    if (found !== null) return fitToForm(found);
  }
  return nothing(describeUnread(texts));
}

function safely(read: (text: string) => FoundParameters | null, text: string): FoundParameters | null {
  try {
    return read(text);
  } catch {
    return null;
  }
}

function describeUnread(texts: readonly PngText[]): string {
  const damaged = texts.filter(({ text }) => text === null).map(({ keyword }) => plainText(keyword, 40));
  if (damaged.length > 0) return `The text ${damaged.slice(0, 8).join(', ')} in the image is damaged or too large.`;
  if (texts.some(({ keyword }) => keyword === 'workflow')) {
    return 'The image contains a ComfyUI workflow in which no sampler was found, so its values cannot be read.';
  }
  const names = texts.map(({ keyword }) => plainText(keyword, 40)).filter((keyword) => !COMPANIONS.has(keyword));
  if (names.length === 0) return 'The image contains no parameters. Screenshots, edited images and images copied from a browser lose them.';
  return `The image contains ${names.slice(0, 8).join(', ')}, which no supported format uses.`;
}

const nothing = (why: string): ImportedParameters => ({ source: null, parameters: {}, notUsed: [plainText(why, MAX_SENTENCE_CHARS)] });

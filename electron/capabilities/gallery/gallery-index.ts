import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { readRegularText } from './image-file.ts';
import { StoredImage } from './image-record.ts';

/** So many entries are parsed or written out before the event loop has its turn: a few milliseconds. */
const SLICE = 200;
const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/** The entries of the index as a JSON array with one image a line, so that it can be read back piece by piece. */
export async function indexText(images: readonly GalleryImage[]): Promise<string> {
  const parts: string[] = [];
  for (let from = 0; from < images.length; from += SLICE) {
    const slice = images.slice(from, from + SLICE).map((image) => JSON.stringify(image));
    parts.push(slice.join(',\n'));
    await nextTurn();
  }
  return `[\n${parts.join(',\n')}\n]\n`;
}

/** The entries of the index that make sense; null when there is no index or it is broken as a whole. */
export async function readIndex(file: string): Promise<readonly GalleryImage[] | null> {
  try {
    const text = await readRegularText(file, MAX_INDEX_BYTES);
    return text.startsWith('[\n') ? await fromLines(text) : await fromWhole(text);
  } catch {
    return null;
  }
}

async function fromLines(text: string): Promise<readonly GalleryImage[]> {
  const lines = text.split('\n');
  const images: GalleryImage[] = [];
  for (let from = 1; from < lines.length; from += SLICE) {
    for (const line of lines.slice(from, from + SLICE)) {
      if (!line.startsWith('{')) continue;
      try {
        const { success, data } = StoredImage.safeParse(JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line));
        if (success) images.push(data);
      } catch {
        // Its image is read instead.
      }
    }
    await nextTurn();
  }
  return images;
}

/** An index in one line, as earlier versions wrote it. Throws for anything but a JSON array. */
async function fromWhole(text: string): Promise<readonly GalleryImage[]> {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) throw new Error('not an array');
  const images: GalleryImage[] = [];
  for (let from = 0; from < entries.length; from += SLICE) {
    for (const entry of entries.slice(from, from + SLICE)) {
      const { success, data } = StoredImage.safeParse(entry);
      if (success) images.push(data);
    }
    await nextTurn();
  }
  return images;
}

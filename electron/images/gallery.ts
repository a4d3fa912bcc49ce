import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Picture, PictureId } from '../../shared/contract/images.ts';
import { PanelException } from '../../shared/errors.ts';
import { writeWhole, writeWholeAsync } from '../files/whole-file.ts';
import type { Logger } from '../log.ts';
import { isPng, pngSize, readText, withTexts } from './png.ts';

/** The name of the text in the PNG that holds the panel's own record of it, as JSON. */
const RECORD = 'ada-panel';
/** The name other programs look for, with words for people. */
const PARAMETERS = 'parameters';
const MOST_BYTES = 64 * 1024 * 1024;
const INDEX_BEHIND_MS = 2_000;

export type NewPicture = Omit<Picture, 'pictureId' | 'width' | 'height' | 'bytes'>;

/** The pictures that were made, as PNG files with their parameters in them, and an index that can be made anew from the files. */
export interface Gallery {
  /** Keeps a picture: whole on the disk when it resolves. Throws picture-unreadable, picture-too-large, gallery-not-written. */
  add(png: Buffer, about: NewPicture): Promise<Picture>;
  /** Newest first. */
  find(search: string, offset: number, limit: number): { readonly total: number; readonly pictures: Picture[] };
  remove(pictureId: PictureId): Promise<void>;
  /** The file of a picture; null when there is none of that name. */
  fileOf(pictureId: string): string | null;
  onChange(listener: (total: number) => void): () => void;
  flush(): void;
}

/** Entry by entry: one that makes no sense is read from its picture instead. */
const Index = z.array(Picture.nullable().catch(null));

export function openGallery(o: { readonly folder: string; readonly log: Logger }): Gallery {
  const { folder, log } = o;
  const indexFile = join(folder, 'index.json');
  const listeners = new Set<(total: number) => void>();
  let pictures: Picture[] | null = null;
  let timer: NodeJS.Timeout | null = null;

  const fileName = (pictureId: string): string => join(folder, `${pictureId}.png`);
  /** Read when first asked for, not at the start of the panel. */
  const all = (): Picture[] => {
    if (pictures !== null) return pictures;
    mkdirSync(folder, { recursive: true });
    pictures = load(folder, indexFile, fileName, log);
    return pictures;
  };
  const flush = (): void => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    try {
      writeWhole(indexFile, JSON.stringify(all()));
    } catch (cause) {
      log.error('gallery.index-not-written', { cause: String(cause) });
    }
  };
  const changed = (): void => {
    timer ??= setTimeout(flush, INDEX_BEHIND_MS);
    timer.unref?.();
    for (const listener of listeners) listener(all().length);
  };

  return {
    add: async (png, about) => {
      const size = png.length > MOST_BYTES ? null : pngSize(png);
      if (size === null) throw png.length > MOST_BYTES ? tooLarge() : unreadable(png);
      const known = all();
      const pictureId = newId(about.createdAt);
      const picture: Picture = { ...about, pictureId, ...size, bytes: png.length };
      const data = withTexts(png, { [PARAMETERS]: wordsFor(picture), [RECORD]: JSON.stringify(picture) });
      const file = fileName(pictureId);
      try {
        await writeWholeAsync(file, data);
      } catch (cause) {
        throw notWritten(cause);
      }
      known.unshift(picture);
      changed();
      return picture;
    },
    find: (search, offset, limit) => {
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const found =
        words.length === 0
          ? all()
          : all().filter(({ parameters, modelUsed, way }) => {
              const text = `${parameters.prompt} ${parameters.negativePrompt} ${modelUsed ?? parameters.model ?? ''} ${parameters.seed ?? ''} ${way}`;
              return words.every((word) => text.toLowerCase().includes(word));
            });
      return { total: found.length, pictures: found.slice(offset, offset + limit) };
    },
    remove: async (pictureId) => {
      const at = all().findIndex((picture) => picture.pictureId === pictureId);
      if (at < 0) return;
      await unlink(fileName(pictureId)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw notWritten(cause);
      });
      all().splice(at, 1);
      changed();
    },
    fileOf: (pictureId) => (PictureId.safeParse(pictureId).success ? fileName(pictureId) : null),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
  };
}

/** The index where it agrees with the files; what it does not know is read from the pictures themselves. */
function load(folder: string, indexFile: string, fileName: (pictureId: string) => string, log: Logger): Picture[] {
  const names = readdirSync(folder);
  // Half a picture, of a panel that ended while it wrote: nobody will finish it.
  for (const name of names) if (name.endsWith('.png.new')) rmSync(join(folder, name), { force: true });
  const there = new Set(names.flatMap((name) => (name.endsWith('.png') ? [name.slice(0, -4)] : [])));
  let indexed: readonly (Picture | null)[] = [];
  try {
    indexed = Index.parse(JSON.parse(readFileSync(indexFile, 'utf8')));
  } catch {
    if (there.size > 0) log.warn('gallery.index-rebuilt', { pictures: there.size });
  }
  const known = new Map<string, Picture>();
  for (const picture of indexed) if (picture !== null && there.has(picture.pictureId)) known.set(picture.pictureId, picture);
  for (const pictureId of there) {
    if (known.has(pictureId) || !PictureId.safeParse(pictureId).success) continue;
    const read = readRecord(readFileSync(fileName(pictureId)));
    if (read === null) log.warn('gallery.foreign-file', { pictureId });
    else known.set(pictureId, { ...read, pictureId });
  }
  return [...known.values()].sort((a, b) => b.createdAt - a.createdAt || (a.pictureId < b.pictureId ? 1 : -1));
}

/** The panel's record in a PNG; null when it has none. */
export function readRecord(png: Buffer): Picture | null {
  const text = isPng(png) ? readText(png, RECORD) : null;
  if (text === null) return null;
  try {
    return Picture.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function newId(atMs: number): string {
  const stamp = new Date(atMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** As other programs write it: prompt, negative prompt, then names and values in one line. */
function wordsFor({ parameters, modelUsed, width, height }: Picture): string {
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

function unreadable(data: Buffer): PanelException {
  const isSvg = /^\s*<(\?xml|svg)/.test(data.subarray(0, 200).toString('latin1'));
  return new PanelException({
    code: 'picture-unreadable',
    layer: 'backend',
    message: isSvg
      ? 'A drawing came back, not a picture: the gateway runs with its mock backend.'
      : 'What came back is no whole PNG picture.',
    hint: isSvg
      ? 'Set IMAGES_BACKEND to http_openai_images on the gateway.'
      : 'Try again; if it stays so, look at the log of whoever made it.',
    retryable: !isSvg,
  });
}

const tooLarge = (): PanelException =>
  new PanelException({
    code: 'picture-too-large',
    layer: 'backend',
    message: 'The picture is larger than 64 MiB.',
    hint: 'Ask for a smaller one.',
    retryable: false,
  });

const notWritten = (cause: unknown): PanelException =>
  new PanelException({
    code: 'gallery-not-written',
    layer: 'laptop',
    message: 'The gallery on this laptop could not be read or written.',
    hint: 'Check free space and permissions of the data folder.',
    retryable: true,
    detail: cause instanceof Error ? cause.message : String(cause),
  });

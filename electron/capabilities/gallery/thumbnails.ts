import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { writeFileAtomicAsync } from '../../foundation/files/atomic-file.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { readImageFile } from './image-file.ts';
import { isDecodableSize, pngChunk, pngHeaderChunks, readHeader } from './png.ts';
import { decodeRows } from './png-rows.ts';
import { createThumbnailCache } from './thumbnail-cache.ts';

/** Twice the size it is shown in, for screens of two pixels a point. */
export const THUMBNAIL_SIDE = 176;
/** Decoding is work of the main process in small pieces; more at once would only need more memory. */
const MAX_AT_ONCE = 2;
/** An interlaced PNG cannot be decoded row by row; a small one is its own thumbnail. */
const MAX_PIXELS_AS_IS = 1_048_576;
const compress = promisify(deflate);

/** Small square views of images, created on first request and saved beside the images. */
export interface Thumbnails {
  /** The thumbnail as PNG; null when the image is missing or cannot be decoded. Never rejects. */
  get(pictureId: string): Promise<Buffer | null>;
  remove(pictureId: string): Promise<void>;
  /** Resolves when no thumbnail is being written. */
  settled(): Promise<void>;
}

export function createThumbnails(o: {
  readonly folder: string;
  /** The image itself; null when there is none. */
  readonly read: (pictureId: string) => Promise<Buffer | null>;
  readonly log: Logger;
}): Thumbnails {
  const waiting: (() => void)[] = [];
  const underWay = new Map<string, Promise<Buffer | null>>();
  let running = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let isFolderThere = false;
  const cache = createThumbnailCache(o);
  const fileOf = (pictureId: string): string => join(o.folder, `${pictureId}.png`);

  const save = async (pictureId: string, data: Buffer): Promise<void> => {
    try {
      if (!isFolderThere) await mkdir(o.folder, { recursive: true });
      isFolderThere = true;
      await writeFileAtomicAsync(fileOf(pictureId), data);
      await cache.noteWritten();
    } catch (cause) {
      isFolderThere = false;
      o.log.warn('gallery.thumbnail-not-written', { cause: String(cause) });
    }
  };
  const make = async (pictureId: string): Promise<Buffer | null> => {
    // The latest requests are the visible ones, so they come first.
    if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      const image = await o.read(pictureId);
      const thumbnail = image === null ? null : await thumbnailOf(image);
      if (thumbnail !== null) writing = Promise.all([writing, save(pictureId, thumbnail)]);
      return thumbnail;
    } catch (cause) {
      o.log.warn('gallery.thumbnail-failed', { pictureId, cause: String(cause) });
      return null;
    } finally {
      running -= 1;
      waiting.pop()?.();
    }
  };
  return {
    get: async (pictureId) => {
      const saved = await readImageFile(fileOf(pictureId)).catch(() => null);
      if (saved !== null) return saved;
      const known = underWay.get(pictureId) ?? make(pictureId).finally(() => underWay.delete(pictureId));
      underWay.set(pictureId, known);
      return known;
    },
    remove: async (pictureId) => {
      // One that is still being written would come back.
      await writing;
      await rm(fileOf(pictureId), { force: true }).catch(() => undefined);
    },
    settled: async () => {
      await writing;
    },
  };
}

/** A thumbnail that the main process may hand to the system's own decoder: its bytes may be those of an image server. Null = it may not. */
export function iconOf(thumbnail: Buffer | null): Buffer | null {
  const header = thumbnail === null ? null : readHeader(thumbnail);
  if (header === null || header.isInterlaced || !isDecodableSize(header)) return null;
  return Math.max(header.width, header.height) <= THUMBNAIL_SIDE ? thumbnail : null;
}

/** The middle of an image as a square of at most {@link THUMBNAIL_SIDE} pixels; null for what cannot be decoded. */
export async function thumbnailOf(png: Buffer): Promise<Buffer | null> {
  const header = readHeader(png);
  if (header === null) return null;
  if (header.isInterlaced) return header.width * header.height <= MAX_PIXELS_AS_IS ? png : null;
  const { width, height } = header;
  const crop = Math.min(width, height);
  const side = Math.min(crop, THUMBNAIL_SIDE);
  const left = (width - crop) >> 1;
  const top = (height - crop) >> 1;
  const target = Uint16Array.from({ length: crop }, (_, index) => Math.floor((index * side) / crop));
  const out = Buffer.alloc(side * side * 4);
  const sums = new Float64Array(side * 4);
  const counts = new Uint32Array(side);
  const finishRow = (row: number): void => {
    for (let x = 0; x < side; x += 1) {
      const alpha = sums[x * 4 + 3] ?? 0;
      const to = (row * side + x) * 4;
      // Weighted by alpha, or the color of transparent pixels would show.
      for (let channel = 0; channel < 3; channel += 1) {
        out[to + channel] = alpha === 0 ? 0 : Math.round((sums[x * 4 + channel] ?? 0) / alpha);
      }
      out[to + 3] = Math.round(alpha / (counts[x] ?? 1));
    }
    sums.fill(0);
    counts.fill(0);
  };
  let row = 0;
  let isComplete = false;
  const isDecoded = await decodeRows(png, (y, rgba) => {
    const at = y - top;
    if (at < 0) return true;
    if ((target[at] ?? 0) !== row) {
      finishRow(row);
      row += 1;
    }
    for (let x = 0, from = left * 4; x < crop; x += 1, from += 4) {
      const to = target[x] as number;
      const alpha = rgba[from + 3] as number;
      sums[to * 4] = (sums[to * 4] as number) + (rgba[from] as number) * alpha;
      sums[to * 4 + 1] = (sums[to * 4 + 1] as number) + (rgba[from + 1] as number) * alpha;
      sums[to * 4 + 2] = (sums[to * 4 + 2] as number) + (rgba[from + 2] as number) * alpha;
      sums[to * 4 + 3] = (sums[to * 4 + 3] as number) + alpha;
      counts[to] = (counts[to] as number) + 1;
    }
    if (at < crop - 1) return true;
    finishRow(row);
    isComplete = true;
    return false;
  });
  return isDecoded && isComplete ? encode(side, out) : null;
}

/** RGBA as PNG, each row as differences from left to right, which halves a photograph. */
async function encode(side: number, rgba: Buffer): Promise<Buffer> {
  const stride = side * 4;
  const rows = Buffer.alloc((stride + 1) * side);
  for (let y = 0; y < side; y += 1) {
    const to = y * (stride + 1);
    rows[to] = 1;
    for (let x = 0; x < stride; x += 1) {
      rows[to + 1 + x] = (rgba[y * stride + x] ?? 0) - (x < 4 ? 0 : (rgba[y * stride + x - 4] ?? 0));
    }
  }
  const pixels = pngChunk('IDAT', await compress(rows));
  return Buffer.concat([pngHeaderChunks(side, side), pixels, pngChunk('IEND', Buffer.alloc(0))]);
}

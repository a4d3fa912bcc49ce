import { Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { type Chunk, chunksOf, isDecodableSize, type PngHeader, readHeader } from './png.ts';

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };
/** One piece of inflated pixels: work of a millisecond before the event loop has its turn. */
const PIECE_BYTES = 64 * 1024;

/**
 * Decodes a PNG row by row as RGBA with 8 bits a channel, so that memory stays at one row whatever the size. `onRow` gets a buffer
 * that is used again for the next row; it returns false to stop. Resolves with false for a damaged, interlaced or too large image.
 */
export async function decodeRows(png: Buffer, onRow: (y: number, rgba: Uint8Array) => boolean): Promise<boolean> {
  const header = readHeader(png);
  if (header === null || header.isInterlaced || !isDecodableSize(header) || DEPTHS[header.colorType]?.includes(header.bitDepth) !== true) {
    return false;
  }
  const channels = CHANNELS[header.colorType] ?? 1;
  const pixelBytes = Math.max(1, (channels * header.bitDepth) / 8);
  const rowBytes = Math.ceil((header.width * channels * header.bitDepth) / 8);
  const { pixels, palette, transparent } = partsOf(png);
  if (header.colorType === 3 && palette === null) return false;
  const toRgba = rgbaReader(header, palette, transparent);
  const rgba = new Uint8Array(header.width * 4);
  let above = Buffer.alloc(rowBytes);
  let row = Buffer.alloc(rowBytes);
  let filter = -1;
  let filled = 0;
  let y = 0;
  const inflate = createInflate({ chunkSize: PIECE_BYTES });
  try {
    Readable.from(pixels).pipe(inflate);
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      let at = 0;
      while (at < piece.length) {
        if (filter < 0) {
          filter = piece[at++] ?? 0;
          if (filter > 4) return false;
        }
        const taken = Math.min(rowBytes - filled, piece.length - at);
        piece.copy(row, filled, at, at + taken);
        at += taken;
        filled += taken;
        if (filled < rowBytes) break;
        unfilter(filter, row, above, pixelBytes);
        toRgba(row, rgba);
        if (!onRow(y, rgba)) return true;
        y += 1;
        // Whatever is compressed behind the last row is never inflated.
        if (y === header.height) return true;
        [row, above] = [above, row];
        filter = -1;
        filled = 0;
      }
    }
    return false;
  } catch {
    return false;
  } finally {
    inflate.destroy();
  }
}

function partsOf(png: Buffer): {
  readonly pixels: readonly Buffer[];
  readonly palette: Buffer | null;
  readonly transparent: Buffer | null;
} {
  const pixels: Buffer[] = [];
  const first = new Map<string, Chunk>();
  for (const chunk of chunksOf(png)) {
    if (chunk.type === 'IDAT') pixels.push(chunk.data);
    else if (!first.has(chunk.type)) first.set(chunk.type, chunk);
  }
  return { pixels, palette: first.get('PLTE')?.data ?? null, transparent: first.get('tRNS')?.data ?? null };
}

/** PNG specification, 9: each byte is the difference to its neighbours. */
function unfilter(filter: number, row: Buffer, above: Buffer, pixelBytes: number): void {
  const { length } = row;
  const at = (bytes: Buffer, index: number): number => bytes[index] as number;
  if (filter === 1) {
    for (let i = pixelBytes; i < length; i += 1) row[i] = at(row, i) + at(row, i - pixelBytes);
  } else if (filter === 2) {
    for (let i = 0; i < length; i += 1) row[i] = at(row, i) + at(above, i);
  } else if (filter === 3) {
    for (let i = 0; i < length; i += 1) row[i] = at(row, i) + (((i < pixelBytes ? 0 : at(row, i - pixelBytes)) + at(above, i)) >> 1);
  } else if (filter === 4) {
    for (let i = 0; i < length; i += 1) {
      const a = i < pixelBytes ? 0 : at(row, i - pixelBytes);
      const b = at(above, i);
      const c = i < pixelBytes ? 0 : at(above, i - pixelBytes);
      const pa = Math.abs(b - c);
      const pb = Math.abs(a - c);
      const pc = Math.abs(a + b - c - c);
      row[i] = at(row, i) + (pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
    }
  }
}

/** Writes one unfiltered row as RGBA; of 16 bits the upper 8 count. */
function rgbaReader(header: PngHeader, palette: Buffer | null, transparent: Buffer | null): (row: Buffer, rgba: Uint8Array) => void {
  const { width, bitDepth, colorType } = header;
  const step = bitDepth === 16 ? 2 : 1;
  if (colorType === 2 || colorType === 6) {
    const channels = colorType === 2 ? 3 : 4;
    const clear = colorType === 2 && transparent !== null && transparent.length >= 6 ? transparent : null;
    return (row, rgba) => {
      for (let x = 0, from = 0, to = 0; x < width; x += 1, from += channels * step, to += 4) {
        rgba[to] = row[from] as number;
        rgba[to + 1] = row[from + step] as number;
        rgba[to + 2] = row[from + 2 * step] as number;
        rgba[to + 3] = channels === 4 ? (row[from + 3 * step] as number) : clear !== null && isColor(row, from, clear, step) ? 0 : 255;
      }
    };
  }
  if (colorType === 4) {
    return (row, rgba) => {
      for (let x = 0, from = 0, to = 0; x < width; x += 1, from += 2 * step, to += 4) {
        rgba.fill(row[from] as number, to, to + 3);
        rgba[to + 3] = row[from + step] as number;
      }
    };
  }
  const most = bitDepth === 16 ? 65_535 : (1 << bitDepth) - 1;
  const clearGray = colorType === 0 && transparent !== null && transparent.length >= 2 ? transparent.readUInt16BE(0) : -1;
  const sample = (row: Buffer, x: number): number => {
    if (bitDepth === 16) return row.readUInt16BE(x * 2);
    if (bitDepth === 8) return row[x] as number;
    const bit = x * bitDepth;
    return ((row[bit >> 3] as number) >> (8 - bitDepth - (bit & 7))) & most;
  };
  return (row, rgba) => {
    for (let x = 0, to = 0; x < width; x += 1, to += 4) {
      const value = sample(row, x);
      if (colorType === 3) {
        for (let channel = 0; channel < 3; channel += 1) rgba[to + channel] = palette?.[value * 3 + channel] ?? 0;
        rgba[to + 3] = transparent?.[value] ?? 255;
      } else {
        const gray = bitDepth === 16 ? value >> 8 : Math.round((value * 255) / most);
        rgba.fill(gray, to, to + 3);
        rgba[to + 3] = value === clearGray ? 0 : 255;
      }
    }
  };
}

/** tRNS holds two bytes a channel. */
function isColor(row: Buffer, from: number, clear: Buffer, step: number): boolean {
  for (let channel = 0; channel < 3; channel += 1) {
    const wanted = clear.readUInt16BE(channel * 2);
    const value = step === 2 ? row.readUInt16BE(from + channel * 2) : row[from + channel];
    if (value !== wanted) return false;
  }
  return true;
}

import { inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** What Chromium still draws on one side. */
const MAX_SIDE = 16_384;
/** A decoded image takes four bytes a pixel: 256 MB at most. */
const MAX_PIXELS = 64_000_000;
/** The text of one chunk after it was inflated; a workflow of ComfyUI takes some hundred KiB. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;
/** All texts of an image together. */
export const MAX_TEXTS_BYTES = 4 * MAX_TEXT_BYTES;
/** What deflate can make of one byte at most (zlib, technical details). */
const MAX_DEFLATE_RATIO = 1032;
export const MAX_TEXTS = 64;

/** Whether it begins like a PNG (PNG specification, 5.2). */
export const isPng = (data: Buffer): boolean => data.length > 33 && data.subarray(0, 8).equals(SIGNATURE);

export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The chunks up to the end or to where it makes no more sense. */
export function* chunksOf(png: Buffer): Generator<Chunk> {
  let at = SIGNATURE.length;
  while (at + 12 <= png.length) {
    const length = png.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > png.length) return;
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length), start: at, end };
    at = end;
  }
}

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  readonly isInterlaced: boolean;
}

/** The first IHDR, which has to be the first chunk: decoders go by no other. Null for anything else. */
export function readHeader(png: Buffer): PngHeader | null {
  if (!isPng(png) || png.readUInt32BE(8) !== 13 || png.toString('latin1', 12, 16) !== 'IHDR') return null;
  return {
    width: png.readUInt32BE(16),
    height: png.readUInt32BE(20),
    bitDepth: png.readUInt8(24),
    colorType: png.readUInt8(25),
    isInterlaced: png.readUInt8(28) !== 0,
  };
}

/** Whether an image of this size may be decoded: at most 64 megapixels, and 16,384 pixels on a side. */
export function isDecodableSize({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS;
}

/** Width and height in pixels; null for an incomplete or invalid PNG. */
export function pngSize(png: Buffer): { readonly width: number; readonly height: number } | null {
  const header = readHeader(png);
  if (header === null) return null;
  for (const { type } of chunksOf(png)) if (type === 'IEND') return { width: header.width, height: header.height };
  return null;
}

/** The PNG with texts in it (iTXt, UTF-8), right behind its header; texts of the same names are replaced. The image is not touched. */
export function withTexts(png: Buffer, texts: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [png.subarray(0, SIGNATURE.length)];
  for (const chunk of chunksOf(png)) {
    const keyword = textKeyword(chunk);
    if (keyword === null || !Object.hasOwn(texts, keyword)) parts.push(png.subarray(chunk.start, chunk.end));
    if (chunk.type === 'IHDR') for (const [name, text] of Object.entries(texts)) parts.push(textChunk(name, text));
  }
  return Buffer.concat(parts);
}

/** Chunks without which an image would look different; PNG specification 11.3, third edition. */
const LOOKS: ReadonlySet<string> = new Set(['tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'bKGD', 'pHYs']);

/** The PNG with nothing in it but the image: no text, no EXIF, no time. */
export function withoutTexts(png: Buffer): Buffer {
  const parts: Buffer[] = [png.subarray(0, SIGNATURE.length)];
  // The case of the first letter says whether a decoder needs the chunk.
  for (const { type, start, end } of chunksOf(png)) if (/^[A-Z]/.test(type) || LOOKS.has(type)) parts.push(png.subarray(start, end));
  return Buffer.concat(parts);
}

/** The text of that name in front of the pixels; null when there is none or when it cannot be read. */
export function readText(png: Buffer, name: string): string | null {
  for (const chunk of chunksOf(png)) {
    if (chunk.type === 'IDAT') return null;
    if (textKeyword(chunk) === name) return textOf(chunk);
  }
  return null;
}

export interface PngText {
  readonly keyword: string;
  /** Null: damaged, compressed by an unknown method, or too large. */
  readonly text: string | null;
}

/** Every tEXt, zTXt and iTXt, also those behind the pixels; the first 64, as far as they are no more than 32 MiB together. */
export function readTexts(png: Buffer): readonly PngText[] {
  const texts: PngText[] = [];
  let leftBytes = MAX_TEXTS_BYTES;
  for (const chunk of chunksOf(png)) {
    const keyword = textKeyword(chunk);
    if (keyword !== null) {
      const maxBytes = Math.min(leftBytes, MAX_TEXT_BYTES);
      const text = maxBytes > 0 ? textOf(chunk, maxBytes) : null;
      // A text that grew too large was inflated up to there.
      leftBytes -= text === null ? Math.min(maxBytes, chunk.data.length * MAX_DEFLATE_RATIO) : Math.max(text.length, chunk.data.length);
      texts.push({ keyword, text });
    }
    if (texts.length >= MAX_TEXTS) break;
  }
  return texts;
}

/** PNG specification 11.3.3: tEXt and zTXt are Latin-1, iTXt is UTF-8 and perhaps compressed. */
function textOf({ type, data }: Chunk, maxBytes = MAX_TEXT_BYTES): string | null {
  const afterKeyword = data.indexOf(0) + 1;
  if (afterKeyword === 0) return null;
  if (type === 'tEXt') return fromLatin1(data.subarray(afterKeyword));
  if (type === 'zTXt') {
    const plain = data[afterKeyword] === 0 ? inflated(data.subarray(afterKeyword + 1), maxBytes) : null;
    return plain === null ? null : fromLatin1(plain);
  }
  // keyword 0, compression flag, method, language 0, translated keyword 0, text
  const afterLanguage = data.indexOf(0, afterKeyword + 2) + 1;
  const afterTranslation = afterLanguage === 0 ? 0 : data.indexOf(0, afterLanguage) + 1;
  if (afterTranslation === 0) return null;
  const rest = data.subarray(afterTranslation);
  if (data[afterKeyword] === 0) return rest.toString('utf8');
  return data[afterKeyword + 1] === 0 ? (inflated(rest, maxBytes)?.toString('utf8') ?? null) : null;
}

function inflated(data: Buffer, maxOutputLength: number): Buffer | null {
  try {
    return inflateSync(data, { maxOutputLength });
  } catch {
    return null;
  }
}

/** Several programs write UTF-8 where Latin-1 belongs; Latin-1 beyond ASCII is next to never valid UTF-8. */
function fromLatin1(data: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return data.toString('latin1');
  }
}

function textKeyword({ type, data }: Chunk): string | null {
  if (type !== 'iTXt' && type !== 'tEXt' && type !== 'zTXt') return null;
  const end = data.indexOf(0);
  return end < 0 ? null : data.toString('latin1', 0, end);
}

function textChunk(name: string, text: string): Buffer {
  return pngChunk('iTXt', Buffer.concat([Buffer.from(name, 'latin1'), Buffer.from([0, 0, 0, 0, 0]), Buffer.from(text, 'utf8')]));
}

/** A chunk with its length and checksum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(named.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), named.length + 4);
  return chunk;
}

/** Signature and IHDR of an RGBA image with 8 bits a channel. */
export function pngHeaderChunks(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([SIGNATURE, pngChunk('IHDR', header)]);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 as PNG defines it; Node has one only since 20.15. */
function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

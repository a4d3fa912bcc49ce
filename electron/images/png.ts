const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_SIDE = 16_384;

/** Whether it begins like a PNG (PNG specification, 5.2). */
export const isPng = (data: Buffer): boolean => data.length > 33 && data.subarray(0, 8).equals(SIGNATURE);

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The chunks up to the end or to where it makes no more sense. */
function* chunksOf(png: Buffer): Generator<Chunk> {
  let at = SIGNATURE.length;
  while (at + 12 <= png.length) {
    const length = png.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > png.length) return;
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length), start: at, end };
    at = end;
  }
}

/** Width and height in pixels; null for what is no whole PNG. */
export function pngSize(png: Buffer): { readonly width: number; readonly height: number } | null {
  if (!isPng(png)) return null;
  let size: { readonly width: number; readonly height: number } | null = null;
  for (const { type, data } of chunksOf(png)) {
    if (type === 'IHDR' && data.length === 13) size = { width: data.readUInt32BE(0), height: data.readUInt32BE(4) };
    if (type === 'IEND') return size !== null && size.width <= MOST_SIDE && size.height <= MOST_SIDE ? size : null;
  }
  return null;
}

/** The PNG with texts in it (iTXt, UTF-8), right behind its header; texts of the same names are replaced. The picture is not touched. */
export function withTexts(png: Buffer, texts: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [png.subarray(0, SIGNATURE.length)];
  for (const chunk of chunksOf(png)) {
    const keyword = textKeyword(chunk);
    if (keyword === null || !Object.hasOwn(texts, keyword)) parts.push(png.subarray(chunk.start, chunk.end));
    if (chunk.type === 'IHDR') for (const [name, text] of Object.entries(texts)) parts.push(textChunk(name, text));
  }
  return Buffer.concat(parts);
}

/** The text of that name; null when there is none. Compressed texts are not read: the panel writes none. */
export function readText(png: Buffer, name: string): string | null {
  for (const chunk of chunksOf(png)) {
    if (chunk.type === 'IDAT') return null;
    if (textKeyword(chunk) !== name || chunk.type !== 'iTXt') continue;
    // keyword 0, compression flag, method, language 0, translated keyword 0, text
    const afterKeyword = chunk.data.indexOf(0) + 1;
    if (chunk.data[afterKeyword] !== 0) return null;
    const afterLanguage = chunk.data.indexOf(0, afterKeyword + 2) + 1;
    const afterTranslation = chunk.data.indexOf(0, afterLanguage) + 1;
    if (afterLanguage === 0 || afterTranslation === 0) return null;
    return chunk.data.toString('utf8', afterTranslation);
  }
  return null;
}

function textKeyword({ type, data }: Chunk): string | null {
  if (type !== 'iTXt' && type !== 'tEXt' && type !== 'zTXt') return null;
  const end = data.indexOf(0);
  return end < 0 ? null : data.toString('latin1', 0, end);
}

function textChunk(name: string, text: string): Buffer {
  const data = Buffer.concat([Buffer.from('iTXt'), Buffer.from(name, 'latin1'), Buffer.from([0, 0, 0, 0, 0]), Buffer.from(text, 'utf8')]);
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  return chunk;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 as PNG wants it; Node has one of its own only since 20.15. */
function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

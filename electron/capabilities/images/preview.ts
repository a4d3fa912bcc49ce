import { readHeader } from '../gallery/png.ts';

/** A preview has an eighth of its image's size on each side; larger data is not a preview. */
const MAX_PIXELS = 1_048_576;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The preview (a `data:` address) if the size in its header is small; else null. Nothing is decoded for it. */
export function drawablePreview(preview: string | null): string | null {
  if (preview === null) return null;
  const data = Buffer.from(preview.slice(preview.indexOf(',') + 1), 'base64');
  const size = readHeader(data) ?? jpegSize(data) ?? webpSize(data);
  return size !== null && size.width > 0 && size.height > 0 && size.width * size.height <= MAX_PIXELS ? preview : null;
}

/** Of the first frame header (ITU T.81, B.2.2): the others would be tables, or a second image. */
function jpegSize(data: Buffer): Size | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 <= data.length && data[at] === 0xff) {
    const marker = data.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    // Fill bytes before a marker are allowed.
    at += marker === 0xff ? 1 : 2 + data.readUInt16BE(at + 2);
  }
  return null;
}

/** WebP container specification: lossy, lossless or extended. */
function webpSize(data: Buffer): Size | null {
  if (data.length < 30 || data.toString('latin1', 0, 4) !== 'RIFF' || data.toString('latin1', 8, 12) !== 'WEBP') return null;
  switch (data.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = data.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}

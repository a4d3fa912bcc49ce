import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { isDecodableSize, pngChunk, pngSize, readText, readTexts, withTexts } from './png.ts';

const WIDTH = 5;
const HEIGHT = 3;
const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, index) => (index * 37) % 256);
const plain = Buffer.from(encode({ width: WIDTH, height: HEIGHT, data: pixels, channels: 3 }));

/** Any text that UTF-8 can hold. */
const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const anyKeyword = fc.stringMatching(/^[A-Za-z][A-Za-z -]{0,30}$/);

/** Type and data of every chunk, read by its lengths alone. */
function chunks(png: Buffer): string[] {
  const types: string[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) types.push(png.toString('latin1', at + 4, at + 8));
  return types;
}

describe('texts in a PNG', () => {
  it('come back as they were written, whatever they say', () => {
    fc.assert(
      fc.property(fc.dictionary(anyKeyword, anyText, { maxKeys: 4, noNullPrototype: true }), (texts) => {
        const written = withTexts(plain, texts);
        for (const [name, text] of Object.entries(texts)) expect(readText(written, name)).toBe(text);
        expect(readText(written, 'somebody else’s')).toBeNull();
      }),
    );
  });

  it('leave the image as it was for another reader, which checks every checksum', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const written = withTexts(plain, { 'ada-panel': one, parameters: other });
        const image = decode(written, { checkCrc: true });
        expect([image.width, image.height]).toEqual([WIDTH, HEIGHT]);
        expect([...image.data]).toEqual([...pixels]);
        expect(pngSize(written)).toEqual({ width: WIDTH, height: HEIGHT });
      }),
      { numRuns: 40 },
    );
  });

  it('stand right behind the header, replace those of the same name and leave the others alone', () => {
    const foreign = Buffer.from(
      encode({ width: WIDTH, height: HEIGHT, data: pixels, channels: 3, text: { constructor: 'me', Title: 'x' } }),
    );
    const first = withTexts(foreign, { parameters: 'old', other: 'kept' });
    const written = withTexts(first, { parameters: 'new' });
    expect(chunks(written).slice(0, 3)).toEqual(['IHDR', 'iTXt', 'iTXt']);
    expect([readText(written, 'parameters'), readText(written, 'other')]).toEqual(['new', 'kept']);
    expect(written.includes('old')).toBe(false);
    expect(decode(written).text).toEqual({ constructor: 'me', Title: 'x' });
    expect(withTexts(written, { parameters: 'new' })).toEqual(written);
  });
});

describe('texts of other programs', () => {
  const behindHeader = (...chunks: readonly Buffer[]) => Buffer.concat([plain.subarray(0, 33), ...chunks, plain.subarray(33)]);
  const compressed = (text: string, encoding: BufferEncoding) => deflateSync(Buffer.from(text, encoding));
  const zTXt = (name: string, data: Buffer) => pngChunk('zTXt', Buffer.concat([Buffer.from(`${name}\0\0`, 'latin1'), data]));
  const iTXt = (name: string, data: Buffer) => pngChunk('iTXt', Buffer.concat([Buffer.from(`${name}\0\x01\0de\0Titel\0`, 'latin1'), data]));

  it('are read from tEXt, zTXt and compressed iTXt, before and behind the pixels', () => {
    const image = Buffer.concat([
      behindHeader(
        pngChunk('tEXt', Buffer.from('latin\0für', 'latin1')),
        pngChunk('tEXt', Buffer.from('utf\0für 🍎', 'utf8')),
        zTXt('packed', compressed('grün', 'latin1')),
        iTXt('international', compressed('яблоко', 'utf8')),
      ).subarray(0, -12),
      pngChunk('tEXt', Buffer.from('late\0behind the pixels')),
      plain.subarray(-12),
    ]);
    expect(readTexts(image)).toEqual([
      { keyword: 'latin', text: 'für' },
      { keyword: 'utf', text: 'für 🍎' },
      { keyword: 'packed', text: 'grün' },
      { keyword: 'international', text: 'яблоко' },
      { keyword: 'late', text: 'behind the pixels' },
    ]);
  });

  it('are null where they are damaged or inflate beyond 8 MiB, and take no other with them', () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const image = behindHeader(
      zTXt('broken', Buffer.from('no zlib')),
      zTXt('bomb', bomb),
      iTXt('bomb too', bomb),
      pngChunk('tEXt', Buffer.from('fine\0yes')),
    );
    expect(readTexts(image).map(({ text }) => text)).toEqual([null, null, null, 'yes']);
  });
});

describe('many texts in one image', () => {
  const manyOf = (bytes: number) => {
    const packed = deflateSync(Buffer.alloc(bytes, 'a'));
    const text = (name: string) => pngChunk('zTXt', Buffer.concat([Buffer.from(`${name}\0\0`, 'latin1'), packed]));
    return Buffer.concat([plain.subarray(0, 33), ...Array.from({ length: 64 }, (_, index) => text(`k${index}`)), plain.subarray(33)]);
  };

  it.each([8, 16])('of %d MiB each are inflated to 32 MiB in all', (mebibytes) => {
    const kept = readTexts(manyOf(mebibytes * 1024 * 1024)).reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
    expect(kept).toBe(mebibytes === 8 ? 32 * 1024 * 1024 : 0);
  });
});

describe('what is no whole PNG', () => {
  it('has no size wherever it was cut off', () => {
    expect(pngSize(plain)).toEqual({ width: WIDTH, height: HEIGHT });
    for (let length = 0; length < plain.length; length += 1) expect(pngSize(plain.subarray(0, length)), `${length} bytes`).toBeNull();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a drawing', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>')],
    ['a page', Buffer.from(`<!doctype html>${' '.repeat(100)}`)],
    ['a JPEG', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(100)])],
    ['a signature and nothing behind it', Buffer.concat([plain.subarray(0, 8), Buffer.alloc(100)])],
  ])('%s is none', (_name, data) => {
    expect(pngSize(data)).toBeNull();
    expect(readText(data, 'parameters')).toBeNull();
  });

  it('has the size of its first header alone, which has to come first', () => {
    const header = plain.subarray(8, 33);
    const bomb = Buffer.from(header);
    bomb.writeUInt32BE(16_000, 8);
    bomb.writeUInt32BE(16_000, 12);
    const bombFirst = Buffer.concat([plain.subarray(0, 8), bomb, plain.subarray(8)]);
    expect(pngSize(bombFirst)).toEqual({ width: 16_000, height: 16_000 });
    const bombLast = Buffer.concat([plain.subarray(0, 33), bomb, plain.subarray(33)]);
    expect(pngSize(bombLast)).toEqual({ width: WIDTH, height: HEIGHT });
    const hidden = Buffer.concat([plain.subarray(0, 8), pngChunk('tEXt', Buffer.from('a\0b')), plain.subarray(8)]);
    expect(pngSize(hidden)).toBeNull();
  });

  it.each([
    [8_000, 8_000, true],
    [8_001, 8_000, false],
    [16_384, 3_906, true],
    [16_385, 1, false],
    [0, 10, false],
    [4_294_967_295, 4_294_967_295, false],
  ])('of %i × %i pixels may be decoded: %s', (width, height, expected) => {
    expect(isDecodableSize({ width, height })).toBe(expected);
  });

  it('never throws and never ends in a circle, whatever follows the signature', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const data = Buffer.concat([plain.subarray(0, 8), bytes]);
        pngSize(data);
        readText(data, 'parameters');
        withTexts(data, { parameters: 'x' });
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: plain.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const data = Buffer.from(withTexts(plain, { parameters: 'x' }));
        data[at] = byte;
        pngSize(data);
        readTexts(data);
      }),
    );
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../foundation/log/log.ts';
import { pngChunk } from './png.ts';
import { decodeRows } from './png-rows.ts';
import { createThumbnails, iconOf, THUMBNAIL_SIDE, thumbnailOf } from './thumbnails.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Raw {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  readonly palette?: Buffer;
  readonly transparent?: Buffer;
  /** Filter bytes and samples as they are compressed. */
  readonly rows: Buffer;
}

function pngOf({ width, height, bitDepth, colorType, palette, transparent, rows }: Raw, compressed = deflateSync(rows)): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colorType], 8);
  return Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', header),
    ...(palette === undefined ? [] : [pngChunk('PLTE', palette)]),
    ...(transparent === undefined ? [] : [pngChunk('tRNS', transparent)]),
    pngChunk('IDAT', compressed.subarray(0, 7)),
    pngChunk('IDAT', compressed.subarray(7)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

async function rgbaOf(png: Buffer): Promise<number[] | null> {
  const rows: number[] = [];
  const isComplete = await decodeRows(png, (_y, rgba) => {
    rows.push(...rgba);
    return true;
  });
  return isComplete ? rows : null;
}

/** The same by another decoder, which keeps channels and depth as they are in the file. */
function expected(png: Buffer): number[] {
  const { width, height, data, channels, depth } = decode(png);
  const eight = (value: number): number => (depth === 16 ? value >> 8 : value);
  return Array.from({ length: width * height }, (_, pixel) => {
    const at = (channel: number): number => eight(data[pixel * channels + channel] ?? 0);
    const isGray = channels < 3;
    const color = isGray ? [at(0), at(0), at(0)] : [at(0), at(1), at(2)];
    return [...color, channels === 2 ? at(1) : channels === 4 ? at(3) : 255];
  }).flat();
}

const CHANNELS = { 0: 1, 2: 3, 4: 2, 6: 4 } as const;
const anyImage = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 12 }),
    bitDepth: fc.constantFrom(8, 16),
    colorType: fc.constantFrom(0, 2, 4, 6) as fc.Arbitrary<0 | 2 | 4 | 6>,
    seed: fc.nat(),
  })
  .map(({ width, height, bitDepth, colorType, seed }) => {
    const rowBytes = (width * CHANNELS[colorType] * bitDepth) / 8;
    const rows = Buffer.alloc((rowBytes + 1) * height);
    for (let index = 0; index < rows.length; index += 1) rows[index] = ((index + 1) * 2_654_435_761 + seed) >>> 13;
    for (let y = 0; y < height; y += 1) rows[y * (rowBytes + 1)] = (seed + y) % 5;
    return pngOf({ width, height, bitDepth, colorType, rows });
  });

describe('a PNG decoded row by row', () => {
  it('has the pixels that another decoder finds, by every filter, kind of color and depth', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage, async (png) => {
        expect(await rgbaOf(png)).toEqual(expected(png));
      }),
    );
  });

  it('has the colors of its palette, the transparent ones too, at every depth', async () => {
    const palette = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255]);
    const one = { width: 4, height: 1, colorType: 3, palette, transparent: Buffer.from([255, 0]) };
    const colors = [255, 0, 0, 255, 0, 255, 0, 0, 0, 0, 255, 255, 255, 0, 0, 255];
    expect(await rgbaOf(pngOf({ ...one, bitDepth: 8, rows: Buffer.from([0, 0, 1, 2, 0]) }))).toEqual(colors);
    expect(await rgbaOf(pngOf({ ...one, bitDepth: 4, rows: Buffer.from([0, 0x01, 0x20]) }))).toEqual(colors);
    expect(await rgbaOf(pngOf({ ...one, bitDepth: 2, rows: Buffer.from([0, 0b00011000]) }))).toEqual(colors);
  });

  it('has gray of one bit, and the one color that is transparent', async () => {
    const gray = await rgbaOf(
      pngOf({ width: 2, height: 1, bitDepth: 1, colorType: 0, transparent: Buffer.from([0, 1]), rows: Buffer.from([0, 0x40]) }),
    );
    expect(gray).toEqual([0, 0, 0, 255, 255, 255, 255, 0]);
    const red = pngOf({
      width: 2,
      height: 1,
      bitDepth: 8,
      colorType: 2,
      transparent: Buffer.from([0, 9, 0, 8, 0, 7]),
      rows: Buffer.from([0, 9, 8, 7, 9, 8, 6]),
    });
    expect(await rgbaOf(red)).toEqual([9, 8, 7, 0, 9, 8, 6, 255]);
  });

  it.each([
    ['too few rows', (raw: Raw) => pngOf({ ...raw, rows: raw.rows.subarray(0, 10) })],
    ['data that is no zlib', (raw: Raw) => pngOf(raw, Buffer.alloc(100, 7))],
    ['an unknown filter', (raw: Raw) => pngOf({ ...raw, rows: Buffer.alloc(raw.rows.length, 9) })],
    ['an unknown depth', (raw: Raw) => pngOf({ ...raw, bitDepth: 3 })],
    ['a palette that is not there', (raw: Raw) => pngOf({ ...raw, colorType: 3 })],
    ['more pixels than may be decoded', (raw: Raw) => pngOf({ ...raw, width: 16_000, height: 16_000 })],
  ])('is refused with %s', async (_name, broken) => {
    const raw: Raw = { width: 8, height: 8, bitDepth: 8, colorType: 2, rows: Buffer.alloc(25 * 8) };
    expect(await rgbaOf(pngOf(raw))).not.toBeNull();
    expect(await rgbaOf(broken(raw))).toBeNull();
    expect(await thumbnailOf(broken(raw))).toBeNull();
  });

  it('inflates nothing behind its last row', async () => {
    const rows = Buffer.alloc(25 * 8 + 512 * 1024 * 1024);
    const bomb = pngOf({ width: 8, height: 8, bitDepth: 8, colorType: 2, rows });
    const before = process.memoryUsage().rss;
    expect(await rgbaOf(bomb)).toHaveLength(8 * 8 * 4);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a thumbnail', () => {
  const halves = (width: number, height: number): Buffer => {
    const data = new Uint8Array(width * height * 3);
    for (let pixel = 0; pixel < width * height; pixel += 1) data[pixel * 3 + (pixel % width < width / 2 ? 0 : 2)] = 255;
    return Buffer.from(encode({ width, height, data, channels: 3 }));
  };

  it.each([
    [1024, 1024],
    [832, 1216],
    [1536, 1024],
    [THUMBNAIL_SIDE + 1, 2_000],
  ])('of %i × %i is the middle of it as a square', async (width, height) => {
    const image = decode((await thumbnailOf(halves(width, height))) ?? Buffer.alloc(0), { checkCrc: true });
    expect([image.width, image.height, image.channels]).toEqual([THUMBNAIL_SIDE, THUMBNAIL_SIDE, 4]);
    const at = (x: number, y: number) => [...image.data.slice((y * THUMBNAIL_SIDE + x) * 4, (y * THUMBNAIL_SIDE + x) * 4 + 4)];
    expect([at(0, 0), at(THUMBNAIL_SIDE - 1, THUMBNAIL_SIDE - 1)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 255, 255],
    ]);
  });

  it('of a small image is no larger than it', async () => {
    const image = decode((await thumbnailOf(halves(10, 4))) ?? Buffer.alloc(0));
    expect([image.width, image.height]).toEqual([4, 4]);
  });

  it('is made once however often it is asked for, and kept beside the images', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ada-panel-thumbnails-'));
    let reads = 0;
    const open = () =>
      createThumbnails({
        folder: join(folder, 'thumbnails'),
        read: async () => {
          reads += 1;
          return halves(300, 300);
        },
        log: silentLogger,
      });
    const first = open();
    const all = await Promise.all(Array.from({ length: 20 }, () => first.get('20260504-120000-deadbeef')));
    expect(new Set(all).size).toBe(1);
    expect(reads).toBe(1);
    await first.settled();
    expect(readdirSync(join(folder, 'thumbnails'))).toEqual(['20260504-120000-deadbeef.png']);
    expect(await open().get('20260504-120000-deadbeef')).toEqual(all[0]);
    expect(reads).toBe(1);
    await first.remove('20260504-120000-deadbeef');
    expect(readdirSync(join(folder, 'thumbnails'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('the icon of a drag', () => {
  const png = (width: number, height: number): Buffer =>
    pngOf({ width, height, bitDepth: 8, colorType: 0, rows: Buffer.alloc((width + 1) * height) });

  it('is a thumbnail that this panel may have made, and nothing else', async () => {
    const made = await thumbnailOf(png(300, 400));
    expect(made).not.toBeNull();
    expect(iconOf(made)).toBe(made);
    expect(iconOf(null)).toBeNull();
    expect(iconOf(Buffer.from('no PNG'))).toBeNull();
    expect(iconOf(png(THUMBNAIL_SIDE + 1, 1))).toBeNull();
    expect(iconOf(png(1, THUMBNAIL_SIDE + 1))).toBeNull();
  });

  it('is no interlaced image, which serves as its own thumbnail', async () => {
    const interlaced = png(8, 8);
    interlaced.writeUInt8(1, 28);
    const thumbnail = await thumbnailOf(interlaced);
    expect(thumbnail).toBe(interlaced);
    expect(iconOf(thumbnail)).toBeNull();
  });
});

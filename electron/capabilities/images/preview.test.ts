import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pngHeaderChunks } from '../gallery/png.ts';
import { drawablePreview } from './preview.ts';

const address = (type: string, data: Buffer): string => `data:image/${type};base64,${data.toString('base64')}`;
const png = (width: number, height: number) => address('png', Buffer.concat([pngHeaderChunks(width, height), Buffer.alloc(8)]));
function jpeg(width: number, height: number): string {
  const frame = Buffer.from([
    0xff,
    0xc0,
    0,
    17,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    3,
    1,
    0x22,
    0,
    2,
    0x11,
    1,
    3,
    0x11,
    1,
  ]);
  const application = Buffer.concat([Buffer.from([0xff, 0xe0, 0, 16]), Buffer.from('JFIF\0', 'latin1'), Buffer.alloc(9)]);
  return address('jpeg', Buffer.concat([Buffer.from([0xff, 0xd8]), application, frame]));
}
function webp(kind: 'VP8X' | 'VP8L' | 'VP8 ', width: number, height: number): string {
  const data = Buffer.alloc(40);
  data.write(`RIFF\0\0\0\0WEBP${kind}`, 'latin1');
  if (kind === 'VP8X') {
    data.writeUIntLE(width - 1, 24, 3);
    data.writeUIntLE(height - 1, 27, 3);
  } else if (kind === 'VP8L') data.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 21);
  else {
    data.writeUInt16LE(width, 26);
    data.writeUInt16LE(height, 28);
  }
  return address('webp', data);
}

describe('a preview', () => {
  it.each([
    ['PNG', png],
    ['JPEG', jpeg],
    ['WebP, extended', (width: number, height: number) => webp('VP8X', width, height)],
    ['WebP, lossless', (width: number, height: number) => webp('VP8L', width, height)],
    ['WebP, lossy', (width: number, height: number) => webp('VP8 ', width, height)],
  ])('as %s is drawn when it is small, and never when it would decode to gigabytes', (_kind, make) => {
    expect(drawablePreview(make(128, 96))).toBe(make(128, 96));
    expect(drawablePreview(make(16_000, 16_000))).toBeNull();
  });

  it('that does not tell its size is none, whatever it holds', () => {
    expect(drawablePreview(null)).toBeNull();
    expect(drawablePreview('data:image/jpeg;base64,AAAA')).toBeNull();
    fc.assert(
      fc.property(
        fc.constantFrom([0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47], [0x52, 0x49, 0x46, 0x46]),
        fc.uint8Array({ maxLength: 200 }),
        (head, rest) => {
          drawablePreview(address('jpeg', Buffer.from([...head, ...rest])));
        },
      ),
    );
  });
});

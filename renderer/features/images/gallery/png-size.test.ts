import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { pngSizeOf } from './png-size.ts';

it('reads the size of a PNG, and of nothing else', () => {
  const png = encode({ width: 7, height: 3, data: new Uint8Array(63), channels: 3 });
  expect(pngSizeOf(png)).toEqual({ width: 7, height: 3 });
  expect(pngSizeOf(png.subarray(0, 20))).toBe(null);
  expect(pngSizeOf(new Uint8Array(40))).toBe(null);
});

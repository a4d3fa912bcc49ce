import { describe, expect, it } from 'vitest';
import { actualSize, FIT, panned, type Stage, zoomed } from '../zoom.ts';
import { columnsFor, placeOf } from './layout.ts';

const IMAGE = { width: 1024, height: 1024 };
const FIRST: Stage = { image: IMAGE, stage: { width: 512, height: 512 }, pixelRatio: 1 };

describe('the view of a comparison', () => {
  it('shows the whole image to begin with, and an image pixel as a screen pixel at 100 %', () => {
    expect(placeOf(FIT, FIRST, IMAGE)).toEqual({ x: 0, y: 0, scale: 0.5 });
    expect(placeOf(actualSize(FIT, FIRST), FIRST, IMAGE)).toEqual({ x: -256, y: -256, scale: 1 });
    const fine = { ...FIRST, pixelRatio: 2 };
    expect(placeOf(actualSize(FIT, fine), fine, IMAGE).scale).toBe(0.5);
    const small = { width: 64, height: 64 };
    const ofSmall = { ...FIRST, image: small };
    expect(placeOf(actualSize(FIT, ofSmall), ofSmall, small)).toEqual({ x: 224, y: 224, scale: 1 });
  });

  it('keeps the point under the pointer while it is enlarged', () => {
    const place = placeOf(zoomed(FIT, 2, FIRST, { x: 100 - 256, y: 300 - 256 }), FIRST, IMAGE);
    expect((100 - place.x) / place.scale).toBeCloseTo(200);
    expect((300 - place.y) / place.scale).toBeCloseTo(600);
  });

  it('moves with the pointer, and never past the edge', () => {
    const near = zoomed(FIT, 4, FIRST);
    const before = placeOf(near, FIRST, IMAGE);
    const after = placeOf(panned(near, 30, -20, FIRST), FIRST, IMAGE);
    expect([after.x - before.x, after.y - before.y]).toEqual([30, -20]);
    expect(placeOf(panned(near, 99_999, 0, FIRST), FIRST, IMAGE).x).toBeCloseTo(0);
  });

  it('shows the same part of an image of another size', () => {
    const view = panned(zoomed(FIT, 4, FIRST), 256, -128, FIRST);
    const one = placeOf(view, FIRST, IMAGE);
    const half = placeOf(view, FIRST, { width: 512, height: 512 });
    expect([half.x, half.y, half.scale]).toEqual([one.x, one.y, one.scale * 2]);
  });

  it('is laid out in twos and threes', () => {
    expect([1, 2, 3, 4, 5, 6, 9].map(columnsFor)).toEqual([1, 2, 3, 2, 3, 3, 3]);
  });
});

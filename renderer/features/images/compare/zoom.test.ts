import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsFor, FIT, panBy, placeOf, within, zoomAt, zoomForFullSize } from './zoom.ts';

const IMAGE = { width: 1024, height: 1024 };
const CELL = { width: 512, height: 512 };

describe('the view of a comparison', () => {
  it('shows the whole image to begin with, and every pixel at 100 %', () => {
    expect(placeOf(FIT, IMAGE, CELL)).toEqual({ x: 0, y: 0, scale: 0.5 });
    expect(placeOf({ ...FIT, zoom: zoomForFullSize(IMAGE, CELL) }, IMAGE, CELL)).toEqual({ x: -256, y: -256, scale: 1 });
    expect(zoomForFullSize({ width: 64, height: 64 }, CELL)).toBe(1);
  });

  it('keeps the point under the pointer while it is enlarged', () => {
    const at = { x: 100, y: 300 };
    const view = zoomAt(FIT, 2, at, IMAGE, CELL);
    const place = placeOf(view, IMAGE, CELL);
    expect((at.x - place.x) / place.scale).toBeCloseTo(200);
    expect((at.y - place.y) / place.scale).toBeCloseTo(600);
  });

  it('moves with the pointer, and never past the edge', () => {
    const near = { ...FIT, zoom: 4 };
    const before = placeOf(near, IMAGE, CELL);
    const after = placeOf(panBy(near, { x: 30, y: -20 }, IMAGE, CELL), IMAGE, CELL);
    expect([after.x - before.x, after.y - before.y]).toEqual([30, -20]);
    expect(placeOf(panBy(near, { x: 99_999, y: 0 }, IMAGE, CELL), IMAGE, CELL).x).toBeCloseTo(0);
    expect(panBy(FIT, { x: 50, y: 50 }, IMAGE, CELL)).toEqual(FIT);
  });

  it('leaves no empty edge and stays finite, whatever is done', () => {
    const step = fc.record({
      factor: fc.double({ min: 0.1, max: 10, noNaN: true }),
      x: fc.integer({ min: 0, max: 512 }),
      y: fc.integer({ min: 0, max: 512 }),
    });
    const image = fc.record({ width: fc.integer({ min: 64, max: 4096 }), height: fc.integer({ min: 64, max: 4096 }) });
    fc.assert(
      fc.property(image, fc.array(step, { maxLength: 20 }), (size, steps) => {
        let view = FIT;
        for (const { factor, x, y } of steps)
          view = panBy(zoomAt(view, factor, { x, y }, size, CELL), { x: x - 256, y: y - 256 }, size, CELL);
        expect(within(view, size, CELL)).toEqual(view);
        expect(view.zoom).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('is laid out in twos and threes', () => {
    expect([1, 2, 3, 4, 5, 6, 9].map(columnsFor)).toEqual([1, 2, 3, 2, 3, 3, 3]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actualSize, drawnSize, FIT, fitScale, isPannable, panned, type Stage, scaleOf, wheelFactor, zoomed, zoomedIn } from './zoom.ts';

const on: Stage = { image: { width: 1024, height: 512 }, stage: { width: 800, height: 600 }, pixelRatio: 1 };

describe('zoom and pan', () => {
  it('fit shows the whole image, 100 % one image pixel a screen pixel', () => {
    expect(drawnSize(FIT, on)).toEqual({ width: 800, height: 400 });
    expect(isPannable(FIT, on)).toBe(false);
    expect(drawnSize(actualSize(FIT, on), on)).toEqual({ width: 1024, height: 512 });
    const fine = { ...on, pixelRatio: 2 };
    expect(drawnSize(actualSize(FIT, fine), fine)).toEqual({ width: 512, height: 256 });
    expect(fitScale({ ...on, stage: { width: 0, height: 0 } })).toBe(1);
  });

  it('keeps the pixel under the pointer there', () => {
    const size: Stage = { ...on, image: { width: 4000, height: 4000 } };
    const before = actualSize(FIT, size);
    const at = { x: 100, y: -50 };
    const after = zoomed(before, 2, size, at);
    const pixel = (view: typeof before) => [(at.x - view.x) / scaleOf(view, size), (at.y - view.y) / scaleOf(view, size)];
    expect(pixel(after)).toEqual(pixel(before));
  });

  it('never leaves a gap on one side while the image sticks out on the other', () => {
    const number = fc.double({ min: -5000, max: 5000, noNaN: true });
    const side = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.array(fc.tuple(number, number, fc.double({ min: 0.2, max: 5, noNaN: true }))),
        (w, h, sw, sh, moves) => {
          const stage: Stage = { image: { width: w, height: h }, stage: { width: sw, height: sh }, pixelRatio: 1.5 };
          let view = FIT;
          for (const [x, y, factor] of moves) {
            view = panned(zoomed(view, factor, stage, { x, y }), x, y, stage);
            const drawn = drawnSize(view, stage);
            expect(Math.abs(view.x)).toBeLessThanOrEqual(Math.max(0, (drawn.width - sw) / 2) + 1e-6);
            expect(Math.abs(view.y)).toBeLessThanOrEqual(Math.max(0, (drawn.height - sh) / 2) + 1e-6);
            expect(scaleOf(view, stage)).toBeLessThanOrEqual(16);
          }
        },
      ),
    );
  });

  it('an arrow key moves a large image, and one that fits not at all', () => {
    expect(panned(FIT, 50, 50, on)).toEqual(FIT);
    expect(panned(zoomedIn(actualSize(FIT, on), on), 50, 500, on)).toMatchObject({ x: 50, y: 20 });
  });
});

it('a wheel that is turned back comes back', () => {
  expect(wheelFactor(100, 0) * wheelFactor(-100, 0)).toBeCloseTo(1);
  expect(wheelFactor(-3, 1)).toBeGreaterThan(1);
  expect(wheelFactor(1e9, 0)).toBeGreaterThan(0.5);
});

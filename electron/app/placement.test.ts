import { describe, expect, it } from 'vitest';
import { FIRST_PLACEMENT, fitPlacement, readPlacement } from './placement.ts';

const laptop = { x: 0, y: 0, width: 1366, height: 768 };
const beside = { x: 1366, y: 0, width: 2560, height: 1440 };
const at = (x: number, y: number, width = 1000, height = 700) => ({ x, y, width, height, maximized: false });

describe('where the window opens', () => {
  it.each([
    ['stays where it was', at(100, 50), [laptop], at(100, 50)],
    ['stays on the second screen', at(1500, 100), [laptop, beside], at(1500, 100)],
    ['may hang over the left edge', at(-400, 50), [laptop], at(-400, 50)],
    ['comes back when its screen is gone', at(3000, 900), [laptop], at(366, 68)],
    ['comes back when only a strip is seen', at(1350, 50), [laptop], at(366, 50)],
    ['comes back when its title bar is above the screen', at(100, -300), [laptop], at(100, 0)],
    ['comes back when its title bar is below the screen', at(100, 760), [laptop], at(100, 68)],
    ['is no larger than its screen', at(200, 100, 3000, 2000), [laptop], at(0, 0, 1366, 768)],
    ['is no larger than the larger screen it is on', at(1400, 10, 3000, 900), [laptop, beside], at(1366, 10, 2560, 900)],
    ['fits a screen smaller than the least size', at(-50, 20), [{ x: 0, y: 24, width: 683, height: 360 }], at(0, 24, 683, 360)],
  ])('%s', (_name, placement, screens, wanted) => {
    expect(fitPlacement(placement, screens)).toEqual(wanted);
  });

  it.each([[null], ['x'], [{ width: 'a' }], [{ width: -5, height: 3 }], [{ width: Number.POSITIVE_INFINITY, height: 1 }]])(
    'begins anew for %j',
    (raw) => {
      expect(readPlacement(raw)).toEqual(FIRST_PLACEMENT);
    },
  );

  it('is not the only window without a screen', () => {
    expect(fitPlacement(FIRST_PLACEMENT, [])).toEqual(FIRST_PLACEMENT);
  });
});

import { describe, expect, it } from 'vitest';
import { ImageParameters } from '../../../shared/capabilities/images/contract.ts';
import { DEFAULTS, sizeProblem } from '../../../shared/image-graphs/rules.ts';
import { PRESETS, SIZES } from './presets.ts';
import { describeSize, PRESET_TEXT } from './text.ts';

describe('sizes and presets', () => {
  it('every size works with every model, is listed once, and those of the presets are among them', () => {
    for (const [width, height] of SIZES) {
      expect(sizeProblem(width, height), describeSize(width, height)).toBeNull();
      const { shape } = ImageParameters.unwrap();
      expect([shape.width.safeParse(width).success, shape.height.safeParse(height).success]).toEqual([true, true]);
    }
    expect(new Set(SIZES.map(([width, height]) => describeSize(width, height))).size).toBe(SIZES.length);
    for (const { width, height } of PRESETS) expect(SIZES).toContainEqual([width, height]);
  });

  it('presets match their description and the defaults of the shim', () => {
    for (const { id, base, width, height, steps, guidance } of PRESETS) {
      expect(PRESET_TEXT[id].tip).toContain(`${describeSize(width, height)}, ${steps} steps`);
      const { scheduler: _scheduler, ...usual } = DEFAULTS[base];
      expect({ width, height, steps, guidance }).toEqual(usual);
    }
  });
});

import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { type ImageRecipe, paintImage, paintPreview } from './test-images.ts';

const recipe: ImageRecipe = { prompt: 'a red apple', negativePrompt: '', model: 'm', seed: 7, steps: 20, width: 96, height: 64 };

describe('images', () => {
  it('have exactly the size asked for', () => {
    const side = fc.integer({ min: 8, max: 200 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const { channels, depth, ...size } = decode(paintImage({ ...recipe, width, height }));
        expect([size.width, size.height, channels, depth]).toEqual([width, height, 3, 8]);
      }),
      { numRuns: 30 },
    );
  });

  it('are equal for the same wish, and others for another prompt, negative prompt, model, seed or number of steps', () => {
    const bytes = (more: Partial<ImageRecipe>) => paintImage({ ...recipe, ...more }).toString('base64');
    expect(bytes({})).toBe(bytes({}));
    const others = [{ prompt: 'a pear' }, { negativePrompt: 'blur' }, { model: 'n' }, { seed: 8 }, { steps: 21 }].map(bytes);
    expect(new Set([bytes({}), ...others]).size).toBe(6);
  });

  it('show something: neither one colour nor noise', () => {
    const { data, width } = decode(paintImage({ ...recipe, width: 256, height: 256 }));
    const at = (x: number, y: number) => Number(data[(y * width + x) * 3]);
    const differences = Array.from({ length: 255 * 256 }, (_, index) => {
      const [x, y] = [index % 255, Math.floor(index / 255)];
      return Math.abs(at(x + 1, y) - at(x, y));
    });
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    expect(mean).toBeLessThan(6);
    expect(new Set(data).size).toBeGreaterThan(40);
  });

  it('have previews of an eighth that come out of noise', () => {
    const roughness = (progress: number) => {
      const { png, width, height } = paintPreview({ ...recipe, width: 512, height: 512 }, progress);
      expect([width, height]).toEqual([64, 64]);
      const { data } = decode(png);
      let sum = 0;
      for (let index = 3; index < data.length; index += 1) sum += Math.abs(Number(data[index]) - Number(data[index - 3]));
      return sum / data.length;
    };
    expect(roughness(0.1)).toBeGreaterThan(roughness(0.5));
    expect(roughness(0.5)).toBeGreaterThan(roughness(1));
  });
});

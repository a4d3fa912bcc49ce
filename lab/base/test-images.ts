import { createHash } from 'node:crypto';
import { encodePng } from './png.ts';

/** What an image is made from: the same makes the same. */
export interface ImageRecipe {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly model: string;
  readonly seed: number;
  readonly steps: number;
  readonly width: number;
  readonly height: number;
}

/** How much smaller a preview is: as latents are to their image. */
const PREVIEW_PART = 8;
const GRAIN = 3;
/** The sun shines as far as four times its size; squared. */
const GLOW_REACH = 16;

/** Hues that skies have, in turns: blue, dusk, evening gold, violet. */
const SKIES = [
  [0.53, 0.64],
  [0.9, 1.02],
  [0.04, 0.1],
  [0.7, 0.78],
] as const;

type Rgb = readonly [number, number, number];

interface Scene {
  readonly sky: readonly [Rgb, Rgb];
  readonly sun: { readonly x: number; readonly y: number; readonly size: number; readonly color: Rgb };
  readonly hills: readonly { readonly base: number; readonly waves: readonly (readonly [number, number, number])[]; readonly color: Rgb }[];
}

/** A landscape that is clearly no photograph: sky, sun and hills, all by the recipe. */
export function paintImage(recipe: ImageRecipe): Buffer {
  const { width, height } = recipe;
  return encodePng(width, height, paint(sceneOf(recipe), width, height, recipe.seed, 1));
}

/** A small view of the image as far as it is denoised, `progress` from 0 to 1. */
export function paintPreview(
  recipe: ImageRecipe,
  progress: number,
): { readonly png: Buffer; readonly width: number; readonly height: number } {
  const width = Math.max(8, Math.round(recipe.width / PREVIEW_PART));
  const height = Math.max(8, Math.round(recipe.height / PREVIEW_PART));
  return { png: encodePng(width, height, paint(sceneOf(recipe), width, height, recipe.seed, progress)), width, height };
}

function sceneOf(recipe: ImageRecipe): Scene {
  const text = [recipe.prompt, recipe.negativePrompt, recipe.model, recipe.seed, recipe.steps].join('\n');
  const bytes = createHash('sha512').update(text).digest();
  let at = 0;
  const next = (): number => (bytes[at++ % bytes.length] ?? 0) / 255;
  const [from, to] = SKIES[Math.floor(next() * SKIES.length * 0.999)] ?? SKIES[0];
  const hue = from + next() * (to - from);
  const low = colorOf(hue + 0.08 + next() * 0.08, 0.75, 0.78);
  const near = colorOf(hue + 0.4 + next() * 0.25, 0.42, 0.13);
  const count = 4 + Math.floor(next() * 3);
  return {
    sky: [colorOf(hue, 0.55, 0.3 + next() * 0.15), low],
    sun: { x: 0.15 + next() * 0.7, y: 0.18 + next() * 0.3, size: 0.05 + next() * 0.09, color: colorOf(hue + 0.1, 0.9, 0.9) },
    hills: [...Array(count).keys()].map((index) => ({
      base: 0.5 + (index / count) * 0.42,
      waves: [1, 2.3, 5.1].map((frequency) => [frequency * (1 + next()), next() * 6.3, 0.09 / frequency] as const),
      // The air between lends the far ones its colour.
      color: mix(low, near, 0.3 + 0.7 * (index / Math.max(1, count - 1))),
    })),
  };
}

function colorOf(hue: number, saturation: number, lightness: number): Rgb {
  const channel = (shift: number): number => {
    const k = (shift + (hue - Math.floor(hue)) * 12) % 12;
    return 255 * (lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

const mix = (one: Rgb, other: Rgb, share: number): Rgb => [
  one[0] + (other[0] - one[0]) * share,
  one[1] + (other[1] - one[1]) * share,
  one[2] + (other[2] - one[2]) * share,
];

/** `clarity` below 1 mixes noise in, as an image looks that is still being denoised. */
function paint(scene: Scene, width: number, height: number, seed: number, clarity: number): Uint8ClampedArray {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const count = scene.hills.length;
  // Flat arrays of numbers: this runs for each of a million pixels.
  const tops = new Float32Array(count * width);
  const colors = new Float32Array(count * 3);
  const blurred = (value: number): number => value * clarity + 128 * (1 - clarity);
  for (const [index, hill] of scene.hills.entries()) {
    colors.set(hill.color.map(blurred), index * 3);
    for (let x = 0; x < width; x += 1) tops[index * width + x] = topOf(hill, x / width) * height;
  }
  const [sunR, sunG, sunB] = [blurred(scene.sun.color[0]), blurred(scene.sun.color[1]), blurred(scene.sun.color[2])];
  const [lowR, lowG, lowB] = [blurred(scene.sky[1][0]), blurred(scene.sky[1][1]), blurred(scene.sky[1][2])];
  const sunX = scene.sun.x * width;
  const glow = scene.sun.size * Math.min(width, height);
  let noise = (seed ^ 0x9e3779b9) >>> 0 || 1;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const sky = mix(scene.sky[0], scene.sky[1], y / height);
    const [skyR, skyG, skyB] = [blurred(sky[0]), blurred(sky[1]), blurred(sky[2])];
    const up = (y - scene.sun.y * height) / glow;
    const reach = up * up < GLOW_REACH ? Math.sqrt(GLOW_REACH - up * up) * glow : -1;
    for (let x = 0; x < width; x += 1) {
      let hill = count - 1;
      while (hill >= 0 && y < (tops[hill * width + x] ?? 0)) hill -= 1;
      // xorshift32: the same grain for the same seed.
      noise ^= noise << 13;
      noise ^= noise >>> 17;
      noise ^= noise << 5;
      const grain = clarity < 1 ? ((noise & 0xff) - 128) * (1 - clarity) : (noise & GRAIN) - 1;
      let r = skyR;
      let g = skyG;
      let b = skyB;
      if (hill >= 0) {
        // Mist lies in the valleys, the more the farther they are.
        const mist = Math.min(0.45, ((y - (tops[hill * width + x] ?? 0)) / height) * 1.4) * (1 - hill / count);
        r = colors[hill * 3] ?? 0;
        g = colors[hill * 3 + 1] ?? 0;
        b = colors[hill * 3 + 2] ?? 0;
        r += (lowR - r) * mist;
        g += (lowG - g) * mist;
        b += (lowB - b) * mist;
      } else if (x > sunX - reach && x < sunX + reach) {
        const across = (x - sunX) / glow;
        const distance = Math.sqrt(across * across + up * up);
        const share = distance < 1 ? 1 : ((4 - distance) / 3) ** 2 * 0.5;
        r += (sunR - r) * share;
        g += (sunG - g) * share;
        b += (sunB - b) * share;
      }
      rgb[at] = r + grain;
      rgb[at + 1] = g + grain;
      rgb[at + 2] = b + grain;
      at += 3;
    }
  }
  return rgb;
}

function topOf(hill: Scene['hills'][number], x: number): number {
  return hill.waves.reduce((top, [frequency, phase, size]) => top + Math.sin(x * frequency * 6.3 + phase) * size, hill.base);
}

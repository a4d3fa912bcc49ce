import { describe, expect, it } from 'vitest';
import { contrast, DARK, LIGHT, type Palette } from './palette.ts';

const TEXTS = ['text', 'quiet', 'accent', 'good', 'warning', 'bad', 'unknown', 'stale', 'off', 'busy'] as const;
const SERVICES = ['service1', 'service2', 'service3', 'service4', 'service5', 'service6', 'service7', 'service8'] as const;
const TONES = ['good', 'warning', 'bad', 'unknown', 'stale', 'off', 'busy'] as const;
const themes: readonly (readonly [string, Palette])[] = [
  ['dark', DARK],
  ['light', LIGHT],
];

describe.each(themes)('the %s theme', (_name, palette) => {
  it('keeps all text readable on every surface', () => {
    for (const text of [...TEXTS, ...SERVICES]) {
      for (const surface of ['page', 'card', 'raised'] as const) {
        expect(contrast(palette[text], palette[surface]), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('keeps the words of a tone readable on its own surface', () => {
    for (const tone of TONES) {
      for (const text of [tone, 'text', 'quiet'] as const) {
        const surface = palette[`${tone}Surface`];
        expect(contrast(palette[text], surface), `${text} on ${tone}Surface`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(palette.accent, palette.accentSurface)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.text, palette.accentSurface)).toBeGreaterThanOrEqual(4.5);
  });

  it('keeps the filled part of a bar apart from its track', () => {
    expect(contrast(palette.fill, palette.track)).toBeGreaterThanOrEqual(2);
  });
});

describe('contrast', () => {
  it('is 21 for black on white and 1 for a colour on itself', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#777777')).toBe(1);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});

import { describe, expect, it } from 'vitest';
import { costMs, MEBIBYTE, readOnceMs, shapesOf } from './adversarial/cost.ts';
import { PARSERS } from './adversarial/parsers.ts';
import { SHAPES } from './adversarial/shapes.ts';

/** A parser reads a text many times over in all, but never as often as the text is long. */
const TIMES_AS_LONG_AS_READING_ONCE = 100;

const texts = new Map<string, string>();
const textOf = (shape: (typeof SHAPES)[number]): string => {
  const known = texts.get(shape.name);
  if (known !== undefined) return known;
  const text = shape.text(MEBIBYTE);
  if (SHAPES.includes(shape)) texts.set(shape.name, text);
  return text;
};

describe('texts from outside', () => {
  const limitMs = TIMES_AS_LONG_AS_READING_ONCE * Math.max(1, readOnceMs('a1, "\n'.repeat(MEBIBYTE / 6)));

  it('notices a pattern that goes back', () => {
    const quadratic = /\s+$/;
    expect(costMs(() => quadratic.test(`${' '.repeat(MEBIBYTE)}x`), limitMs)).toBeGreaterThan(limitMs);
  });

  it.each(PARSERS)(
    '$name: any mebibyte is read in linear time, and nothing is thrown',
    (parser) => {
      for (const shape of shapesOf(parser)) {
        const cost = costMs(parser.prepare(textOf(shape)), limitMs);
        expect(cost, `${parser.name}, ${shape.name}: ${cost.toFixed(0)} ms of CPU`).toBeLessThanOrEqual(limitMs);
      }
    },
    120_000,
  );
});

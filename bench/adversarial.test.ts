import { describe, expect, it } from 'vitest';
import { costMs, readOnceMs, shapesOf } from './adversarial/cost.ts';
import { PARSERS } from './adversarial/parsers.ts';
import { SHAPES } from './adversarial/shapes.ts';

/** A parser reads a text many times over in all, but never as often as the text is long. */
const TIMES_AS_LONG_AS_READING_ONCE = 100;
/** Enough for a careless pattern to take seconds; the benchmark takes a mebibyte. */
const TEXT_CHARS = 2 ** 17;
/** What a collection may add. */
const LEAST_MS = 25;

const texts = new Map<string, string>();
const textOf = (shape: (typeof SHAPES)[number]): string => {
  const known = texts.get(shape.name);
  if (known !== undefined) return known;
  const text = shape.text(TEXT_CHARS);
  if (SHAPES.includes(shape)) texts.set(shape.name, text);
  return text;
};

describe('texts from outside', () => {
  const limitMs = Math.max(LEAST_MS, TIMES_AS_LONG_AS_READING_ONCE * readOnceMs('a1, "\n'.repeat(TEXT_CHARS / 6)));

  it('notices a pattern that goes back', () => {
    const quadratic = /\s+$/;
    expect(costMs(() => quadratic.test(`${' '.repeat(TEXT_CHARS)}x`), limitMs)).toBeGreaterThan(limitMs);
  });

  it.each(PARSERS)(
    '$name: any text is read in linear time, and nothing is thrown',
    (parser) => {
      for (const shape of shapesOf(parser)) {
        const cost = costMs(parser.prepare(textOf(shape)), limitMs);
        expect(cost, `${parser.name}, ${shape.name}: ${cost.toFixed(0)} ms of CPU`).toBeLessThanOrEqual(limitMs);
      }
    },
    120_000,
  );
});

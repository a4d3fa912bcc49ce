import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../capabilities/images/request.ts';
import { SWEEP_LIMITS, SWEEP_PARAMETERS } from '../capabilities/images/sweep.ts';
import { cellsOf, valuesFrom } from './sweep-cells.ts';

const base: ImageParameters = {
  ...{ prompt: 'a red pear on a red table', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7 },
  ...{ seed: 3, model: null, scheduler: null, count: 4 },
};

describe('the cells of a sweep', () => {
  it('are every pair of values, row by row, one image each', () => {
    const { cells } = cellsOf(base, {
      x: { parameter: 'steps', values: ['10', '20'] },
      y: { parameter: 'size', values: ['512x768', '64 × 64'] },
    });
    expect(cells?.map(({ steps, width, height, count, seed }) => [steps, width, height, count, seed])).toEqual([
      [10, 512, 768, 1, 3],
      [20, 512, 768, 1, 3],
      [10, 64, 64, 1, 3],
      [20, 64, 64, 1, 3],
    ]);
  });

  it('replace the first words by the others, everywhere in the prompt', () => {
    const { cells } = cellsOf(base, { x: { parameter: 'words', values: ['red', 'green'] }, y: null });
    expect(cells?.map(({ prompt }) => prompt)).toEqual(['a red pear on a red table', 'a green pear on a green table']);
    expect(cellsOf(base, { x: { parameter: 'words', values: ['blue', 'green'] }, y: null }).problems).toEqual([
      '“blue” does not fit the prompt.',
      '“green” does not fit the prompt.',
    ]);
  });

  it('name each value that makes no image', () => {
    const problems = (parameter: 'steps' | 'guidance' | 'size', values: string[]) =>
      cellsOf(base, { x: { parameter, values }, y: null }).problems;
    expect(problems('steps', ['0', 'ten', '20'])).toEqual(['“0” is out of range for steps.', '“ten” does not fit steps.']);
    expect(problems('guidance', ['0.5'])).toEqual(['“0.5” is out of range for guidance.']);
    expect(problems('size', ['513x512', '9999x8'])).toHaveLength(2);
    expect(cellsOf(base, { x: { parameter: 'steps', values: ['1'] }, y: { parameter: 'steps', values: ['2'] } }).problems).toHaveLength(1);
    const many = Array.from({ length: 20 }, (_, index) => String(index + 1));
    expect(cellsOf(base, { x: { parameter: 'steps', values: many }, y: { parameter: 'seed', values: many } }).problems).toHaveLength(1);
  });
});

describe('typed values', () => {
  it('are lists and ranges', () => {
    expect(valuesFrom('steps', '10, 20,,20')).toEqual(['10', '20']);
    expect(valuesFrom('steps', '10-30:10, 50')).toEqual(['10', '20', '30', '50']);
    expect(valuesFrom('guidance', '1.5–3:0.5')).toEqual(['1.5', '2', '2.5', '3']);
    expect(valuesFrom('seed', '7..9')).toEqual(['7', '8', '9']);
    expect(valuesFrom('words', 'sci-fi, 3-4')).toEqual(['sci-fi', '3-4']);
    expect(valuesFrom('steps', '5-1')).toEqual(['5-1']);
  });

  it('stay few and never throw, whatever is typed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SWEEP_PARAMETERS), fc.string({ maxLength: 400 }), (parameter, typed) => {
        const values = valuesFrom(parameter, typed);
        expect(values.length).toBeLessThanOrEqual(SWEEP_LIMITS.maxValues + 1);
        expect(new Set(values).size).toBe(values.length);
        if (values.length > 0) cellsOf(base, { x: { parameter, values: [...values] }, y: null });
      }),
    );
    expect(valuesFrom('steps', '1-4000000000').length).toBe(SWEEP_LIMITS.maxValues + 1);
  });
});

import { describe, expect, it } from 'vitest';
import { runsOfForm } from './form-runs.ts';

const form = {
  ...{ prompt: 'a {red|green|blue} __thing__', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7 },
  ...{ seed: 7, model: null, scheduler: null, count: 4 },
};
const lists = { thing: ['pear', 'boat', 'tree', 'house'] };

describe('the runs of a form', () => {
  it('are one for each image where the prompt has alternatives, each with its own seed and words', () => {
    const runs = runsOfForm(form, null, lists);
    expect(runs.map(({ seed, count }) => [seed, count])).toEqual([
      [7, 1],
      [8, 1],
      [9, 1],
      [10, 1],
    ]);
    for (const { prompt } of runs) expect(prompt).toMatch(/^a (red|green|blue) (pear|boat|tree|house)$/);
    expect(runsOfForm(form, null, lists)).toEqual(runs);
    expect(runsOfForm({ ...form, seed: 8, count: 1 }, null, lists)[0]?.prompt).toBe(runs[1]?.prompt);
  });

  it('are one where it has none', () => {
    expect(runsOfForm({ ...form, prompt: 'a pear' }, null, lists)).toEqual([{ ...form, prompt: 'a pear' }]);
  });

  it('pick the same words for all cells of a sweep', () => {
    const runs = runsOfForm(form, { x: { parameter: 'seed', values: ['1', '2', '3'] }, y: null }, lists);
    expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(new Set(runs.map(({ prompt }) => prompt)).size).toBe(1);
  });

  it('are none where something cannot be resolved', () => {
    expect(() => runsOfForm({ ...form, prompt: '__mood__' }, null, lists)).toThrow('There is no list named mood.');
    expect(() => runsOfForm({ ...form, prompt: '{|}' }, null, lists)).toThrow('The resolved prompt is empty.');
    expect(() => runsOfForm(form, { x: { parameter: 'steps', values: ['0'] }, y: null }, lists)).toThrow('out of range');
  });
});

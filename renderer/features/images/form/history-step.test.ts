import { describe, expect, it } from 'vitest';
import { foundPrompts, historyStep } from './history-step.ts';

const prompts = ['a pear', 'a boat', 'a tree'].map((prompt) => ({ prompt, sentAt: 0 }));

describe('arrows in the prompt', () => {
  it('lead from an empty field to older prompts and back', () => {
    expect(historyStep(prompts, '', -1, 'ArrowUp')).toEqual({ place: 0, prompt: 'a pear' });
    expect(historyStep(prompts, 'a pear', 0, 'ArrowUp')).toEqual({ place: 1, prompt: 'a boat' });
    expect(historyStep(prompts, 'a boat', 1, 'ArrowDown')).toEqual({ place: 0, prompt: 'a pear' });
    expect(historyStep(prompts, 'a pear', 0, 'ArrowDown')).toEqual({ place: -1, prompt: '' });
    expect(historyStep(prompts, 'a tree', 2, 'ArrowUp')).toBeNull();
  });

  it('move the cursor in a text of the operator’s own', () => {
    expect(historyStep(prompts, 'mine', -1, 'ArrowUp')).toBeNull();
    expect(historyStep(prompts, 'a pear, changed', 0, 'ArrowUp')).toBeNull();
    expect(historyStep(prompts, '', -1, 'ArrowDown')).toBeNull();
    expect(historyStep([], '', -1, 'ArrowUp')).toBeNull();
  });
});

it('prompts are found by all their words', () => {
  expect(foundPrompts(prompts, 'A BO').map(({ prompt }) => prompt)).toEqual(['a boat']);
  expect(foundPrompts(prompts, '')).toHaveLength(3);
  expect(foundPrompts(prompts, 'pear boat')).toEqual([]);
});

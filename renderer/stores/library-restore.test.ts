import { expect, it } from 'vitest';
import { EMPTY_LIBRARY, type Library, type OwnPreset } from '../../shared/capabilities/library/contract.ts';
import { restoredParts } from './library-restore.ts';

const preset = (presetId: string): OwnPreset => ({ presetId, name: presetId, parameters: {} });
const sent = (prompt: string, sentAt: number): Library['prompts'][number] => ({ prompt, sentAt });
const list = (name: string): Library['wildcards'][number] => ({ name, lines: [name] });

it('brings back what was removed, and keeps what was saved since', () => {
  const before: Library = {
    presets: [preset('a'), preset('b'), preset('c')],
    wildcards: [list('color'), list('place')],
    prompts: [sent('two', 2), sent('one', 1)],
  };
  const presets = [preset('a'), preset('c')];
  expect(restoredParts(before, { presets }, { ...before, presets: [...presets, preset('new')] })).toEqual({
    presets: ['a', 'b', 'c', 'new'].map(preset),
  });
  const wildcards = [list('place')];
  expect(restoredParts(before, { wildcards }, { ...before, wildcards: [list('place'), list('animal')] })).toEqual({
    wildcards: ['color', 'place', 'animal'].map(list),
  });
  // Sent again since the history was cleared: the later time counts.
  expect(restoredParts(before, { prompts: [] }, { ...EMPTY_LIBRARY, prompts: [sent('one', 9), sent('three', 8)] })).toEqual({
    prompts: [sent('one', 9), sent('three', 8), sent('two', 2)],
  });
});

it('leaves alone what was removed by a later step', () => {
  const before: Library = { ...EMPTY_LIBRARY, presets: [preset('a'), preset('b'), preset('c')] };
  expect(restoredParts(before, { presets: [preset('b'), preset('c')] }, { ...before, presets: [preset('c')] })).toEqual({
    presets: [preset('a'), preset('c')],
  });
});

it('gives no more prompts than may be saved', () => {
  const before: Library = { ...EMPTY_LIBRARY, prompts: Array.from({ length: 100 }, (_, index) => sent(`old ${index}`, index)) };
  const { prompts } = restoredParts(before, { prompts: [] }, { ...EMPTY_LIBRARY, prompts: [sent('new', 500)] });
  expect([prompts?.length, prompts?.[0]?.prompt]).toEqual([100, 'new']);
});

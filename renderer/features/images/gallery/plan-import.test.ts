import { expect, it } from 'vitest';
import { modelOnHost, planImport } from './plan-import.ts';

const imported = {
  source: 'ComfyUI',
  parameters: { prompt: 'a plum', negativePrompt: '', width: 512, height: 768, seed: 0, model: 'juggernautXL_v9' },
  notUsed: [],
};

it('finds the host’s name of a model by its letters and digits', () => {
  const models = ['Dreamshaper 8', 'Juggernaut XL v9', 'dreamshaper_8.safetensors'];
  expect(modelOnHost('juggernautXL_v9.safetensors', models)).toBe('Juggernaut XL v9');
  expect(modelOnHost('dreamshaper_8.safetensors', models)).toBe('dreamshaper_8.safetensors');
  expect(modelOnHost('juggernautXL_v8', models)).toBe(null);
});

it('says what the form gets, and leaves out a model that the host does not have', () => {
  expect(planImport(imported, ['Juggernaut XL v9'])).toEqual({
    parameters: { ...imported.parameters, model: 'Juggernaut XL v9' },
    values: [
      ['prompt', 'a plum'],
      ['negative prompt', '–'],
      ['model', 'Juggernaut XL v9'],
      ['size', '512 × 768'],
      ['seed', '0'],
    ],
    missingModel: null,
    isModelUnknown: false,
  });
  const { model: _, ...others } = imported.parameters;
  expect(planImport(imported, ['Dreamshaper 8'])).toMatchObject({ parameters: others, missingModel: 'juggernautXL_v9' });
  expect(planImport(imported, null)).toMatchObject({ parameters: imported.parameters, missingModel: null, isModelUnknown: true });
  expect(planImport({ ...imported, parameters: {} }, [])).toEqual({
    ...{ parameters: {}, values: [], missingModel: null, isModelUnknown: false },
  });
});

it('shows no more of a prompt than a person reads', () => {
  const [[, shown] = ['', '']] = planImport({ ...imported, parameters: { prompt: 'x '.repeat(9_000) } }, null).values;
  expect(shown.length).toBeLessThanOrEqual(301);
});

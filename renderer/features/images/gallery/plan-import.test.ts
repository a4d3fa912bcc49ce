import { expect, it } from 'vitest';
import { type ModelsOnHost, modelOnHost, modelsOfRoutes, planImport } from './plan-import.ts';

const imported = {
  source: 'ComfyUI',
  parameters: { prompt: 'a plum', negativePrompt: '', width: 512, height: 768, seed: 0, model: 'juggernautXL_v9' },
  notUsed: [],
};
const NONE: ModelsOnHost = { names: [], isComplete: false };
const allOf = (...names: readonly string[]): ModelsOnHost => ({ names, isComplete: true });

it('judges a model missing only where InvokeAI itself answered', () => {
  const model = (name: string, isMissing = false) => ({ name, base: null, isMissing });
  const shim = { route: 'shim' as const, isReady: true, models: [model('Dreamshaper 8'), model('FLUX.1 dev', true)] };
  const stopped = { route: 'backend' as const, isReady: false, models: [] };
  expect(modelsOfRoutes([])).toEqual(NONE);
  const partly = modelsOfRoutes([shim, stopped]);
  expect(partly).toEqual({ names: ['Dreamshaper 8'], isComplete: false });
  expect(planImport(imported, partly)).toMatchObject({ parameters: imported.parameters, missingModel: null, isModelUnknown: true });
  const known = { ...imported, parameters: { model: 'dreamshaper_8.safetensors' } };
  expect(planImport(known, partly)).toMatchObject({ parameters: { model: 'Dreamshaper 8' }, missingModel: null, isModelUnknown: false });
  const whole = modelsOfRoutes([shim, { ...stopped, isReady: true, models: [model('Qwen Image')] }]);
  expect(whole).toEqual(allOf('Dreamshaper 8', 'Qwen Image'));
  expect(planImport(imported, whole)).toMatchObject({ missingModel: 'juggernautXL_v9', isModelUnknown: false });
});

it('finds the host’s name of a model by its letters and digits', () => {
  const models = ['Dreamshaper 8', 'Juggernaut XL v9', 'dreamshaper_8.safetensors'];
  expect(modelOnHost('juggernautXL_v9.safetensors', models)).toBe('Juggernaut XL v9');
  expect(modelOnHost('dreamshaper_8.safetensors', models)).toBe('dreamshaper_8.safetensors');
  expect(modelOnHost('juggernautXL_v8', models)).toBe(null);
});

it('says what the form gets, and leaves out a model that the host does not have', () => {
  expect(planImport(imported, allOf('Juggernaut XL v9'))).toEqual({
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
  expect(planImport(imported, allOf('Dreamshaper 8'))).toMatchObject({ parameters: others, missingModel: 'juggernautXL_v9' });
  expect(planImport(imported, NONE)).toMatchObject({ parameters: imported.parameters, missingModel: null, isModelUnknown: true });
  expect(planImport({ ...imported, parameters: {} }, allOf())).toEqual({
    ...{ parameters: {}, values: [], missingModel: null, isModelUnknown: false },
  });
});

it('shows no more of a prompt than a person reads', () => {
  const [[, shown] = ['', '']] = planImport({ ...imported, parameters: { prompt: 'x '.repeat(9_000) } }, NONE).values;
  expect(shown.length).toBeLessThanOrEqual(301);
});

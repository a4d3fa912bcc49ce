import type { UsableModel } from './backend.ts';
import type { Preset, ShimConfig } from './config.ts';
import { ShimError } from './errors.ts';

export interface Choice {
  readonly model: UsableModel;
  readonly preset: Preset | null;
  readonly notes: readonly string[];
}

/** The model a request means: a preset, a name or a key, in any case; none or `auto` is the default, then the first SDXL. Throws ShimError. */
export function chooseModel(
  requested: string | null,
  models: readonly UsableModel[],
  config: Pick<ShimConfig, 'defaultModel' | 'presets' | 'isStrict'>,
): Choice {
  if (models.length === 0) {
    throw new ShimError(503, 'no_model', 'The backend has no SD 1.5 or SDXL model that could be used. Install one first.', {
      retryAfterS: 30,
    });
  }
  const isLeftToUs = requested === null || /^auto$/i.test(requested);
  const wanted = isLeftToUs ? config.defaultModel : requested;
  if (wanted === null) return { model: anyOf(models), preset: null, notes: [] };
  const preset = config.presets.get(wanted.toLowerCase()) ?? null;
  const name = preset?.model ?? wanted;
  const found = modelByName(name, models);
  if (found !== null) return { model: found, preset, notes: [] };
  // A default that is not installed must not stop everything. The preset's settings were for the other model.
  if (isLeftToUs || !config.isStrict) {
    const model = anyOf(models);
    return { model, preset: null, notes: [`${short(name)} is not installed; ${model.name} was used`] };
  }
  const valid = [...config.presets.keys(), ...models.map((model) => model.name)].join(', ');
  const what = preset === null ? `There is no model ${short(name)}.` : `The preset ${wanted} refers to ${name}, which is not installed.`;
  throw new ShimError(400, 'model_not_found', `${what} Valid are: ${valid}.`, { param: 'model' });
}

const short = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

/** By key or name, in any case; null = not there. */
export function modelByName(name: string, models: readonly UsableModel[]): UsableModel | null {
  const lower = name.toLowerCase();
  return (
    models.find((model) => model.key === name || model.name === name) ?? models.find((model) => model.name.toLowerCase() === lower) ?? null
  );
}

function anyOf(models: readonly UsableModel[]): UsableModel {
  const found = models.find((model) => model.base === 'sdxl') ?? models[0];
  if (found === undefined) throw new ShimError(503, 'no_model', 'The backend has no model.');
  return found;
}

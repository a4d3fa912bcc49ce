import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { optionalJson, shimCheck } from './backend-check.ts';
import { readImageNames } from './shim-models.ts';
import { readShimSettings, SHIM_READS, type ShimSettings } from './shim-settings.ts';
import { SHIM_TEXT as TEXT } from './shim-text.ts';

const MODELS = '/v1/models?raw=true';
const INVOKEAI_MODELS = '/api/v2/models/';
const APPLY = byRecipe('images-shim', TEXT.apply);
const APPLY_PRESET = byRecipe('preset', TEXT.applyPreset);
const UNREAD = unknown(TEXT.notRead, byHand(TEXT.asRoot));

/** What the images shim is set to, against the models that there are. */
export const SHIM_MODEL_CHECKS: readonly Check[] = [
  shimCheck(
    { id: 'shim-models', title: 'Models of the images shim', about: 'The images shim can read the models, and has at least one.' },
    async (sources) => {
      const list = await readList(sources);
      if (list === null) return unknown(TEXT.listUnread, byHand(TEXT.seeProgram));
      if (list.upstreamError !== null) return fail(TEXT.upstreamError(list.upstreamError), byHand(TEXT.seeBackend));
      const names = list.installed.slice(0, 12);
      if (names.length === 0) return fail(TEXT.noModels, byHand(TEXT.seeBackend));
      return pass(TEXT.modelsListed(list.installed.length, list.presetCount), ...names);
    },
  ),
  shimCheck(
    {
      id: 'shim-presets',
      title: 'Presets of the images shim',
      about: 'The model of every preset in SHIM_MODEL_PRESETS_JSON is installed.',
      reads: SHIM_READS,
    },
    ofSettings(async (settings, sources) => {
      if (settings.hasBrokenPresets) return fail(TEXT.brokenPresets, APPLY_PRESET);
      if (settings.presets.length === 0) return skipped(TEXT.noPresets);
      const installed = await installedNames(sources);
      if (installed === null) return unknown(TEXT.availableUnknown, byHand(TEXT.seeBackend));
      const missing = settings.presets.filter(({ model }) => !isAmong(model, installed));
      const evidence = settings.presets.map(({ name, model }) => TEXT.preset(name, model));
      const list = missing.map(({ name, model }) => TEXT.preset(name, model)).join(', ');
      if (missing.length > 0) return fail(TEXT.presetsMissing(list), APPLY_PRESET, ...evidence, ...installed.slice(0, 10));
      return pass(TEXT.presetsFine(settings.presets.map(({ name }) => name).join(', ')), ...evidence);
    }),
  ),
  shimCheck(
    {
      id: 'shim-default-model',
      title: 'Default model of the images shim',
      about: 'The model for requests that name none, INVOKEAI_DEFAULT_MODEL, is installed.',
      reads: SHIM_READS,
    },
    ofSettings(async (settings, sources) => {
      const { defaultModel } = settings;
      if (defaultModel === null) return skipped(TEXT.noDefault);
      const preset = settings.presets.find(({ name }) => name.toLowerCase() === defaultModel.toLowerCase());
      const wanted = preset?.model ?? defaultModel;
      const installed = await installedNames(sources);
      if (installed === null) return unknown(TEXT.availableUnknown, byHand(TEXT.seeBackend));
      const evidence = [`INVOKEAI_DEFAULT_MODEL=${defaultModel}`, ...installed.slice(0, 10)];
      return isAmong(wanted, installed)
        ? pass(TEXT.defaultFine(wanted), ...evidence)
        : warn(TEXT.defaultMissing(wanted), APPLY_PRESET, ...evidence);
    }),
  ),
  shimCheck(
    {
      id: 'shim-guidance',
      title: 'Guidance of the presets',
      about: 'No preset has a cfg_scale below 1, which InvokeAI refuses.',
      reads: SHIM_READS,
    },
    ofSettings((settings) => {
      const { presets, isPython } = settings;
      if (presets.length === 0) return skipped(TEXT.noPresets);
      const lines = presets.flatMap(({ name, guidance }) => (guidance === null ? [] : [TEXT.guidance(name, guidance)]));
      const low = presets.flatMap(({ name, guidance }) => (guidance !== null && guidance < 1 ? [TEXT.guidance(name, guidance)] : []));
      if (low.length === 0) return pass(TEXT.guidanceFine, ...lines);
      const list = low.join(', ');
      return isPython ? fail(TEXT.guidanceLow(list), APPLY, ...lines) : pass(TEXT.guidanceRaised(list), ...lines);
    }),
  ),
  shimCheck(
    {
      id: 'shim-template',
      title: 'Graph template of the images shim',
      about: 'The models and the VAE that the graph template of the earlier shim names by key are those of this InvokeAI.',
      reads: SHIM_READS,
    },
    ofSettings(async (settings, sources) => {
      const { templatePath, template } = settings;
      if (templatePath === null) return skipped(TEXT.noTemplate);
      if (template === null) return unknown(TEXT.templateUnread(templatePath), byHand(TEXT.asRoot));
      const keys = keysIn(await optionalJson(sources, 'invokeai', INVOKEAI_MODELS));
      if (keys === null) return unknown(TEXT.availableUnknown, byHand(TEXT.seeBackend));
      const missing = template.models
        .filter(({ key }) => !keys.has(key))
        .map(({ name, key }) => TEXT.templateModel(plainText(name), plainText(key, 60)));
      if (missing.length > 0) return fail(TEXT.templateMissing(missing.join(', ')), APPLY, templatePath, ...missing);
      return pass(TEXT.templateFine(template.models.length), templatePath);
    }),
  ),
];

/** A check of the settings of the shim: skipped without its unit. */
function ofSettings(judge: (settings: ShimSettings, sources: CheckSources) => Finding | Promise<Finding>) {
  return (sources: CheckSources): Finding | Promise<Finding> => {
    const settings = readShimSettings(sources.host.answers());
    if (settings === null) return UNREAD;
    return settings.mode === null ? UNREAD : judge(settings, sources);
  };
}

const isAmong = (wanted: string, names: readonly string[]): boolean => names.some((name) => name.toLowerCase() === wanted.toLowerCase());

const readList = async (sources: CheckSources) => readImageNames(await optionalJson(sources, 'shim', MODELS));

/** Names and keys of the models that the shim can use; null = it does not report them. The shim in Python lists models of every kind. */
async function installedNames(sources: CheckSources): Promise<readonly string[] | null> {
  const list = await readList(sources);
  return list === null || list.upstreamError !== null ? null : [...list.installed, ...list.keys];
}

function keysIn(document: unknown): ReadonlySet<unknown> | null {
  const models = isRecord(document) ? document['models'] : null;
  return Array.isArray(models) ? new Set(models.map((model: unknown) => (isRecord(model) ? model['key'] : null))) : null;
}

import { plainText } from '../../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../../shared/record.ts';
import { type HostAnswers, readFileRequest } from '../../../foundation/host-reader/answers.ts';
import { numberOf, textOf } from '../../backends/values.ts';
import { serviceRequests, UNITS_REQUEST, usualUnitPath } from '../../setup/adopt/service-facts.ts';
import { type GraphTemplate, readShim, SHIM_FIRST_REQUESTS, shimRequests } from '../../setup/adopt/shim-facts.ts';
import { isPlainPath } from '../../setup/recipes/parameters.ts';
import { SHIM_ENV, SHIM_UNIT } from '../../setup/recipes/shim-steps.ts';
import type { Reads } from '../check.ts';

const PRESETS = 'SHIM_MODEL_PRESETS_JSON';
const MAX_PRESETS = 200;
const MAX_PRESETS_CHARS = 64 * 1024;
/** A larger image is looked at by its first part only. */
export const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

export const SHIM_READS: Reads = {
  first: [UNITS_REQUEST, ...[usualUnitPath(SHIM_UNIT), SHIM_ENV].map(readFileRequest), ...SHIM_FIRST_REQUESTS],
  second: (known) => [...serviceRequests(SHIM_UNIT, known), ...shimRequests(known)],
};

/** Also the image that the shim saved last. */
export const LAST_IMAGE_READS: Reads = {
  first: SHIM_READS.first,
  second: (known) => {
    const path = readShimSettings(known)?.lastImagePath ?? null;
    return [...(SHIM_READS.second?.(known) ?? []), ...(path === null || !isPlainPath(path) ? [] : [lastImageRequest(path)])];
  },
};

export const lastImageRequest = (path: string): string => `file ${path} ${MAX_IMAGE_BYTES}`;

export interface ShimPreset {
  readonly name: string;
  readonly model: string;
  /** Null = not set. */
  readonly guidance: number | null;
}

/** What the images shim is set to, by its unit and the files that it names. */
export interface ShimSettings {
  readonly isPython: boolean;
  /** Null = a file of variables could not be read, so that the settings are not known. */
  readonly mode: string | null;
  readonly presets: readonly ShimPreset[];
  /** The variable holds no presets that can be read. */
  readonly hasBrokenPresets: boolean;
  readonly defaultModel: string | null;
  /** Every model that is named. */
  readonly modelNames: readonly string[];
  readonly lastImagePath: string | null;
  readonly templatePath: string | null;
  readonly template: GraphTemplate | null;
}

/** Null = the unit is not there, or could not be read. Never throws. */
export function readShimSettings(answers: Pick<HostAnswers, 'get'>): ShimSettings | null {
  const shim = readShim(answers);
  if (shim === null) return null;
  const { environment } = shim.service;
  const settingOf = (name: string): string | null => {
    const value = plainText(environment.get(name) ?? '').trim();
    return value === '' ? null : value;
  };
  const presets = readPresets(environment.get(PRESETS) ?? '');
  const defaultModel = settingOf('INVOKEAI_DEFAULT_MODEL');
  const isPreset = presets?.some(({ name }) => name.toLowerCase() === defaultModel?.toLowerCase()) === true;
  return {
    isPython: shim.isPython,
    mode: shim.mode,
    presets: presets ?? [],
    hasBrokenPresets: presets === null,
    defaultModel,
    modelNames: [...(presets ?? []).map(({ model }) => model), ...(defaultModel === null || isPreset ? [] : [defaultModel])],
    lastImagePath: settingOf('SHIM_SAVE_LAST_IMAGE_PATH'),
    templatePath: shim.isPython ? shim.templatePath : null,
    template: shim.isPython ? shim.template : null,
  };
}

/** The presets of SHIM_MODEL_PRESETS_JSON; null = it is no JSON object. A preset is an object, or the name of a model. */
export function readPresets(json: string): readonly ShimPreset[] | null {
  if (json.trim() === '') return [];
  if (json.length > MAX_PRESETS_CHARS) return null;
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isRecord(document)) return null;
  return Object.entries(document)
    .slice(0, MAX_PRESETS)
    .flatMap(([name, value]) => {
      const given: Fields = isRecord(value) ? value : { model: value };
      const model = textOf(given['model'] ?? given['upstream_model']);
      if (model === null) return [];
      return [{ name: plainText(name), model: plainText(model), guidance: numberOf(given['cfg_scale'] ?? given['guidance_scale']) }];
    });
}

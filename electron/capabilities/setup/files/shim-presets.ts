import { SCHEDULERS } from '../../../../shared/image-graphs/rules.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../../shared/record.ts';
import type { DroppedSetting } from './finding.ts';
import { SHIM_TEXT as TEXT } from './text.ts';

const MAX_PRESETS = 200;
const NAME = 'SHIM_MODEL_PRESETS_JSON';

/** Presets that our shim starts with. */
export interface CarriedPresets {
  /** One line of JSON; null = none is left. */
  readonly json: string | null;
  /** Presets and single settings of them, as `SHIM_MODEL_PRESETS_JSON.name` and `….name.steps`. */
  readonly dropped: readonly DroppedSetting[];
}

/**
 * Carries the presets of the earlier shim over: it ignored what it could not read, while ours does not start with it
 * (ada2/images-shim/config.ts). Never throws.
 */
export function carryPresets(json: string): CarriedPresets {
  const document = parsed(json);
  if (document === null) return { json: null, dropped: [{ key: NAME, reason: TEXT.badPresets }] };
  const dropped: DroppedSetting[] = [];
  const presets: Record<string, Fields> = {};
  for (const [name, value] of Object.entries(document).slice(0, MAX_PRESETS)) {
    const key = `${NAME}.${plainText(name, 80)}`;
    const given: Fields = isRecord(value) ? value : { model: value };
    const model = given['model'] ?? given['upstream_model'];
    if (typeof model !== 'string' || model.trim() === '') {
      dropped.push({ key, reason: TEXT.noModel });
      continue;
    }
    const kept: Record<string, unknown> = { model: model.trim() };
    for (const [field, setting] of Object.entries(given)) {
      if (field === 'model' || field === 'upstream_model' || setting === null) continue;
      const problem = problemOf(field, setting);
      if (problem === null) kept[field] = setting;
      else dropped.push({ key: `${key}.${plainText(field, 40)}`, reason: problem });
    }
    presets[name] = kept;
  }
  return { json: Object.keys(presets).length === 0 ? null : JSON.stringify(presets), dropped };
}

function parsed(json: string): Fields | null {
  try {
    const document: unknown = JSON.parse(json);
    return isRecord(document) ? document : null;
  } catch {
    return null;
  }
}

function problemOf(field: string, value: unknown): string | null {
  const isNumber = (least: number, most: number): boolean => typeof value === 'number' && value >= least && value <= most;
  switch (field) {
    case 'steps':
      return isNumber(1, 200) && Number.isInteger(value) ? null : TEXT.steps;
    case 'cfg_scale':
    case 'guidance_scale':
      return isNumber(0, 100) ? null : TEXT.guidance;
    case 'scheduler':
      return SCHEDULERS.some((known) => known === value) ? null : TEXT.scheduler;
    default:
      return TEXT.notRead;
  }
}

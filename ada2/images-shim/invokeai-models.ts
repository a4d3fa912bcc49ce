import { isImageBase, SCHEDULERS } from '../../shared/image-graphs/rules.ts';
import { isRecord } from '../../shared/record.ts';
import type { Advised, UsableModel } from './backend.ts';

type Entry = Readonly<Record<string, unknown>>;

/** The models of a reply of InvokeAI; what is no entry is left out. */
export function entriesOf(reply: unknown): readonly Entry[] {
  const models = isRecord(reply) ? reply['models'] : null;
  return Array.isArray(models) ? models.filter(isRecord) : [];
}

/** An entry as a model that makes images from words; none when it is no such. */
export function usableModel(entry: Entry): readonly UsableModel[] {
  const { key, hash, name, base, type, variant } = entry;
  if (typeof key !== 'string' || typeof name !== 'string' || !isImageBase(base) || type !== 'main') return [];
  // Inpainting and depth models need an image to begin with.
  if (typeof variant === 'string' && variant !== 'normal') return [];
  return [{ key, name, base, hash: typeof hash === 'string' ? hash : '', advised: advised(entry['default_settings']) }];
}

function advised(settings: unknown): Advised | null {
  if (!isRecord(settings)) return null;
  const positive = (name: string): number | null => {
    const value = settings[name];
    return typeof value === 'number' && value > 0 ? value : null;
  };
  const [width, height] = [positive('width'), positive('height')];
  const { scheduler } = settings;
  const hasSize = width !== null && height !== null && width % 8 === 0 && height % 8 === 0;
  return {
    width: hasSize ? width : null,
    height: hasSize ? height : null,
    steps: positive('steps'),
    guidance: positive('cfg_scale'),
    scheduler: typeof scheduler === 'string' && SCHEDULERS.includes(scheduler) ? scheduler : null,
  };
}

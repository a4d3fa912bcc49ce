import { IMAGE_LIMITS } from '../../../shared/capabilities/images/contract.ts';
import { sizeProblem } from '../../../shared/image-graphs/rules.ts';
import type { Draft } from '../../stores/images.ts';
import { FIELD_PROBLEMS } from './text.ts';

/** The problem of each field; the limits are those of the request's schema. */
export interface FormProblems {
  readonly prompt?: string;
  readonly negativePrompt?: string;
  readonly size?: string;
  readonly seed?: string;
  readonly model?: string;
}

/** The problems of a form. A null `maxPixels` means unknown; an empty prompt is no problem. */
export function formProblems(draft: Draft, maxPixels: number | null): FormProblems {
  const seed = draft.seed.trim();
  const isSeedValid = seed === '' || (/^\d{1,20}$/.test(seed) && Number(seed) <= IMAGE_LIMITS.maxSeed);
  const promptLength = draft.prompt.trim().length;
  const tooLarge = maxPixels !== null && draft.width * draft.height > maxPixels ? FIELD_PROBLEMS.tooManyPixels(maxPixels) : null;
  const size = tooLarge ?? sizeProblem(draft.width, draft.height);
  return {
    ...(promptLength > IMAGE_LIMITS.promptLength ? { prompt: FIELD_PROBLEMS.promptTooLong(promptLength) } : {}),
    ...(draft.negativePrompt.length > IMAGE_LIMITS.promptLength
      ? { negativePrompt: FIELD_PROBLEMS.promptTooLong(draft.negativePrompt.length) }
      : {}),
    ...(size === null ? {} : { size }),
    ...(isSeedValid ? {} : { seed: FIELD_PROBLEMS.seed }),
    ...(draft.model !== null && draft.model.length > IMAGE_LIMITS.modelLength ? { model: FIELD_PROBLEMS.modelTooLong } : {}),
  };
}

/** Whether the form can be sent. */
export function canSend(draft: Draft, problems: FormProblems): boolean {
  return draft.prompt.trim() !== '' && Object.keys(problems).length === 0;
}

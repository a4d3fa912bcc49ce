import type { ImportedParameters } from '../../../../shared/capabilities/gallery/contract.ts';
import type { RouteState } from '../../../../shared/capabilities/images/contract.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { describeSize, FACT_TEXT } from '../text.ts';

type Parameters = ImportedParameters['parameters'];

/** What an import would change in the form. */
export interface ImportPlan {
  readonly parameters: Parameters;
  /** The values that the form takes, as names and values, in the order of the form. */
  readonly values: readonly (readonly [name: string, value: string])[];
  /** The model of the image that no route of the host has; null = it has one, or none was named, or that is not known. */
  readonly missingModel: string | null;
  /** Which models the host has is not known: the name is taken as it is. */
  readonly isModelUnknown: boolean;
}

/** The models that the routes of a host report. */
export interface ModelsOnHost {
  readonly names: readonly string[];
  /** InvokeAI itself answered: a model that no route reports is missing. Else it is unknown. */
  readonly isComplete: boolean;
}

export function modelsOfRoutes(routes: readonly Pick<RouteState, 'route' | 'isReady' | 'models'>[]): ModelsOnHost {
  return {
    names: routes.flatMap(({ models }) => models.filter(({ isMissing }) => !isMissing).map(({ name }) => name)),
    isComplete: routes.some(({ route, isReady }) => route === 'backend' && isReady),
  };
}

const MAX_SHOWN_CHARS = 300;

/** Other programs name files where InvokeAI names models: `juggernautXL_v9.safetensors` is `Juggernaut XL v9`. */
const comparable = (name: string): string =>
  name
    .replace(/\.(safetensors|ckpt|pt|pth|bin|gguf|sft)$/i, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** The host's name of a model; null when it has none. `models` are the names that its routes report. */
export function modelOnHost(name: string, models: readonly string[]): string | null {
  if (models.includes(name)) return name;
  const wanted = comparable(name);
  return models.find((known) => comparable(known) === wanted) ?? null;
}

/** Compares what an image says with what the host has. */
export function planImport({ parameters }: ImportedParameters, models: ModelsOnHost): ImportPlan {
  const { model: wanted, ...rest } = parameters;
  const hostName = wanted === undefined || wanted === null ? null : modelOnHost(wanted, models.names);
  const isModelUnknown = hostName === null && wanted !== undefined && wanted !== null && !models.isComplete;
  const found = isModelUnknown ? wanted : hostName;
  const known = { ...rest, ...(found === null ? {} : { model: found }) };
  const { prompt, negativePrompt, width, height, steps, guidance, seed, scheduler } = rest;
  const values: readonly (readonly [name: string, value: string | number | null | undefined])[] = [
    [FACT_TEXT.prompt, prompt],
    [FACT_TEXT.negativePrompt, negativePrompt === '' ? '–' : negativePrompt],
    [FACT_TEXT.model, found],
    [FACT_TEXT.size, width === undefined || height === undefined ? undefined : describeSize(width, height)],
    [FACT_TEXT.steps, steps],
    [FACT_TEXT.guidance, guidance],
    [FACT_TEXT.seed, seed],
    [FACT_TEXT.scheduler, scheduler],
  ];
  return {
    parameters: known,
    values: values.flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, plainText(String(value), MAX_SHOWN_CHARS)] as const],
    ),
    missingModel: found === null && wanted !== undefined ? wanted : null,
    isModelUnknown,
  };
}

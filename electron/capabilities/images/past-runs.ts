import { z } from 'zod';
import type { ImageParameters } from '../../../shared/capabilities/images/contract.ts';

/** Durations of one kind of run that are remembered, the newest last. */
const MAX_SAMPLES = 5;
/** Kinds of runs that are remembered. */
const MAX_KINDS = 200;

/** Kind of run → ms an image, the newest last. */
const PastRuns = z.record(z.string().max(400), z.array(z.number().positive()).max(MAX_SAMPLES));
type PastRuns = z.infer<typeof PastRuns>;

/** How long runs took, by model, size and steps. */
export interface PastRunTimes {
  /** `imagesMs`: from the start at the GPU to the last image. */
  note(parameters: ImageParameters, imagesMs: number): void;
  /** ms of all its images by earlier runs of the same model, size and steps, else scaled from other steps; null = there were none. */
  estimateMs(parameters: ImageParameters): number | null;
}

const familyOf = ({ model, width, height }: ImageParameters): string => `${width}x${height} ${model ?? ''}`;
const keyOf = (parameters: ImageParameters): string => `${parameters.steps} ${familyOf(parameters)}`;

/** Recalls and remembers a document of any version. */
export function createPastRunTimes(o: { readonly recall: () => unknown; readonly remember: (past: unknown) => void }): PastRunTimes {
  let past: PastRuns = PastRuns.catch({}).parse(o.recall());
  return {
    note: (parameters, imagesMs) => {
      if (!(imagesMs > 0)) return;
      const key = keyOf(parameters);
      const { [key]: before = [], ...others } = past;
      // The kind that was used last stands last, so that the oldest is forgotten.
      past = Object.fromEntries([
        ...Object.entries(others).slice(-(MAX_KINDS - 1)),
        [key, [...before, imagesMs / parameters.count].slice(-MAX_SAMPLES)],
      ]);
      o.remember(past);
    },
    estimateMs: (parameters) => {
      const imageMs = medianOf(past[keyOf(parameters)] ?? []) ?? scaledMs(past, parameters);
      return imageMs === null ? null : Math.round(imageMs * parameters.count);
    },
  };
}

/** From the run of the same model and size with the nearest number of steps. */
function scaledMs(past: PastRuns, parameters: ImageParameters): number | null {
  const family = familyOf(parameters);
  const [nearest] = Object.entries(past)
    .flatMap(([key, samples]) => {
      const steps = Number(key.slice(0, key.indexOf(' ')));
      return key.slice(key.indexOf(' ') + 1) === family && steps > 0 ? [{ steps, imageMs: medianOf(samples) ?? 0 }] : [];
    })
    .sort((a, b) => Math.abs(a.steps - parameters.steps) - Math.abs(b.steps - parameters.steps));
  return nearest === undefined ? null : (nearest.imageMs / nearest.steps) * parameters.steps;
}

function medianOf(samples: readonly number[]): number | null {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? null;
}

import { IMAGE_LIMITS, type ImageParameters } from '../capabilities/images/request.ts';
import { SWEEP_LIMITS, type Sweep, type SweepAxis, type SweepParameter } from '../capabilities/images/sweep.ts';
import { sizeProblem } from './rules.ts';

/** The parameters of every cell, row by row, or why there are none, each reason naming its value. */
export type SweepCells =
  | { readonly cells: readonly ImageParameters[]; readonly problems?: never }
  | { readonly cells?: never; readonly problems: readonly string[] };

/** Applies every pair of values to `base`. Each cell is one image; `base.seed` should be set, so that only the axes differ. */
export function cellsOf(base: ImageParameters, { x, y }: Sweep): SweepCells {
  const problems = new Set<string>();
  if (y !== null && y.parameter === x.parameter) problems.add('Both axes vary the same parameter.');
  const count = x.values.length * (y?.values.length ?? 1);
  if (count > SWEEP_LIMITS.maxCells) problems.add(`${count} images are more than ${SWEEP_LIMITS.maxCells}.`);
  if (problems.size > 0) return { problems: [...problems] };
  const cells: ImageParameters[] = [];
  for (const row of y === null ? [null] : y.values) {
    for (const column of x.values) {
      const ofRow = y === null || row === null ? base : changed(base, y, row);
      const cell = typeof ofRow === 'string' ? ofRow : changed(ofRow, x, column);
      if (typeof cell === 'string') problems.add(cell);
      else cells.push({ ...cell, count: 1 });
    }
  }
  return problems.size > 0 ? { problems: [...problems] } : { cells };
}

/** The parameters with one value of an axis, or what is wrong with the value. */
function changed(base: ImageParameters, axis: SweepAxis, value: string): ImageParameters | string {
  const next = withValue(base, axis, value);
  if (next === null) return `“${value}” does not fit ${axis.parameter === 'words' ? 'the prompt' : axis.parameter}.`;
  return isInRange(next) ? next : `“${value}” is out of range for ${axis.parameter}.`;
}

function isInRange({ steps, guidance, seed, width, height, model, scheduler }: ImageParameters): boolean {
  const { maxSteps, minGuidance, maxGuidance, maxSeed, modelLength, schedulerLength } = IMAGE_LIMITS;
  return (
    steps >= 1 &&
    steps <= maxSteps &&
    guidance >= minGuidance &&
    guidance <= maxGuidance &&
    (seed ?? 0) <= maxSeed &&
    sizeProblem(width, height) === null &&
    (model ?? '').length <= modelLength &&
    (scheduler ?? '').length <= schedulerLength
  );
}

function withValue(base: ImageParameters, { parameter, values }: SweepAxis, value: string): ImageParameters | null {
  switch (parameter) {
    case 'steps':
    case 'seed':
      return /^\d{1,10}$/.test(value) ? { ...base, [parameter]: Number(value) } : null;
    case 'guidance':
      return /^\d{1,3}(\.\d{1,3})?$/.test(value) ? { ...base, guidance: Number(value) } : null;
    case 'size': {
      const [, width, height] = /^(\d{1,5}) ?[x×] ?(\d{1,5})$/.exec(value) ?? [];
      return width === undefined || height === undefined ? null : { ...base, width: Number(width), height: Number(height) };
    }
    case 'model':
    case 'scheduler':
      return { ...base, [parameter]: value };
    case 'words': {
      const [wanted = ''] = values;
      const prompt = base.prompt.split(wanted).join(value);
      if (!base.prompt.includes(wanted)) return null;
      return prompt.length > IMAGE_LIMITS.promptLength ? null : { ...base, prompt };
    }
  }
}

/** Parses what was typed for an axis: a list by commas, and for numbers ranges such as `10-30:5` (from, to, step). At most 20 values. */
export function valuesFrom(parameter: SweepParameter, typed: string): readonly string[] {
  const isNumber = parameter === 'steps' || parameter === 'guidance' || parameter === 'seed';
  const values: string[] = [];
  for (const part of typed.slice(0, SWEEP_LIMITS.maxValues * SWEEP_LIMITS.valueLength).split(/[,\n]/)) {
    const value = part.trim();
    if (value === '') continue;
    const range = isNumber ? rangeOf(value) : null;
    for (const one of range ?? [value]) {
      if (!values.includes(one)) values.push(one);
      // One more than allowed shows that there are too many.
      if (values.length > SWEEP_LIMITS.maxValues) return values;
    }
  }
  return values;
}

/** `10-30:5` → 10, 15, 20, 25, 30; without a step by 1. Null where it is no range. */
function rangeOf(value: string): readonly string[] | null {
  const found = /^(\d{1,10}(?:\.\d{1,3})?) ?(?:-|–|\.\.) ?(\d{1,10}(?:\.\d{1,3})?)(?: ?: ?(\d{1,10}(?:\.\d{1,3})?))?$/.exec(value);
  if (found === null) return null;
  const [from, to, step] = [Number(found[1]), Number(found[2]), found[3] === undefined ? 1 : Number(found[3])];
  if (step <= 0 || to < from) return null;
  const count = Math.min(SWEEP_LIMITS.maxValues + 1, Math.floor((to - from) / step + 1e-9) + 1);
  return Array.from({ length: count }, (_, index) => String(Number((from + index * step).toFixed(3))));
}

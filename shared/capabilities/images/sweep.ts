import { z } from 'zod';

/** What a sweep can vary; `words` replaces the first value, which the prompt holds, by the others. */
export const SWEEP_PARAMETERS = ['steps', 'guidance', 'seed', 'size', 'model', 'scheduler', 'words'] as const;
export const SweepParameter = z.enum(SWEEP_PARAMETERS);
export type SweepParameter = z.infer<typeof SweepParameter>;

export const SWEEP_LIMITS = { maxValues: 20, maxCells: 100, valueLength: 300 } as const;

/** One axis: a parameter and its values as typed, such as `20`, `512x768` or a model's name. */
export const SweepAxis = z
  .object({
    parameter: SweepParameter,
    values: z.array(z.string().trim().min(1).max(SWEEP_LIMITS.valueLength)).min(1).max(SWEEP_LIMITS.maxValues),
  })
  .readonly();
export type SweepAxis = z.infer<typeof SweepAxis>;

/** Columns by `x`, rows by `y`; without `y` there is one row. */
export const Sweep = z.object({ x: SweepAxis, y: SweepAxis.nullable() }).readonly();
export type Sweep = z.infer<typeof Sweep>;

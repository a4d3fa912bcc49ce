import { SWEEP_LIMITS, type Sweep, type SweepAxis, type SweepParameter } from '../../../../shared/capabilities/images/contract.ts';
import { valuesFrom } from '../../../../shared/image-graphs/sweep-cells.ts';
import { createPageState } from '../../../stores/page-state.ts';
import { describeTooManyValues } from './text.ts';

/** One axis as it is typed: names of models and schedulers are picked from lists, since they can contain commas. */
export interface AxisForm {
  readonly parameter: SweepParameter;
  readonly typed: string;
  readonly picked: readonly string[];
}

export interface SweepForm {
  readonly x: AxisForm;
  /** Null = one row. */
  readonly y: AxisForm | null;
}

export const isPicked = (parameter: SweepParameter): boolean => parameter === 'model' || parameter === 'scheduler';

export const axisOf = (parameter: SweepParameter): AxisForm => ({ parameter, typed: '', picked: [] });

export const useSweepForm = createPageState<SweepForm>({
  x: { parameter: 'steps', typed: '10, 20, 30', picked: [] },
  y: { parameter: 'guidance', typed: '4, 7', picked: [] },
});

/** Whether the dialog is open. */
export const useSweepOpen = createPageState(false);

/** The sweep of a form; null while an axis has no values. */
export function sweepOf({ x, y }: SweepForm): Sweep | null {
  const columns = toAxis(x);
  const rows = y === null ? null : toAxis(y);
  if (columns.values.length === 0 || rows?.values.length === 0) return null;
  return { x: columns, y: rows };
}

function toAxis({ parameter, typed, picked }: AxisForm): SweepAxis {
  return { parameter, values: isPicked(parameter) ? [...picked] : [...valuesFrom(parameter, typed)] };
}

/** More values than an axis takes; null = no more than that. */
export function tooManyValues({ x, y }: Sweep): string | null {
  const { maxValues } = SWEEP_LIMITS;
  const most = Math.max(x.values.length, y?.values.length ?? 0);
  return most > maxValues ? describeTooManyValues(maxValues) : null;
}

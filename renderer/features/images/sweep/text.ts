import type { SweepParameter } from '../../../../shared/capabilities/images/contract.ts';
import { formatDuration } from '../../../../shared/format.ts';
import { PARAMETER_TEXT } from '../runs/text.ts';

/** Strings of the sweep and its sheet. */
export const SWEEP_TEXT = {
  open: 'Sweep…',
  title: 'Sweep two parameters',
  intro: 'One image for each pair of values, with the other parameters of the form and one seed.',
  columns: 'Columns',
  rows: 'Rows',
  columnValues: 'Column values',
  rowValues: 'Row values',
  none: 'None (one row)',
  start: 'Start sweep',
  cancel: 'Cancel',
  estimating: 'Estimating time',
  noValues: 'Enter at least one value for each axis.',
  noPrompt: 'Enter a prompt first.',

  compareAll: 'Compare all',
  selectHint: 'Select up to 9 images to compare.',
  save: 'Save sheet as…',
  retry: 'Retry',
  waiting: 'Waiting',
  failed: 'Failed',
  cancelled: 'Cancelled',
  removed: 'Removed',
  deleted: 'Image deleted',
  fileMissing: 'File missing',
  unfinished: 'Not finished: empty cells are labelled on the sheet.',
  partial: 'Empty cells are labelled on the sheet.',
} as const;

/** An example for the values of each parameter. */
export const VALUES_EXAMPLE: Readonly<Record<SweepParameter, string>> = {
  steps: '10-30:10',
  guidance: '4, 6, 8',
  seed: '1, 2, 3',
  size: '512x512, 768x512',
  model: '',
  scheduler: '',
  words: 'red, green, blue',
};
export const VALUES_HINT: Readonly<Record<SweepParameter, string>> = {
  steps: 'A list, or from-to:step',
  guidance: 'A list, or from-to:step',
  seed: 'A list, or from-to',
  size: 'Width x height, separated by commas',
  model: 'Select at least one',
  scheduler: 'Select at least one',
  words: 'First value must occur in the prompt; others replace it',
};

export const describeImages = (columns: number, rows: number): string =>
  columns * rows === 1 ? '1 image' : `${columns * rows} images${rows > 1 ? ` (${columns} × ${rows})` : ''}`;
/** By earlier runs; `unknown` images have no earlier run like them. */
export function describeEstimate({
  knownMs,
  unknown,
  total,
}: {
  readonly knownMs: number;
  readonly unknown: number;
  readonly total: number;
}): string {
  if (unknown === total) return 'time unknown: no earlier run with this model and size';
  const known = `about ${formatDuration(Math.max(1000, knownMs))}`;
  return unknown === 0 ? known : `more than ${known}: unknown for ${unknown} of ${total}`;
}
export const describeNoEstimate = (why: string): string => `time unknown: ${why}`;
export const describeTooManyValues = (max: number): string => `An axis takes at most ${max} values.`;
export const describeAxis = (parameter: SweepParameter): string => PARAMETER_TEXT[parameter];
export const describeSheet = (done: number, total: number): string => `${done} of ${total} images`;
export const describeSaved = (path: string): string => `Sheet saved to ${path}`;

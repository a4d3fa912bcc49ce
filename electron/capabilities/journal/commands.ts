import { JOURNAL_FIELDS } from '../../../shared/host-scripts/journal.ts';

/** Units and the highest priority number (0..7) to read. */
export interface Selection {
  readonly units: readonly string[];
  readonly maxPriority?: number | undefined;
}

/** journalctl's argv for a selection (journalctl(1)); `more` are further arguments. */
export function journalArgv(selection: Selection, ...more: readonly string[]): readonly string[] {
  return [
    'journalctl',
    '-o',
    'json',
    '--no-pager',
    `--output-fields=${JOURNAL_FIELDS}`,
    ...selection.units.flatMap((unit) => ['-u', unit]),
    ...(selection.maxPriority === undefined ? [] : ['-p', String(selection.maxPriority)]),
    ...more,
  ];
}

/** A time in the form that journalctl accepts, to the microsecond. */
export const atSeconds = (ms: number): string => `@${(Math.max(0, ms) / 1000).toFixed(6)}`;

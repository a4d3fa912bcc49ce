import type { CheckRun, CheckRunSummary } from '../../../shared/capabilities/checks/contract.ts';
import { formatDuration, formatRecentTime } from '../../../shared/format.ts';
import { count, describeVerdicts, type Word } from './text.ts';

/** `34 of 80 checks`. */
export const describeProgress = ({ done, ids }: Pick<CheckRun, 'done' | 'ids'>): string =>
  `${done.length} of ${count(ids.length, 'check')}`;

/** The titles of what runs now, the first two by name. */
export function describeRunning(titles: readonly string[]): string {
  if (titles.length === 0) return '';
  const shown = titles.slice(0, 2).join(', ');
  return titles.length > 2 ? `Now: ${shown} and ${titles.length - 2} more` : `Now: ${shown}`;
}

const STARTED_BY: Readonly<Record<CheckRunSummary['by'], string>> = {
  operator: 'by hand',
  schedule: 'on schedule',
  'command-line': 'from the command line',
};
export const describeStartedBy = (by: CheckRunSummary['by']): string => STARTED_BY[by];

/** How many checks a run of the history ended. */
const checksOf = ({ counts }: Pick<CheckRunSummary, 'counts'>): number => Object.values(counts).reduce((sum, n) => sum + n, 0);

/** `82 checks in 3 s`. */
const describeRunLength = (run: Pick<CheckRunSummary, 'counts' | 'elapsedMs'>): string =>
  `${count(checksOf(run), 'check')} in ${formatDuration(run.elapsedMs)}`;

export const describeLastRun = (run: CheckRunSummary, nowMs: number): string =>
  `Last run ${formatRecentTime(run.startedAt, nowMs)} ${describeStartedBy(run.by)}: ${describeRunLength(run)}${run.isComplete ? '' : ', not complete'}`;

export const describeNext = (nextAt: number, nowMs: number): string =>
  nextAt <= nowMs ? 'Next run within a minute' : `Next run at ${formatRecentTime(nextAt, nowMs)}`;

export const describeSchedule = (schedule: { readonly everyHours: number } | null): string =>
  `Schedule: ${schedule === null ? 'off' : describeEvery(schedule.everyHours).toLowerCase()}`;
const describeEvery = (hours: number): string => (hours === 1 ? 'Every hour' : `Every ${hours} h`);
export const describeScheduleSaved = (hours: number): string => `Checks run ${describeEvery(hours).toLowerCase()}`;

/** What a run costs besides reading; shown before it starts. */
export const describeReads = (checks: number): string => `${count(checks, 'check')} only ${checks === 1 ? 'reads' : 'read'}.`;
export const describeImages = (images: number, host: string): string =>
  images === 1 ? `1 check makes an image on ${host}` : `${images} checks make images on ${host}, one after the other`;
export const describeLoad = (tests: number): string =>
  `${tests === 1 ? 'Overload test' : `${tests} overload tests`}: fills every slot of the gateway for some seconds; other users get 429`;
export const describeRunCount = (checks: number): string => `Run ${count(checks, 'check')}`;
export const describeTookMs = (elapsedMs: number): string => `took ${formatDuration(elapsedMs)}`;

/** A run of the history in one sentence. */
export const describeRunVerdict = ({ counts, isComplete }: Pick<CheckRunSummary, 'counts' | 'isComplete'>): Word =>
  describeVerdicts({ ...counts, notRun: 0 }, isComplete);

import { beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import type { SeriesRequest } from '../../../shared/capabilities/history/contract.ts';
import { beginPercents, finishPercents } from './percents.ts';
import type { SeriesColumns } from './stored-series.ts';

/** All metrics of the first subject, then of the next. */
export function joinedColumns(subjects: readonly string[], read: (subject: string) => SeriesColumns): SeriesColumns {
  const answers = subjects.map(read);
  return { columns: answers.flatMap(({ columns }) => columns), percentiles: answers.flatMap(({ percentiles }) => percentiles) };
}

/** The columns of a subject without readings. */
export const emptyColumns = ({ fromMs, toMs, buckets, metrics, percentiles }: SeriesRequest): SeriesColumns => ({
  columns: metrics.map(() => finishBuckets(beginBuckets(fromMs, toMs, buckets))),
  percentiles: (percentiles ?? []).map(() => finishPercents(beginPercents(fromMs, toMs, buckets))),
});

import { formatClockShort, formatCount, formatDateTime } from '../../../shared/format.ts';

/** Strings of charts with history. */
export const TEXT = {
  exportCsv: 'Export CSV',
  exportTip: 'Export all samples of the range shown',
  timeRange: 'Time range',
  overview: 'Last 48 h',
  customRange: 'Custom range',
  from: 'From',
  to: 'To',
  fromPlaceholder: 'yesterday 14:00',
  timeExamples: 'Examples: 14:02, yesterday 14:02, 2026-11-22 14:02, 3 h ago, now',
  showRange: 'Show',
  endBeforeStart: 'End is before start',
  tooShort: 'Show at least 30 s',
  inFuture: 'Start is in the future',
  backToLive: 'Back to live',
  zoomHint: 'click for logs · drag to zoom · shift-drag to move',
  showLogs: 'Show logs at this time',
  showGpu: 'Show GPU at this time',
} as const;

export const describeTooOld = (keepDays: number): string => `History is kept for ${keepDays === 1 ? '1 day' : `${keepDays} days`}`;
export const describeExport = (of: string | undefined): string => (of === undefined ? TEXT.exportCsv : `Export ${of} (CSV)`);
export const describeExported = (rows: number, file: string): string =>
  `Exported ${rows === 1 ? '1 sample' : `${formatCount(rows)} samples`} to ${file}`;
export const describeMoment = (atMs: number): string => `Moment ${formatDateTime(atMs)}`;
export const describeSpan = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string => {
  const isOneDay = new Date(fromMs).toDateString() === new Date(toMs).toDateString();
  return `${formatDateTime(fromMs)} to ${isOneDay ? formatClockShort(toMs) : formatDateTime(toMs)}`;
};

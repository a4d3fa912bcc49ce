import { formatCount, formatDateTime } from '../../../shared/format.ts';

/** Strings of charts with history. */
export const TEXT = {
  exportCsv: 'Export CSV',
  exportTip: 'Export all samples of the range shown',
  timeRange: 'Time range',
  backToLive: 'Back to live',
  zoomHint: 'click for logs · drag to zoom · shift-drag to move',
  showLogs: 'Show logs of this moment',
  showGpu: 'Show GPU at this moment',
} as const;

export const describeExport = (of: string | undefined): string => (of === undefined ? TEXT.exportCsv : `Export ${of} (CSV)`);
export const describeExported = (rows: number, file: string): string =>
  `Exported ${rows === 1 ? '1 sample' : `${formatCount(rows)} samples`} to ${file}`;
export const describeMoment = (atMs: number): string => `Moment ${formatDateTime(atMs)}`;

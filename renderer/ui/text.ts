import { formatClock, formatClockShort, formatRecentTime } from '../../shared/format.ts';

/** Strings of the parts that all pages use. */
export const TEXT = {
  loading: 'Loading',
  foldLines: 'Show fewer lines',
  columns: 'Columns',
  resetTable: 'Reset columns and order',
  zoomToSeparate: 'Zoom in to separate them',
  percentileBand: 'band: 10th to 90th percentile',
  brushHint: 'Drag to move, or use the arrow keys; Shift moves by a whole window',
  chartEvents: 'Events over time',
  chartGap: 'no data',
  chartKeys:
    'Arrow keys move the crosshair, Shift with arrow keys moves the time range, plus and minus zoom, Enter offers the logs of the moment, Escape resets.',
} as const;

export const describeAllLines = (count: number): string => `Show all ${count} lines`;
export const describeColumnsOf = (table: string): string => `Columns of ${table}`;
export const describeStaleTable = (table: string): string => `${table}, as last read`;
export const describeScrolling = (table: string): string => `${table}, scrollable`;
export const BRUSH_WORDS = { start: 'Start of the time range', window: 'Time range', end: 'End of the time range' } as const;
export const describeEventsAt = (moment: string): string => `Events from ${moment}`;
export const describeMore = (count: number): string => `and ${count} more`;

/** The text of one line of a chart, for screen readers; null = it has no reading. */
export const describeChartLine = (
  label: string,
  values: { readonly last: string; readonly least: string; readonly most: string; readonly kind: 'range' | 'percentiles' } | null,
): string => {
  if (values === null) return `${label}: no readings.`;
  const { last, least, most, kind } = values;
  const band = kind === 'range' ? `minimum ${least}, maximum ${most}` : `10th to 90th percentile from ${least} to ${most}`;
  return `${label}: latest ${last}, ${band}.`;
};
/** `6 times, last 13:03`, once `13:03`; the date where it is not the day of `nowMs`. */
export const describeTimes = (count: number, lastAt: number, nowMs: number): string =>
  count === 1 ? formatRecentTime(lastAt, nowMs) : `${count} times, last ${formatRecentTime(lastAt, nowMs)}`;
/** `as of 13:03:12`, with the date where it is not the day of `nowMs`. */
export const describeAsOf = (atMs: number, nowMs: number): string => {
  const recent = formatRecentTime(atMs, nowMs);
  return `as of ${recent === formatClockShort(atMs) ? formatClock(atMs) : recent}`;
};
export const describeGaps = (count: number): string => `${count} ${count === 1 ? 'gap' : 'gaps'} without readings.`;

/** The name of the menu of a row or another thing. */
export const describeActionsFor = (name: string): string => `Actions for ${name}`;

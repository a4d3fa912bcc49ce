/** Strings of the parts that all pages use. */
export const TEXT = {
  loading: 'Loading',
  foldLines: 'Show fewer lines',
  columns: 'Columns',
  resetTable: 'Reset columns and order',
  copySelection: 'Copy selection',
  chartGap: 'no data',
  chartKeys:
    'Arrow keys move the crosshair, Shift with arrow keys moves the time range, plus and minus zoom, Enter offers the logs of the moment, Escape resets.',
} as const;

export const describeAllLines = (count: number): string => `Show all ${count} lines`;
export const describeColumnsOf = (table: string): string => `Columns of ${table}`;
export const describeStaleTable = (table: string): string => `${table}, as last read`;
export const describeScrolling = (table: string): string => `${table}, scrollable`;
export const describeMore = (count: number): string => `and ${count} more`;

/** The text of one line of a chart, for screen readers; null = it has no reading. */
export const describeChartLine = (
  label: string,
  values: { readonly last: string; readonly least: string; readonly most: string } | null,
): string =>
  values === null ? `${label}: no readings.` : `${label}: latest ${values.last}, minimum ${values.least}, maximum ${values.most}.`;
export const describeGaps = (count: number): string => `${count} ${count === 1 ? 'gap' : 'gaps'} without readings.`;

/** The name of the menu of a row. */
export const describeRowMenu = (row: string): string => `Actions for ${row}`;

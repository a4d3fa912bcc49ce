import type { ReportFormat } from '../../../shared/capabilities/report/contract.ts';
import { formatDateTime, formatDuration } from '../../../shared/format.ts';

/** Strings of the report dialog. */
export const TEXT = {
  open: 'Report…',
  command: 'Make report…',
  title: 'Report',
  span: 'Span',
  from: 'From',
  to: 'To',
  monitoring: 'Monitoring',
  monitoringAbout: 'Availability, images, GPU, incidents and restarts in the span',
  configuration: 'Configuration as deployed',
  configurationAbout: 'Versions, units, ports and files as they are now; secrets are removed',
  format: 'Format',
  make: 'Make report',
  makeAgain: 'Make again',
  save: 'Save…',
  close: 'Close',
  preview: 'Preview',
  noPreview: 'The report appears here before it is saved.',
  noParts: 'Select a part.',
  badSpan: 'Use a span of 1 hour to 31 days that begins in the past.',
} as const;

export const FORMATS: readonly { readonly value: ReportFormat; readonly label: string }[] = [
  { value: 'html', label: 'HTML' },
  { value: 'markdown', label: 'Markdown' },
  { value: 'pdf', label: 'PDF' },
];

export const describeMade = (takenAt: number, elapsedMs: number): string =>
  `Made ${formatDateTime(takenAt)} in ${formatDuration(elapsedMs)}. HTML and PDF also have charts.`;

export const describeSaved = (path: string): string => `Report saved to ${path}`;

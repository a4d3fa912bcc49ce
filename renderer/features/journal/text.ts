import type { JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import type { FilterField, LogFilter } from '../../stores/journal/filters.ts';
import type { Histogram } from '../../stores/journal/histogram.ts';
import type { Level } from '../../stores/journal/log-view.ts';
import type { Tone } from '../../ui/tone.tsx';
import { stampOf } from './log-text.ts';

const number = (value: number): string => value.toLocaleString('en');
const lines = (count: number): string => (count === 1 ? '1 line' : `${number(count)} lines`);

/** Strings of the logs. */
export const TEXT = {
  title: 'Logs',
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Retry',
  logLines: 'Log lines',
  noneSelected: 'No services selected',
  noneSelectedBody:
    'Log lines of the selected services appear here live, in one list. Select services above, or open the logs from Services.',
  followMine: 'Follow my services',
  noMatch: 'No matching lines',
  noMatchBody: 'Remove a filter, choose “All levels”, or turn off “Only matching lines”.',
  noLines: 'No log lines yet',
  noLinesBody: 'New lines appear here automatically. “Load older” loads earlier lines.',
  selectServices: 'Select services',
  searchServices: 'Search services',
  searchServicesPlaceholder: 'Search all services of this host',
  allPinned: 'All pinned',
  none: 'None',
  noServiceFound: 'No matching services',
  levelLabel: 'Level',
  levelTip: 'The level in the text of a line, or the journal’s priority, whichever is higher.',
  filters: 'Filters',
  clearFilters: 'Clear filters',
  raw: 'Show raw lines',
  histogram: 'Lines over time',
  histogramTip: 'Click to jump to a time, drag to narrow to it',
  zoomOut: 'Zoom out',
  fields: 'Fields of the line',
  showFields: 'Show fields',
  closeFields: 'Close fields',
  loadingFields: 'Loading all fields…',
  entryGone: 'The journal no longer contains this line.',
  allFields: 'All journal fields',
  copyAllFields: 'Copy as JSON',
  ownTime: 'Time in the text',
  copyMessage: 'Copy message',
  copyContext: 'Copy with 5 lines before and after',
  showOnGpu: 'Show GPU at this time',
  lineMenu: 'Line actions',
  unfoldAll: 'Unfold all tracebacks',
  foldAll: 'Fold all tracebacks',
  unfold: 'Unfold traceback',
  fold: 'Fold traceback',
  wrap: 'Wrap long lines',
  copy: 'Copy',
  copyLine: 'Copy line',
  copyLines: 'Copy lines',
  selectedText: 'Selected text',
  visibleLines: 'Visible lines',
  allLines: 'All lines in this view',
  selectionCopied: 'Copied selection',
  nothingSelected: 'No text selected',
  copyFailed: 'Could not copy to the clipboard',
  export: 'Export',
  exporting: 'Exporting…',
  loadedRange: 'Loaded range',
  entireJournal: 'Entire journal',
  asText: 'Text',
  asJson: 'JSON lines',
  hostClock: 'host clock',
  bufferFull: 'Paused: buffer full. New lines load when you resume.',
  startOfJournal: 'start of journal',
  useTime: 'use Time for older lines',
  loadOlder: 'Load older',
  search: 'Search in the log',
  searchPlaceholder: 'Search (/)',
  patternPlaceholder: 'Search by pattern (/)',
  clearSearch: 'Clear search',
  pattern: 'Pattern (regular expression)',
  matchCase: 'Match case',
  onlyMatches: 'Only matching lines',
  previousMatch: 'Previous match',
  nextMatch: 'Next match',
  noMatches: 'No matches',
  oneMatch: '1 match',
  time: 'Time',
  jumpTo: 'Jump to',
  range: 'Range',
  from: 'From',
  to: 'To',
  dateAndTime: 'Date and time',
  timePlaceholder: '14:02, yesterday 14:02, 10 min ago',
  timeExamples: 'Examples: 14:02, yesterday 14:02, 2026-11-22 14:02, 10 min ago.',
  endBeforeStart: 'End is before start',
  timeZone: 'In the time zone of this computer',
  jump: 'Jump',
  show: 'Show',
} as const;

export const LEVELS: readonly { readonly value: Level; readonly label: string }[] = [
  { value: 'all', label: 'All levels' },
  { value: 'info', label: 'Info and above' },
  { value: 'warning', label: 'Warnings and above' },
  { value: 'error', label: 'Errors only' },
];

export const FIELD_LABELS: Readonly<Record<FilterField, string>> = {
  unit: 'Service',
  level: 'Level',
  logger: 'Logger',
  identifier: 'Program',
  pid: 'PID',
  boot: 'Boot',
  text: 'Text',
  like: 'Message',
};

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);
const filterValue = ({ field, value }: LogFilter): string => (field === 'unit' ? shortUnitName(value) : value.replaceAll('\n', ' '));

/** "Service: nginx", "not Logger: uvicorn.error". */
export const describeFilter = (filter: LogFilter): string =>
  `${filter.isOut ? 'not ' : ''}${FIELD_LABELS[filter.field]}: ${shortened(filterValue(filter), 60)}`;
export const describeRemoveFilter = (filter: LogFilter): string => `Remove filter ${describeFilter(filter)}`;

/** "Only service nginx", "Hide lines like “Loaded model #”". */
export function describeFilterAction(filter: LogFilter): string {
  const verb = filter.isOut ? 'Hide' : 'Only';
  const value = shortened(filterValue(filter).trim(), 36);
  if (filter.field === 'like') return `${verb} lines like “${value}”`;
  if (filter.field === 'text') return `${verb} lines with “${value}”`;
  if (filter.field === 'pid') return `${verb} PID ${value}`;
  return `${verb} ${FIELD_LABELS[filter.field].toLowerCase()} ${value}`;
}

/** "error (journal priority 6)". */
export const describeLevel = (level: string, priority: number | null): string =>
  priority === null ? level : `${level} (journal priority ${priority})`;
export const describeCopyField = (label: string): string => `Copy ${label}`;

/** The tooltip of a line's time. */
export const describeTime = (stamp: string, ownTime: string | null): string =>
  `${stamp} (${TEXT.hostClock})${ownTime === null ? '' : `, in the text: ${ownTime}`}`;

/** "nginx", "5 services". */
export function describeSelection(units: readonly string[]): string {
  const [first = ''] = units;
  return units.length === 0 ? TEXT.selectServices : units.length === 1 ? shortUnitName(first) : `${units.length} services`;
}

/** The state of the page: the followed services, and whether the stream is live. */
export function describeStream(o: {
  readonly stream: JournalStreamState | null;
  readonly units: readonly string[];
  readonly isOnline: boolean;
  readonly isFollowing: boolean;
  readonly isPast: boolean;
}): { readonly tone: Tone; readonly word: string } {
  const what = describeSelection(o.units);
  if (!o.isOnline) return { tone: 'stale', word: `Not connected · last known lines of ${what}` };
  switch (o.stream?.kind) {
    case undefined:
    case 'opening':
      return { tone: 'busy', word: `Opening · ${what}` };
    case 'waiting':
      return { tone: 'stale', word: o.stream.message };
    case 'failed':
      return { tone: 'bad', word: `Failed · ${what}` };
    case 'following':
      if (o.isFollowing) return { tone: 'good', word: `Live · ${what}` };
      return { tone: 'warning', word: `${o.isPast ? 'History' : 'Paused'} · ${what}` };
  }
}

/** Only a part of the journal is readable. */
export const LIMITED_JOURNAL = {
  code: 'journal-limited',
  layer: 'journal',
  message: 'Your user may read only its own journal; lines of other services are missing.',
  hint: 'Add the user to the group "adm" or "systemd-journal" on the host, then reconnect.',
  retryable: false,
} as const;

export const describeChosen = (count: number, most: number): string => `${count} of at most ${most}`;
export const describeOthers = (count: number): string => `Search for one of the other ${count} services.`;
export const describeLive = (fresh: number): string =>
  fresh > 0 ? `${number(fresh)} new ${fresh === 1 ? 'line' : 'lines'} · Jump to live` : 'Jump to live';
export const describeCopied = (count: number): string => `Copied ${lines(count)}`;
export const describeExported = (count: number, file: string): string => `Exported ${lines(count)} to ${file}`;
export const describeCut = (hidden: number): string => `… ${number(hidden)} more characters (copy the line for all)`;
export const describeFolded = (count: number): string => `+ ${lines(count)}`;
export const describeStart = (stamp: string): string => `since ${stamp}`;
export const describeDropped = (dropped: number): string => `${number(dropped)} older lines dropped`;
export const describeCapacity = (rows: number): string => `Memory holds the newest ${lines(rows)}.`;
export const describeCount = (shown: number, all: number): string =>
  shown === all ? `${number(all)} lines` : `${number(shown)} of ${number(all)} lines`;
export const describeRate = (perSecond: number): string =>
  ` · ${perSecond >= 10 ? number(Math.round(perSecond)) : perSecond.toFixed(1)} lines/s`;
export const describeSoFar = (count: number): string => `${number(count)} so far`;
export const describeMatches = (count: number): string => `${number(count)} matches`;
/** `position` counts from 0. */
export const describePlace = (position: number, count: number): string => `${number(position + 1)} of ${number(count)}`;

/** "2026-11-22 14:02:31". */
export const describeBinStart = (atMs: number): string => stampOf(atMs).slice(0, 19);

interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly other: number;
}

function describeCounts(bins: readonly Counts[]): string {
  const sum = (of: (bin: Counts) => number) => bins.reduce((total, bin) => total + of(bin), 0);
  const [errors, warnings] = [sum(({ error }) => error), sum(({ warning }) => warning)];
  const all = errors + warnings + sum(({ other }) => other);
  return `${lines(all)}, ${number(errors)} ${errors === 1 ? 'error' : 'errors'}, ${number(warnings)} ${warnings === 1 ? 'warning' : 'warnings'}`;
}

/** "14:02:10 to 14:02:20: 12 lines, 2 errors, 1 warning"; both bins are included. */
export function describeBinRange({ fromMs, binMs, bins }: Histogram, one: number, other: number): string {
  const [from, to] = [Math.min(one, other), Math.max(one, other)];
  const clock = (bin: number) => (binMs < 1000 ? stampOf(fromMs + bin * binMs).slice(11) : stampOf(fromMs + bin * binMs).slice(11, 19));
  const isAll = from === 0 && to === bins.length - 1;
  return `${isAll ? '' : `${clock(from)} to ${clock(to + 1)}: `}${describeCounts(bins.slice(from, to + 1))}`;
}

export const describeBin = (histogram: Histogram, bin: number): string => describeBinRange(histogram, bin, bin);

import type { JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import type { Level } from '../../stores/journal/log-view.ts';
import type { Tone } from '../../ui/tone.tsx';

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
  noMatchBody: 'Choose “All levels”, or turn off “Only matching lines”.',
  noLines: 'No log lines yet',
  noLinesBody: 'New lines appear here automatically. “Load older” loads earlier lines.',
  selectServices: 'Select services',
  searchServices: 'Search services',
  searchServicesPlaceholder: 'Search all services of this host',
  allPinned: 'All pinned',
  none: 'None',
  noServiceFound: 'No matching services',
  levelLabel: 'Level (from text)',
  priorityLabel: 'Journal priority',
  priorityTip: 'Priority set by the journal. Most service output has priority 6, whatever its text.',
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

export const PRIORITIES = [
  { value: '7', label: 'Any priority' },
  { value: '5', label: 'Notice (5) and above' },
  { value: '4', label: 'Warning (4) and above' },
  { value: '3', label: 'Error (3) and above' },
] as const;

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

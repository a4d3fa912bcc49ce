import type { CHECK_EXPORTS, CheckCost, CheckGroup, CheckResult, CheckVerdict } from '../../../shared/capabilities/checks/contract.ts';
import { formatRecentTime } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';
import type { CheckFilter, CheckRow, VerdictCounts } from './rows.ts';

/** Strings of the Checks page. */
export const TEXT = {
  title: 'Checks',
  loading: 'Loading checks',
  notConnected: 'Not connected',
  lastKnown: 'Not connected, showing the last results',
  notChecked: 'Not checked yet',
  notRun: 'Not run',
  waiting: 'Waiting',
  running: 'Running',
  checked: 'checked',

  runReads: 'Run read-only checks',
  runAll: 'Run all…',
  runAllTitle: 'Run all checks',
  runTitle: 'Run checks',
  runGroup: 'Run group',
  runAgain: 'Run again',
  cannotRun: 'Not connected, or checks are running',
  planRecipe: 'Plan recipe',
  copyId: 'Copy check id',
  noEvidence: 'No evidence',
  run: 'Run',
  cancel: 'Cancel',
  cancelRun: 'Cancel run',
  cancelling: 'Cancelling…',
  runAllCommand: 'Run all checks…',
  cancelCommand: 'Cancel checks',
  scheduleCommand: 'Schedule checks…',
  notRunning: 'No checks are running',
  alreadyRunning: 'Checks are running',
  retry: 'Retry',

  scheduleTitle: 'Schedule',
  runOnSchedule: 'Run on a schedule',
  everyHours: 'Every',
  withImages: 'Also run checks that make images',
  scheduleNote: 'Runs while this panel is open and the host is connected. The overload test never runs on a schedule.',
  noSchedule: 'No schedule',
  hoursRange: '1 to 168 h',
  save: 'Save',
  scheduleOff: 'Schedule is off',

  export: 'Export',

  view: 'View',
  results: 'Results',
  history: 'History',
  historyTitle: 'Runs',
  noHistory: 'No runs yet',
  noHistoryHint: 'Each run appears here with what failed.',
  notComplete: 'Not complete',

  filter: 'Filter by verdict',
  search: 'Search checks',
  failedFirst: 'Failed first',
  noMatch: 'No matching checks',
  noMatchHint: 'Try another search or filter.',
  showAll: 'Show all',

  about: 'What it checks',
  evidence: 'Evidence',
  remedy: 'Remedy',
  copyEvidence: 'Copy evidence',
  copied: 'Copied',
  neverRun: 'This check has not run on this host.',

  imageCost: 'makes an image',
  loadCost: 'loads the gateway',
} as const;

export const EXPORT_LABELS: Readonly<Record<(typeof CHECK_EXPORTS)[number], string>> = {
  markdown: 'Markdown',
  junit: 'JUnit XML',
  json: 'JSON',
};

export const GROUPS: Readonly<Record<CheckGroup, string>> = {
  host: 'Host',
  gpu: 'GPU',
  services: 'Services',
  backend: 'Backend',
  proxy: 'Proxy',
  gateway: 'Gateway',
  exposure: 'Exposure',
};

export interface Word {
  readonly tone: Tone;
  readonly word: string;
}

const VERDICTS: Readonly<Record<CheckVerdict, Word>> = {
  pass: { tone: 'good', word: 'Passed' },
  warn: { tone: 'warning', word: 'Warning' },
  fail: { tone: 'bad', word: 'Failed' },
  unknown: { tone: 'unknown', word: 'Unknown' },
  skipped: { tone: 'off', word: 'Skipped' },
};

export const COSTS: Readonly<Record<CheckCost, string | null>> = { reads: null, image: TEXT.imageCost, load: TEXT.loadCost };

export const count = (amount: number, one: string, many = `${one}s`): string => `${amount} ${amount === 1 ? one : many}`;

/** The word of a row: what a run does with it, else its newest verdict. */
export function describeRow({ result, progress }: Pick<CheckRow, 'result' | 'progress'>): Word {
  if (progress === 'running') return { tone: 'busy', word: TEXT.running };
  if (result === null) return { tone: 'off', word: progress === 'waiting' ? TEXT.waiting : TEXT.notRun };
  return VERDICTS[result.verdict];
}

/** The newest verdicts of all checks in one sentence, without those that this host has no use for; `isAll`: none was left out. */
export function describeVerdicts(counts: VerdictCounts, isAll: boolean = counts.notRun === 0): Word {
  const { fail, warn, unknown, pass, notRun } = counts;
  const total = fail + warn + unknown + pass;
  if (total === 0) {
    return counts.skipped === 0 ? { tone: 'off', word: TEXT.notChecked } : { tone: 'off', word: 'No check applies to this host' };
  }
  const warns = `${warn} ${warn === 1 ? 'warns' : 'warn'}`;
  const more = [warn > 0 && fail > 0 ? warns : '', unknown > 0 ? `${unknown} unknown` : '', notRun > 0 ? `${notRun} not run` : '']
    .filter(Boolean)
    .map((part) => `, ${part}`);
  const of = (amount: number, one: string, many: string): string =>
    `${amount} of ${count(total, 'check')} ${amount === 1 ? one : many}${more.join('')}`;
  if (fail > 0) return { tone: 'bad', word: of(fail, 'fails', 'fail') };
  if (warn > 0) return { tone: 'warning', word: of(warn, 'warns', 'warn') };
  if (unknown > 0) return { tone: 'unknown', word: of(pass, 'passes', 'pass') };
  const passes = total === 1 ? '1 check passes' : `${isAll ? 'All ' : ''}${total} checks pass`;
  return { tone: 'good', word: `${passes}${more.join('')}` };
}

/** `2 failed, 1 warning, 12 passed`. */
export function describeCounts(counts: VerdictCounts): string {
  const parts = [
    [counts.fail, 'failed'],
    [counts.warn, counts.warn === 1 ? 'warning' : 'warnings'],
    [counts.unknown, 'unknown'],
    [counts.pass, 'passed'],
    [counts.skipped, 'skipped'],
    [counts.notRun, 'not run'],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, word]) => `${amount} ${word}`)
    .join(', ');
}

/** The worst verdict of a group, for its icon; null = nothing was run. */
export function toneOfCounts({ fail, warn, unknown, pass }: VerdictCounts): Tone | null {
  if (fail > 0) return 'bad';
  if (warn > 0) return 'warning';
  if (unknown > 0) return 'unknown';
  return pass > 0 ? 'good' : null;
}

const SINCE: Readonly<Record<CheckVerdict, string>> = {
  pass: 'since',
  warn: 'warns since',
  fail: 'fails since',
  unknown: 'unknown since',
  skipped: 'since',
};

/** `fails since 14:02`. */
export const describeSince = ({ verdict, since }: Pick<CheckResult, 'verdict' | 'since'>, nowMs: number): string =>
  `${SINCE[verdict]} ${formatRecentTime(since, nowMs)}`;

/** A result that is older than the others. */
export const describeOldSince = (since: string, age: string): string =>
  since === '' ? `${TEXT.checked} ${age}` : `${since}, ${TEXT.checked} ${age}`;

/** What became of a check that failed in an older run. */
export const describeNow = ({ verdict, since }: Pick<CheckResult, 'verdict' | 'since'>, nowMs: number): string =>
  `${verdict === 'pass' ? 'passes since' : verdict === 'skipped' ? 'skipped since' : SINCE[verdict]} ${formatRecentTime(since, nowMs)}`;

const FILTER_WORDS: Readonly<Record<CheckFilter, string>> = {
  all: 'All',
  problems: 'Failed and warnings',
  unknown: 'Unknown',
  skipped: 'Skipped',
};
export const describeFilter = (filter: CheckFilter, amount: number): string => `${FILTER_WORDS[filter]} ${amount}`;

export const describeGroup = (group: CheckGroup): string => `${GROUPS[group]} checks`;
export const describeRunGroup = (group: CheckGroup): string => `Run group: ${GROUPS[group]}`;
export const describeRunAgain = (title: string): string => `Run again: ${title}`;
export const describeShowCheck = (title: string): string => `Check: ${title}`;
export const describeExportAs = (format: keyof typeof EXPORT_LABELS): string => `Export checks as ${EXPORT_LABELS[format]}`;
export const describePlanRecipe = (recipe: string): string => `Plan recipe ${recipe}`;
export const describeNotConnected = (host: string): string => `Checks of ${host} can run once it is connected.`;
export const describeFirstRun = (reads: number): string =>
  `${count(reads, 'check')} from the GPU to the gateway ${reads === 1 ? 'reads' : 'read'} the host and ${reads === 1 ? 'changes' : 'change'} nothing. Results appear here with evidence and remedy.`;
export const describeSaved = (savedTo: string): string => `Saved the checks to ${savedTo}`;

import {
  CHECK_GROUPS,
  CHECK_VERDICTS,
  type CheckGroup,
  type CheckInfo,
  type CheckResult,
  type ChecksState,
  type CheckVerdict,
} from '../../../shared/capabilities/checks/contract.ts';

/** What a row shows besides its verdict: queued and running belong to a run at work. */
export type CheckProgress = 'running' | 'waiting' | null;

/** A check with its newest result. */
export interface CheckRow {
  readonly info: CheckInfo;
  /** Null = never run on this host. */
  readonly result: CheckResult | null;
  readonly progress: CheckProgress;
}

export const FILTERS = ['all', 'problems', 'unknown', 'skipped'] as const;
export type CheckFilter = (typeof FILTERS)[number];

const FILTERED: Readonly<Record<CheckFilter, readonly CheckVerdict[] | null>> = {
  all: null,
  problems: ['fail', 'warn'],
  unknown: ['unknown'],
  skipped: ['skipped'],
};

/** What needs the operator first. */
const RANK: Readonly<Record<CheckVerdict, number>> = { fail: 0, warn: 1, unknown: 2, pass: 3, skipped: 4 };
const RANK_NOT_RUN = 5;

export type VerdictCounts = Readonly<Record<CheckVerdict, number>> & { readonly notRun: number };

/** The rows of all checks, in the order of their list. */
export function rowsOf({ checks, results, run }: Pick<ChecksState, 'checks' | 'results' | 'run'>): readonly CheckRow[] {
  const resultOf = new Map(results.map((result) => [result.id, result]));
  const running = new Set(run?.running);
  const done = new Set(run?.done);
  const planned = new Set(run?.ids);
  return checks.map((info) => ({
    info,
    result: resultOf.get(info.id) ?? null,
    progress: running.has(info.id) ? 'running' : planned.has(info.id) && !done.has(info.id) ? 'waiting' : null,
  }));
}

export function countVerdicts(rows: readonly CheckRow[]): VerdictCounts {
  const counts = Object.fromEntries([...CHECK_VERDICTS, 'notRun' as const].map((key) => [key, 0])) as Record<keyof VerdictCounts, number>;
  for (const { result } of rows) counts[result?.verdict ?? 'notRun'] += 1;
  return counts;
}

/** How many rows each filter shows. */
export function countFiltered(rows: readonly CheckRow[]): Readonly<Record<CheckFilter, number>> {
  const count = (filter: CheckFilter): number => rows.filter((row) => isOf(row, filter)).length;
  return { all: rows.length, problems: count('problems'), unknown: count('unknown'), skipped: count('skipped') };
}

function isOf({ result }: CheckRow, filter: CheckFilter): boolean {
  const verdicts = FILTERED[filter];
  return verdicts === null || (result !== null && verdicts.includes(result.verdict));
}

/** Whether each word of the query occurs in what the row says. */
function matches({ info, result }: CheckRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = [info.title, info.id, info.group, result?.summary ?? '', info.about, ...(result?.evidence ?? []), result?.remedy?.text ?? '']
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

export interface RowSelection {
  readonly filter: CheckFilter;
  readonly query: string;
  readonly isFailedFirst: boolean;
  /** Shown whatever the filter: an opened row does not vanish when its verdict changes. */
  readonly opened: ReadonlySet<string>;
  /** The verdicts that decide order and filter while a run changes them; null = those of the rows. */
  readonly held: ReadonlyMap<string, CheckVerdict> | null;
}

export interface ShownGroup {
  readonly group: CheckGroup;
  /** All checks of the group, also those that the filter hides. */
  readonly members: readonly CheckRow[];
  readonly rows: readonly CheckRow[];
}

/** The groups with the rows that are shown, in the order in which a request passes through them; without groups that have none. */
export function groupsOf(rows: readonly CheckRow[], o: RowSelection): readonly ShownGroup[] {
  const words = o.query.toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = FILTERED[o.filter];
  const heldVerdictOf = ({ info, result }: CheckRow): CheckVerdict | undefined => (o.held === null ? result?.verdict : o.held.get(info.id));
  const isShown = (row: CheckRow): boolean => {
    if (o.opened.has(row.info.id)) return true;
    const held = heldVerdictOf(row);
    const isOfFilter = isOf(row, o.filter) || (verdicts !== null && held !== undefined && verdicts.includes(held));
    return isOfFilter && matches(row, words);
  };
  const rankOf = (row: CheckRow): number => {
    const verdict = heldVerdictOf(row);
    return verdict === undefined ? RANK_NOT_RUN : RANK[verdict];
  };
  return CHECK_GROUPS.flatMap((group) => {
    const members = rows.filter(({ info }) => info.group === group);
    const shown = members.filter(isShown);
    if (shown.length === 0) return [];
    return [{ group, members, rows: o.isFailedFirst ? shown.toSorted((a, b) => rankOf(a) - rankOf(b)) : shown }];
  });
}

/** What running these checks does besides reading. */
export interface RunCost {
  readonly reads: readonly string[];
  readonly image: readonly string[];
  readonly load: readonly string[];
}

export function costOf(checks: readonly Pick<CheckInfo, 'id' | 'cost'>[]): RunCost {
  const of = (cost: CheckInfo['cost']): readonly string[] => checks.filter((check) => check.cost === cost).map(({ id }) => id);
  return { reads: of('reads'), image: of('image'), load: of('load') };
}

/** When the oldest result of a check that only reads was taken, and the newest of all; null = none was. Images are checked more rarely. */
export function agesOf(rows: readonly CheckRow[]): { readonly oldestAt: number | null; readonly newestAt: number | null } {
  const all = rows.flatMap(({ info, result }) => (result === null ? [] : [{ cost: info.cost, takenAt: result.takenAt }]));
  const reads = all.filter(({ cost }) => cost === 'reads');
  const times = (of: typeof all): readonly number[] => of.map(({ takenAt }) => takenAt);
  if (all.length === 0) return { oldestAt: null, newestAt: null };
  return { oldestAt: Math.min(...times(reads.length === 0 ? all : reads)), newestAt: Math.max(...times(all)) };
}

import type { ChecksState } from '../../../shared/capabilities/checks/contract.ts';

const MAX_NAMED = 2;

/** What a scheduled run that ended between two states found failing for the first time, in one sentence; null = nothing. */
export function describeNewFailures(before: ChecksState, after: ChecksState): string | null {
  const [run] = after.history;
  if (run === undefined || run.by !== 'schedule' || run.startedAt === before.history[0]?.startedAt) return null;
  const fresh = after.results.filter(({ id, since }) => run.failed.includes(id) && since >= run.startedAt);
  const [only, ...others] = fresh;
  if (only === undefined) return null;
  const titleOf = (id: string): string => after.checks.find((check) => check.id === id)?.title ?? id;
  if (others.length === 0) return `Scheduled checks: ${titleOf(only.id)} fails. ${only.summary}`;
  const named = fresh.slice(0, MAX_NAMED).map(({ id }) => titleOf(id));
  const more = fresh.length - named.length;
  return `Scheduled checks: ${fresh.length} new failures: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

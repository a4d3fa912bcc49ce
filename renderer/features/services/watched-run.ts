import type { ActionProgress } from '../../../shared/capabilities/services/contract.ts';

const isStart = ({ verb }: ActionProgress): boolean => verb === 'start' || verb === 'restart';
export const isUnderWay = ({ kind }: ActionProgress): boolean => kind === 'running' || kind === 'asking-sudo';

/** The start whose log is shown, from the newest actions by unit; null = none. One whose place another action took while it was under way has ended. */
export function watchedAfter(watched: ActionProgress | null, actions: Readonly<Record<string, ActionProgress>>): ActionProgress | null {
  const [newest] = Object.values(actions)
    .filter((action) => isStart(action) && (action.kind === 'running' || action.actionId === watched?.actionId))
    .toSorted((a, b) => b.startedAt - a.startedAt);
  if (newest !== undefined) return newest;
  return watched !== null && isUnderWay(watched) ? null : watched;
}

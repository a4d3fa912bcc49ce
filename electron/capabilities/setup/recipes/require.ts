import type { Step } from '../engine/resources.ts';

/** What must hold before anything is done; `reason` and `remedy` are shown where it does not. A recipe of `metBy` earlier in the plan makes it hold. */
export const requireStep = (
  id: string,
  title: string,
  holds: boolean,
  reason: string,
  remedy: string,
  metBy: readonly string[] = [],
): Step => ({
  id,
  title,
  needs: [],
  resource: { kind: 'require', holds, reason, remedy, isFatal: true, metBy },
});

/** A line of the plan that only informs. */
export const noteStep = (id: string, title: string): Step => ({
  id,
  title,
  needs: [],
  resource: { kind: 'require', holds: true, reason: '', remedy: '', isFatal: false, metBy: [] },
});

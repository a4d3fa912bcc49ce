import type { ChecksState } from '../../../shared/capabilities/checks/contract.ts';

const HOUR_MS = 3_600_000;
/** A schedule looks at the clock once a minute, and a run takes a while. */
const SLACK_MS = 10 * 60_000;

/** From which age on, in ms, a result is shown as old: an hour, or what the schedule leaves between two runs. */
export function oldAfterMs(schedule: ChecksState['schedule']): number {
  return Math.max(HOUR_MS, (schedule?.everyHours ?? 0) * HOUR_MS + SLACK_MS);
}

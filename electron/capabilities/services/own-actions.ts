import type { ActionProgress, ServiceRun } from '../../../shared/capabilities/services/contract.ts';

const MAX_KEPT = 200;
/** Between the request and systemd's line about the start, and between two clocks. */
const SLACK_MS = 3_000;

interface OwnStart {
  readonly unit: string;
  readonly actionId: string;
  readonly fromMs: number;
  toMs: number;
}

/** Which runs this panel itself started, for as long as it is open. */
export interface OwnActions {
  note(progress: ActionProgress): void;
  /** The runs, with those that this panel started marked. */
  claim(unit: string, runs: readonly ServiceRun[]): ServiceRun[];
}

/** Times of runs are by the host's clock: `clockOffsetMs` is host minus this computer. */
export function createOwnActions(o: { readonly clockOffsetMs: () => number; readonly now: () => number }): OwnActions {
  let starts: OwnStart[] = [];
  return {
    note: ({ actionId, unit, verb, startedAt }) => {
      if (verb !== 'start' && verb !== 'restart') return;
      const known = starts.find((start) => start.actionId === actionId);
      if (known !== undefined) known.toMs = o.now();
      else starts = [...starts.slice(1 - MAX_KEPT), { unit, actionId, fromMs: startedAt, toMs: o.now() }];
    },
    claim: (unit, runs) => {
      const own = starts.filter((start) => start.unit === unit);
      return runs.map((run) => {
        const at = run.startedAt - o.clockOffsetMs();
        const isOwn = run.cause === 'unknown' && own.some(({ fromMs, toMs }) => at >= fromMs - SLACK_MS && at <= toMs + SLACK_MS);
        return isOwn ? { ...run, cause: 'panel' } : run;
      });
    },
  };
}

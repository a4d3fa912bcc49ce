import { Button } from '@mantine/core';
import type { ChecksState } from '../../../shared/capabilities/checks/contract.ts';
import { useChecksChange } from '../../stores/checks.ts';
import { useOfNow } from '../../ui/clock.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { toneColor } from '../../ui/tone.tsx';
import type { VerdictCounts } from './rows.ts';
import { describeLastRun, describeNext, describeProgress, describeRunning } from './run-text.ts';
import { describeCounts, TEXT } from './text.ts';

/** One line and one bar of the same height, whether a run is at work or not. */
export function RunStrip({
  state: { checks, run, history, nextAt },
  counts,
  isStale,
}: {
  readonly state: Pick<ChecksState, 'checks' | 'run' | 'history' | 'nextAt'>;
  readonly counts: VerdictCounts;
  /** The results are old. */
  readonly isStale: boolean;
}) {
  const change = useChecksChange();
  const [last] = history;
  const lastRun = useOfNow((nowMs) => (last === undefined ? TEXT.noHistory : describeLastRun(last, nowMs)));
  const next = useOfNow((nowMs) => (nextAt === null ? TEXT.noSchedule : describeNext(nextAt, nowMs)));
  if (run === null) {
    return (
      <div className="ada-card checks-strip" data-stale={isStale || undefined}>
        <div className="checks-strip-line">
          <span className="checks-strip-words">{lastRun}</span>
          <span className="checks-quiet checks-strip-next">{next}</span>
        </div>
        <VerdictBar counts={counts} />
      </div>
    );
  }
  const titleOf = new Map(checks.map(({ id, title }) => [id, title]));
  const running = run.running.map((id) => titleOf.get(id) ?? id);
  const progress = describeProgress(run);
  return (
    <div className="ada-card checks-strip">
      <div className="checks-strip-line">
        <span className="ada-number">{progress}</span>
        <span className="checks-strip-words checks-quiet" title={running.join(', ')}>
          {describeRunning(running)}
        </span>
        <Button disabled={run.isCancelling} onClick={() => change.attempt((host) => host.checks.cancel())}>
          {run.isCancelling ? TEXT.cancelling : TEXT.cancelRun}
        </Button>
      </div>
      <ProgressBar label={progress} share={run.ids.length === 0 ? null : run.done.length / run.ids.length} tone="busy" />
    </div>
  );
}

const BAR_PARTS = [
  ['fail', 'bad'],
  ['warn', 'warning'],
  ['unknown', 'unknown'],
  ['pass', 'good'],
] as const;

/** The share of each verdict; the sentence above says the same in words. */
function VerdictBar({ counts }: { readonly counts: VerdictCounts }) {
  return (
    <div className="ada-progress checks-bar" title={describeCounts(counts)} aria-hidden>
      {BAR_PARTS.map(([verdict, tone]) =>
        counts[verdict] === 0 ? null : <span key={verdict} style={{ flexGrow: counts[verdict], background: toneColor(tone) }} />,
      )}
    </div>
  );
}

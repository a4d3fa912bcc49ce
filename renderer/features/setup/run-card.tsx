import { Button } from '@mantine/core';
import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';
import { hasCode } from '../../../shared/errors.ts';
import { formatDateTime, formatDuration } from '../../../shared/format.ts';
import { useSetupActions } from '../../stores/setup.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { RunButtons } from './run-buttons.tsx';
import { RunOutput } from './run-output.tsx';
import { RunSteps } from './run-steps.tsx';
import { describeProgress, describeRunState, describeRunTitle, describeTookMs, TEXT } from './text.ts';

/** The run of this host: its steps, its live output, and what can be done about it. */
export function RunCard({ run, isOnline }: { readonly run: SetupRun; readonly isOnline: boolean }) {
  const done = run.steps.filter(({ state }) => state === 'done').length;
  const word = describeRunState(run);
  return (
    <Card title={describeRunTitle(run)} aside={<RunButtons run={run} isOnline={isOnline} />}>
      <div className="setup-run-line">
        <StatusWord {...(run.state === 'running' && !isOnline ? { tone: 'stale', word: TEXT.notConnected } : word)} />
        <span className="ada-number">{describeProgress(run.steps)}</span>
        <span className="setup-quiet">
          {TEXT.started} {formatDateTime(run.startedAt)} · <RunTime run={run} />
        </span>
        {run.state === 'running' ? <span className="setup-quiet">{TEXT.cancelNote}</span> : null}
      </div>
      <ProgressBar
        label={describeProgress(run.steps)}
        share={run.steps.length === 0 ? null : done / run.steps.length}
        tone={run.state === 'failed' ? 'bad' : run.state === 'interrupted' ? 'warning' : 'good'}
      />
      <RunProblem run={run} isOnline={isOnline} />
      <div className="setup-run-parts">
        <RunSteps steps={run.steps} />
        <RunOutput lines={run.output} isLive={run.state === 'running' || run.state === 'cancelling'} />
      </div>
    </Card>
  );
}

function RunTime({ run }: { readonly run: SetupRun }) {
  return run.endedAt === null ? <RunningTime startedAt={run.startedAt} /> : describeTookMs(run.endedAt - run.startedAt);
}

function RunningTime({ startedAt }: { readonly startedAt: number }) {
  return <span className="ada-number">{formatDuration(Math.floor(Math.max(0, useNow() - startedAt) / 1000) * 1000)}</span>;
}

/** Why a run stopped, and how it goes on. */
function RunProblem({ run, isOnline }: { readonly run: SetupRun; readonly isOnline: boolean }) {
  const { plan, resume } = useSetupActions();
  const { error, state } = run;
  if (state === 'interrupted')
    return <p className="setup-run-note">{isOnline ? TEXT.lostNote : `${TEXT.lostNote} ${TEXT.resumesAlone}`}</p>;
  if (state !== 'failed' || error === null) return null;
  const isHeld = hasCode(error, 'setup-locked') && error.facts?.['token'] !== undefined;
  return (
    <ErrorNotice
      error={error}
      action={
        isHeld ? (
          <Button disabled={!isOnline} onClick={() => resume({ takeOver: true })}>
            {TEXT.takeOver}
          </Button>
        ) : error.retryable ? null : (
          <Button disabled={!isOnline} onClick={() => void plan(run.recipes, true)}>
            {TEXT.planAgain}
          </Button>
        )
      }
    />
  );
}

import type { SetupRunStep } from '../../../shared/capabilities/setup/contract.ts';
import { formatDuration, UNKNOWN } from '../../../shared/format.ts';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeMoreSteps, describeStepsDone, RUN_STEP_STATES, TEXT } from './text.ts';

/** Done steps are folded from here on, so that the running one is in sight. */
const MAX_DONE_SHOWN = 8;
/** Steps that are shown from the running one on. */
const MAX_OPEN_SHOWN = 8;

/** The steps of a run in order, with state and time. */
export function RunSteps({ steps }: { readonly steps: readonly SetupRunStep[] }) {
  const firstOpen = steps.findIndex(({ state }) => state !== 'done');
  const isFolded = firstOpen > MAX_DONE_SHOWN;
  const folded = isFolded ? steps.slice(0, firstOpen) : [];
  const open = isFolded ? steps.slice(firstOpen) : steps;
  const maxShown = Math.max(0, isFolded ? 0 : firstOpen) + MAX_OPEN_SHOWN;
  const isAllDone = firstOpen < 0;
  const shown = isAllDone ? open : open.slice(0, maxShown);
  const later = isAllDone ? [] : open.slice(maxShown);
  return (
    <div>
      {folded.length === 0 ? null : (
        <details className="setup-fold">
          <summary>{describeStepsDone(folded.length)}</summary>
          <StepRows steps={folded} label={describeStepsDone(folded.length)} />
        </details>
      )}
      <StepRows steps={shown} label={TEXT.runSteps} />
      {later.length === 0 ? null : (
        <details className="setup-fold">
          <summary>{describeMoreSteps(later.length)}</summary>
          <StepRows steps={later} label={describeMoreSteps(later.length)} />
        </details>
      )}
    </div>
  );
}

function StepRows({ steps, label }: { readonly steps: readonly SetupRunStep[]; readonly label: string }) {
  return (
    <ol className="setup-run-steps" aria-label={label}>
      {steps.map((step) => (
        <li key={step.id} aria-current={step.state === 'running' ? 'step' : undefined}>
          <StatusWord {...RUN_STEP_STATES[step.state]} quiet />
          <span>{step.title}</span>
          <span className="setup-quiet ada-number">
            {step.state === 'running' && step.startedAt !== null ? (
              <Elapsed startedAt={step.startedAt} />
            ) : step.elapsedMs === null ? (
              step.state === 'done' ? (
                UNKNOWN
              ) : null
            ) : (
              formatDuration(step.elapsedMs)
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Elapsed({ startedAt }: { readonly startedAt: number }) {
  return <>{formatDuration(Math.floor(Math.max(0, useNow() - startedAt) / 1000) * 1000)}</>;
}

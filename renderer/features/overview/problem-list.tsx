import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import type { Diagnosis, Problem } from '../../../shared/diagnosis/types.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useDismissals } from '../../stores/diagnosis.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { IconAct } from '../../ui/icon-act.tsx';
import { ToneIcon, toneOf } from '../../ui/tone.tsx';
import { ConnectionNotice } from '../hosts/connection-notice.tsx';
import { FailureLines, LastWords } from '../services/failure-lines.tsx';
import { FindCauseButton } from '../troubleshooting/find-cause-button.tsx';
import { ActionButton } from './action-button.tsx';
import { ChecksLine } from './checks-line.tsx';
import { describeConsequences, describeDismiss, describeDismissed, describeLastLines, TEXT } from './text.ts';

const TONES = { critical: 'bad', warning: 'warning', info: 'info' } as const;

/**
 * The worst present problem with its remedy, in a place that is kept free for it: what comes and goes here moves nothing. Without a
 * problem it shows the state of the checks.
 */
export const ProblemSlot = memo(function ProblemSlot({ diagnosis: { problems, summary } }: { readonly diagnosis: Diagnosis }) {
  const first = problems.find(({ isPast }) => !isPast);
  return (
    <div className="ada-problem-slot">{first === undefined ? <ChecksLine summary={summary} /> : <FirstProblem problem={first} />}</div>
  );
});

/** The other problems in one line each, then past events: below all else, where they push nothing down. */
export const MoreProblems = memo(function MoreProblems({ diagnosis: { problems, dismissed } }: { readonly diagnosis: Diagnosis }) {
  const [first, ...others] = problems.filter(({ isPast }) => !isPast);
  const past = problems.filter(({ isPast }) => isPast);
  return (
    <>
      {first?.error.code === 'unit-troubled' ? (
        <OfFailedUnit actions={first.actions} show={(unit) => <LinesOfFailure unit={unit} />} />
      ) : null}
      {others.length === 0 ? null : <ProblemRows label={TEXT.otherProblems} problems={others} />}
      {past.length === 0 ? null : <ProblemRows label={TEXT.pastEvents} problems={past} />}
      {dismissed.length === 0 ? null : <Dismissed count={dismissed.length} />}
    </>
  );
});

function FirstProblem({ problem }: { readonly problem: Problem }) {
  // The connection notice counts down to the next attempt and shows both fingerprints of a changed key.
  if (problem.link === 'host' && problem.severity !== 'info') return <ConnectionNotice />;
  const { error, consequences, actions, evidence } = problem;
  const [main, ...more] = actions.filter((action) => action.kind !== 'service' || action.verb !== 'stop');
  const details = [
    error.message,
    error.hint,
    ...consequences,
    `code: ${error.code}`,
    ...evidence.map(({ source, text }) => `${source}: ${text}`),
  ];
  return (
    <ErrorNotice
      error={consequences.length === 0 ? error : { ...error, hint: `${error.hint} ${describeConsequences(consequences)}` }}
      tone={TONES[problem.severity]}
      isBrief
      details={[...details, error.detail ?? ''].filter(Boolean).join('\n')}
      action={
        <>
          {more.map((action) => (
            <ActionButton key={`${action.kind} ${'page' in action ? action.page : ''}`} action={action} />
          ))}
          {main === undefined ? null : <ActionButton action={main} isMain />}
          <DismissButton problem={problem} />
        </>
      }
    >
      {error.code === 'unit-troubled' ? <OfFailedUnit actions={actions} show={(unit) => <LastWords unit={unit} />} /> : null}
    </ErrorNotice>
  );
}

function OfFailedUnit({ actions, show }: Pick<Problem, 'actions'> & { readonly show: (unit: string) => ReactNode }) {
  const [unit] = actions.flatMap((action) => ('unit' in action ? (action.unit ?? []) : []));
  return unit === undefined ? null : show(unit);
}

/** The last lines of the service that failed. */
function LinesOfFailure({ unit }: { readonly unit: string }) {
  return (
    <Card title={describeLastLines(shortUnitName(unit))}>
      <FailureLines unit={unit} size="short" />
    </Card>
  );
}

function ProblemRows({ label, problems }: { readonly label: string; readonly problems: readonly Problem[] }) {
  return (
    <ul className="ada-rows ada-card ada-troubles" aria-label={label}>
      {problems.map((problem) => {
        const [action] = problem.actions;
        return (
          <li key={problem.id} className="ada-row">
            <span className="ada-trouble-words">
              <ToneIcon tone={toneOf(problem.severity)} />
              <span>
                {problem.error.message} <span className="ada-quiet">{problem.error.hint}</span>
              </span>
            </span>
            <FindCauseButton error={problem.error} at={problem.isPast ? problem.since : null} />
            {action === undefined ? null : <ActionButton action={action} />}
            <DismissButton problem={problem} />
          </li>
        );
      })}
    </ul>
  );
}

function DismissButton({ problem }: { readonly problem: Problem }) {
  const { dismiss } = useDismissals();
  if (!problem.canDismiss) return null;
  return <IconAct label={describeDismiss(problem.error.message)} icon={IconX} isOff={false} onClick={() => dismiss(problem)} />;
}

function Dismissed({ count }: { readonly count: number }) {
  const { restore } = useDismissals();
  return (
    <p className="ada-quiet ada-dismissed">
      {describeDismissed(count)}
      <Button variant="subtle" size="compact-xs" onClick={restore}>
        {TEXT.restore}
      </Button>
    </p>
  );
}

import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { memo } from 'react';
import type { Problem } from '../../../shared/diagnosis/types.ts';
import { useDismissals } from '../../stores/diagnosis.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { IconAct } from '../../ui/icon-act.tsx';
import { ToneIcon, toneOf } from '../../ui/tone.tsx';
import { ConnectionNotice } from '../hosts/connection-notice.tsx';
import { FailureLines } from '../services/failure-lines.tsx';
import { FindCauseButton } from '../troubleshooting/find-cause-button.tsx';
import { ActionButton } from './action-button.tsx';
import { describeConsequences, describeDismiss, describeDismissed, TEXT } from './text.ts';

const TONES = { critical: 'bad', warning: 'warning', info: 'info' } as const;

/** The worst present problem with its remedy, the other problems in one line each, then past events. */
export const ProblemList = memo(function ProblemList({
  problems,
  dismissed,
}: {
  readonly problems: readonly Problem[];
  readonly dismissed: number;
}) {
  const [first, ...others] = problems.filter(({ isPast }) => !isPast);
  const past = problems.filter(({ isPast }) => isPast);
  return (
    <>
      {first === undefined ? null : <FirstProblem problem={first} />}
      {others.length === 0 ? null : <ProblemRows label={TEXT.otherProblems} problems={others} />}
      {past.length === 0 ? null : <ProblemRows label={TEXT.pastEvents} problems={past} />}
      {dismissed === 0 ? null : <Dismissed count={dismissed} />}
    </>
  );
});

function FirstProblem({ problem }: { readonly problem: Problem }) {
  // The connection notice counts down to the next attempt and shows both fingerprints of a changed key.
  if (problem.link === 'host' && problem.severity !== 'info') return <ConnectionNotice />;
  const { error, consequences, actions, evidence } = problem;
  const failedUnit =
    error.code === 'unit-troubled' ? actions.flatMap((action) => ('unit' in action ? (action.unit ?? []) : []))[0] : undefined;
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
      error={error}
      tone={TONES[problem.severity]}
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
      {consequences.length === 0 ? null : <p className="ada-quiet">{describeConsequences(consequences)}</p>}
      {failedUnit === undefined ? null : <FailureLines unit={failedUnit} size="short" />}
    </ErrorNotice>
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

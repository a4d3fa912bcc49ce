import type { SetupStep } from '../../../shared/capabilities/setup/contract.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useSetupPart } from '../../stores/setup.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { ChangeDetails } from './change-details.tsx';
import { describeDoneAlready, describeGuard, STEP_STATES, TEXT } from './text.ts';

/** The steps of a plan: blocked ones first, then those that change something; what is done already is folded. */
export function PlanSteps({ steps, isMixed }: { readonly steps: readonly SetupStep[]; readonly isMixed: boolean }) {
  const blocked = steps.filter(({ state }) => state === 'blocked');
  const open = steps.filter(({ state }) => state === 'change' || state === 'unknown');
  const done = steps.filter(({ state }) => state === 'ok');
  return (
    <>
      {blocked.length === 0 ? null : <StepCard title={TEXT.blockedSteps} steps={blocked} isMixed={isMixed} />}
      {open.length === 0 ? null : <StepCard title={TEXT.steps} steps={open} isMixed={isMixed} />}
      {done.length === 0 ? null : (
        <Card>
          <details className="setup-fold">
            <summary>{describeDoneAlready(done.length)}</summary>
            <StepList steps={done} isMixed={isMixed} />
          </details>
        </Card>
      )}
    </>
  );
}

interface StepListProps {
  readonly steps: readonly SetupStep[];
  /** Steps of several recipes: each names its own. */
  readonly isMixed: boolean;
}

function StepCard({ title, ...list }: StepListProps & { readonly title: string }) {
  return (
    <Card title={title}>
      <StepList {...list} />
    </Card>
  );
}

function StepList({ steps, isMixed }: StepListProps) {
  const recipes = useSetupPart((state) => state.recipes);
  return (
    <ol className="setup-list">
      {steps.map((step) => (
        <Step key={step.id} step={step} recipe={isMixed ? (recipes.find(({ id }) => id === step.recipe)?.title ?? step.recipe) : null} />
      ))}
    </ol>
  );
}

function Step({ step, recipe }: { readonly step: SetupStep; readonly recipe: string | null }) {
  const { state, title, note, about, remedy, downloadBytes, guardSeconds, changes } = step;
  return (
    <li className="setup-step" data-state={state}>
      <div className="setup-step-head">
        <StatusWord {...STEP_STATES[state]} />
        <span className="setup-step-title">{title}</span>
        {recipe === null ? null : <span className="setup-quiet">{recipe}</span>}
        {downloadBytes === null ? null : <span className="setup-quiet ada-number">{formatBytes(downloadBytes)}</span>}
      </div>
      {note === null ? null : <p className="setup-step-note">{note}</p>}
      {remedy === null ? null : <p className="setup-step-note ada-quiet">{remedy}</p>}
      {about.length === 0 ? null : (
        <ul className="setup-step-note ada-quiet">
          {about.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {changes.map((change, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the changes of a step never change their order
        <ChangeDetails key={index} change={change} />
      ))}
      {guardSeconds === null ? null : <p className="setup-step-note ada-quiet">{describeGuard(guardSeconds)}</p>}
    </li>
  );
}

import { Button, Group } from '@mantine/core';
import { IconArrowLeft, IconCircleCheck, IconRefresh, IconShieldLock } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { SetupPlan } from '../../../shared/capabilities/setup/contract.ts';
import { hasCode } from '../../../shared/errors.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { useSetupActions, useSetupPart, useShownPlan } from '../../stores/setup.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { applyProblem } from './apply-problem.ts';
import { PlanFindings } from './plan-findings.tsx';
import { PlanSteps } from './plan-steps.tsx';
import { PlanSummary } from './plan-summary.tsx';
import { RunBanner } from './run-banner.tsx';
import { isRunActive } from './run-state.ts';
import { describeApply, describePlanResult, describePlanTime, describeUnchecked, TEXT } from './text.ts';

/** What the chosen recipes would change on the host, and the button that does it. */
export function PlanView() {
  const { recipes, plan, isPlanning, isApplying, error } = useShownPlan();
  const actions = useSetupActions();
  const titles = useSetupPart((state) => state.recipes);
  const run = useSetupPart((state) => state.run);
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const isOnline = useConnectionState().kind === 'online';
  const back = useRef<HTMLButtonElement>(null);
  // The button that opened the plan is gone with the cards.
  useEffect(() => back.current?.focus(), []);

  const title = titles
    .filter(({ id }) => recipes.includes(id))
    .map((recipe) => recipe.title)
    .join(', ');
  const problem = plan === null ? null : applyProblem(plan, { isOnline, isRunActive: isRunActive(run) });
  const takeOverProblem = plan === null ? null : applyProblem(plan, { isOnline, isRunActive: isRunActive(run), takesOver: true });
  const needsSudo = plan !== null && (!plan.asRoot || plan.steps.some(({ state }) => state === 'unknown'));
  return (
    <Page
      title={TEXT.title}
      state={
        <Group gap="sm">
          {isPlanning ? (
            <StatusWord tone="busy" word={TEXT.planning} />
          ) : plan === null ? (
            <StatusWord tone="bad" word={TEXT.planFailed} />
          ) : (
            <StatusWord {...describePlanResult(plan)} />
          )}
          {plan === null ? null : <span className="setup-quiet">{describePlanTime(formatDateTime(plan.takenAt), plan)}</span>}
        </Group>
      }
      action={
        <>
          <Button
            ref={back}
            size="sm"
            variant="subtle"
            color="gray"
            leftSection={<IconArrowLeft size={15} aria-hidden />}
            onClick={actions.closePlan}
          >
            {TEXT.back}
          </Button>
          <Button
            size="sm"
            leftSection={<IconRefresh size={15} aria-hidden />}
            loading={isPlanning}
            disabled={!isOnline}
            onClick={() => void actions.plan(recipes, plan?.asRoot ?? false)}
          >
            {TEXT.planAgain}
          </Button>
          {needsSudo ? (
            <Button
              size="sm"
              variant="filled"
              leftSection={<IconShieldLock size={15} aria-hidden />}
              disabled={!isOnline || isPlanning}
              title={TEXT.checkWithSudoNote}
              onClick={() => void actions.plan(recipes, true)}
            >
              {TEXT.checkWithSudo}
            </Button>
          ) : null}
          {plan === null || plan.changes === 0 ? null : (
            <Button
              size="sm"
              variant={needsSudo ? 'default' : 'filled'}
              disabled={problem !== null || isPlanning}
              loading={isApplying}
              {...(problem === null ? {} : { 'aria-describedby': 'setup-apply-problem' })}
              onClick={() => void actions.apply()}
            >
              {describeApply(plan.changes)}
            </Button>
          )}
        </>
      }
    >
      {run !== null && isRunActive(run) ? <RunBanner run={run} onShow={actions.closePlan} /> : null}
      {plan === null || plan.locked === null ? null : (
        <ErrorNotice
          tone="warning"
          error={plan.locked}
          action={
            <Button
              disabled={takeOverProblem !== null || isPlanning || plan.changes === 0}
              title={takeOverProblem ?? undefined}
              onClick={() => void actions.apply({ takeOver: true })}
            >
              {TEXT.takeOver}
            </Button>
          }
        />
      )}
      {error === null ? null : (
        <ErrorNotice
          error={error}
          action={
            <Button onClick={() => void actions.plan(recipes, plan?.asRoot ?? false)} disabled={!isOnline} loading={isPlanning}>
              {hasCode(error, 'setup-plan-unknown', 'setup-changed') ? TEXT.planAgain : TEXT.retry}
            </Button>
          }
        />
      )}
      {plan === null ? (
        <Card title={title}>
          {isPlanning ? <PlanSkeleton /> : <p className="ada-quiet">{error === null ? TEXT.checkCancelled : TEXT.planFailed}</p>}
        </Card>
      ) : (
        <ShownPlan plan={plan} hostLabel={hostLabel} problem={problem} isStale={!isOnline} />
      )}
    </Page>
  );
}

function PlanSkeleton() {
  return (
    <div role="status" aria-label={TEXT.planning}>
      {['a', 'b', 'c', 'd'].map((id) => (
        <div key={id} className="setup-skeleton-line" />
      ))}
    </div>
  );
}

interface ShownPlanProps {
  readonly plan: SetupPlan;
  readonly hostLabel: string;
  readonly problem: string | null;
  readonly isStale: boolean;
}

function ShownPlan({ plan, hostLabel, problem, isStale }: ShownPlanProps) {
  const unchecked = plan.steps.filter(({ state }) => state === 'unknown').length;
  const isClean = plan.changes === 0 && plan.steps.every(({ state }) => state === 'ok' || state === 'unknown');
  return (
    <>
      {plan.findings.length === 0 ? null : <PlanFindings findings={plan.findings} isStale={isStale} />}
      {isClean ? (
        <Card title={plan.title}>
          <EmptyState icon={IconCircleCheck} title={unchecked === 0 ? TEXT.allSetUp : TEXT.nothingFound}>
            {unchecked === 0 ? undefined : describeUnchecked(unchecked)}
          </EmptyState>
        </Card>
      ) : (
        <PlanSummary plan={plan} hostLabel={hostLabel} problem={problem} />
      )}
      <PlanSteps steps={plan.steps} isMixed={plan.recipes.length > 1} />
    </>
  );
}

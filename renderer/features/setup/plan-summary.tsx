import type { SetupPlan } from '../../../shared/capabilities/setup/contract.ts';
import { formatBytes } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useModelsState } from '../../stores/models.ts';
import { useServicesState } from '../../stores/services.ts';
import { Card } from '../../ui/card.tsx';
import { ToneIcon } from '../../ui/tone.tsx';
import { SaveButton } from './save-button.tsx';
import { describeAffected, TEXT } from './text.ts';

export interface PlanSummaryProps {
  readonly plan: SetupPlan;
  readonly hostLabel: string;
  /** Why it cannot be applied; null = it can. */
  readonly problem: string | null;
}

/** What a plan means for the host as a whole, and for those who use it meanwhile. */
export function PlanSummary({ plan, hostLabel, problem }: PlanSummaryProps) {
  const host = useHostBridge();
  const { units } = useServicesState();
  const { queue } = useModelsState();
  const isSized = plan.steps.some(({ downloadBytes }) => downloadBytes !== null);
  // Nobody notices the first start of a unit.
  const active = units.filter(({ name, activeState }) => plan.restarts.includes(name) && activeState === 'active');
  const affected = active
    .map(({ name, requiredBy }) =>
      describeAffected(name, {
        runningJobs: queue?.inProgress ?? null,
        pendingJobs: queue?.pending ?? null,
        requiredBy: requiredBy.filter((other) => other.endsWith('.service')).map(shortUnitName),
      }),
    )
    .filter((line) => line !== null);
  return (
    <Card
      title={plan.title}
      aside={
        plan.changes === 0 ? null : <SaveButton label={TEXT.exportPlaybook} save={() => host.setup.exportPlaybook({ planId: plan.id })} />
      }
    >
      <dl className="ada-facts">
        <dt>{TEXT.host}</dt>
        <dd>{hostLabel}</dd>
        <dt>{TEXT.changesLabel}</dt>
        <dd>{plan.changes}</dd>
        <dt>{TEXT.download}</dt>
        <dd>{isSized ? formatBytes(plan.downloadBytes) : TEXT.none}</dd>
        <dt>{TEXT.restarts}</dt>
        <dd>{plan.restarts.length === 0 ? TEXT.none : plan.restarts.map(shortUnitName).join(', ')}</dd>
        {affected.length === 0 ? null : (
          <>
            <dt>{TEXT.affected}</dt>
            <dd>
              {affected.map((line) => (
                <div key={line}>{line}</div>
              ))}
            </dd>
          </>
        )}
      </dl>
      {problem === null ? null : (
        <p className="setup-problem" id="setup-apply-problem">
          <ToneIcon tone="warning" /> {problem}
        </p>
      )}
    </Card>
  );
}

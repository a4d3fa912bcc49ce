import type { HostConfirmations } from '../capability.ts';
import { aboutSubject, type Confirmation } from '../confirmation.ts';
import { describeHost, hostSubject } from '../host-subject.ts';
import { setupPlanUnknownError } from './errors.ts';
import type { MadePlan } from './planner.ts';
import type { Setup } from './setup.ts';

const MAX_TITLES = 12;
const MAX_SENTENCES = 3;

/** Confirmation of a run: root acts on the host, so the question comes from the main process and names the plan. */
export function setupConfirmations(): HostConfirmations<'setup', Pick<Setup, 'planned' | 'holder' | 'state'>> {
  return {
    'setup.apply': (setup, { planId, takeOver }, host): Confirmation => {
      const subject = aboutSubject(() => `${hostSubject(host)} ${planId}`);
      const made = setup.planned(planId);
      if (made === null) throw setupPlanUnknownError();
      return {
        question: `Set up ${made.chosen.map(({ recipe }) => recipe.title).join(', ')} on ${host.profile.label}?`,
        facts: [describeHost(host.profile), ...(takeOver ? describeTakeOver(setup.holder(planId)) : []), ...describeChanges(made)],
        action: `Apply ${made.plan.changes} ${made.plan.changes === 1 ? 'change' : 'changes'}`,
        ...subject,
      };
    },
    'setup.resume': (setup, { takeOver }, host): Confirmation | null => {
      const { run } = setup.state();
      if (run === null) return null;
      const left = run.steps.filter(({ state }) => state !== 'done');
      return {
        question: `Resume the setup of ${run.title} on ${host.profile.label}?`,
        facts: [
          describeHost(host.profile),
          ...(takeOver ? describeTakeOver(run.error?.facts?.['holder'] ?? null) : []),
          `${left.length} of ${run.steps.length} steps are left:`,
          ...titles(left.map(({ title }) => title)),
        ],
        action: takeOver ? 'Take over' : 'Resume',
        ...aboutSubject(() => `${hostSubject(host)} ${run.id}`),
      };
    },
  };
}

const describeTakeOver = (holder: string | null): readonly string[] => [`Takes over from ${holder ?? 'another setup'}, which stops.`];

function describeChanges({ plan }: MadePlan): readonly string[] {
  const changed = plan.steps.filter(({ verdict }) => verdict.state === 'change');
  return [
    `Plan ${plan.id}, as root:`,
    ...titles(changed.map(({ step }) => step.title)),
    ...changed.flatMap(({ step }) => (step.about ?? []).slice(0, MAX_SENTENCES)),
  ];
}

const titles = (all: readonly string[]): readonly string[] =>
  all.length <= MAX_TITLES ? all : [...all.slice(0, MAX_TITLES), `and ${all.length - MAX_TITLES} more`];

import type { SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import type { ReadStatus } from '../../foundation/host-reader/answers.ts';
import type { Step } from './engine/resources.ts';
import type { MadePlan } from './planner.ts';
import type { Presence, Recipe } from './recipe.ts';

type Standing = NonNullable<SetupRecipe['standing']>;

const PRESENCE: Readonly<Record<ReadStatus, Presence>> = { ok: 'present', absent: 'absent', denied: 'unknown' };

/** How a host stands to one recipe, for its card. */
export function standingOf(recipe: Recipe, made: MadePlan, takenAt: number): Standing {
  const { plan } = made;
  const presence = presenceOf(recipe, made);
  if (typeof presence === 'object') return { state: 'elsewhere', changes: 0, reason: presence.elsewhere, takenAt };
  const blocked = plan.steps.filter(({ verdict }) => verdict.state === 'blocked');
  const [first] = blocked;
  const reason = first?.verdict.state === 'blocked' ? first.verdict.reason : null;
  const isOption = (recipe.group ?? 'option') === 'option';
  const stateOf = (): Standing['state'] => {
    // Nobody waits for an option that was never chosen, whatever is in its way.
    if (presence === 'absent' && isOption) return 'not-installed';
    if (presence === 'absent' && plan.changes > 0) return blocked.every(({ step }) => isMetByRecipe(step)) ? 'not-installed' : 'blocked';
    if (blocked.length > 0) return 'blocked';
    if (plan.changes > 0) return 'changes';
    return plan.steps.some(({ verdict }) => verdict.state === 'unknown') ? 'unknown' : 'up-to-date';
  };
  return { state: stateOf(), changes: plan.changes, reason, takenAt };
}

function presenceOf({ id, presence }: Recipe, { facts, known, chosen }: MadePlan): Presence {
  if (typeof presence !== 'string') {
    const values = chosen.find(({ recipe }) => recipe.id === id)?.values ?? {};
    return presence({ answers: known, facts, values });
  }
  return PRESENCE[known.get(presence)?.status ?? 'denied'];
}

/** What another recipe brings is missing, and no fault of the host. */
const isMetByRecipe = ({ resource }: Step): boolean => resource.kind === 'require' && resource.metBy.length > 0;

import type { SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import type { Step } from './engine/resources.ts';
import type { MadePlan } from './planner.ts';
import type { Recipe } from './recipe.ts';

/** How a host stands to one recipe, for its card. */
export function standingOf(recipe: Recipe, { plan, known }: MadePlan, takenAt: number): NonNullable<SetupRecipe['standing']> {
  const presence = known.get(recipe.presence);
  const is = (state: string): boolean => plan.steps.some(({ verdict }) => verdict.state === state);
  const { changes } = plan;
  const isBlockedAnyway = plan.steps.some(({ step, verdict }) => verdict.state === 'blocked' && !isMetByRecipe(step));
  const blocked = plan.steps.map(({ verdict }) => verdict).find((verdict) => verdict.state === 'blocked');
  const reason = blocked?.state === 'blocked' ? blocked.reason : null;
  if (presence?.status === 'absent' && changes > 0)
    return { state: isBlockedAnyway ? 'blocked' : 'not-installed', changes, reason, takenAt };
  if (is('blocked')) return { state: 'blocked', changes, reason, takenAt };
  if (changes > 0) return { state: 'changes', changes, reason, takenAt };
  return { state: is('unknown') ? 'unknown' : 'up-to-date', changes, reason, takenAt };
}

/** What another recipe brings is missing, and no fault of the host. */
const isMetByRecipe = ({ resource }: Step): boolean => resource.kind === 'require' && resource.metBy.length > 0;

import type { SetupPlan } from '../../../shared/capabilities/setup/contract.ts';
import { TEXT } from './text.ts';

/** Why a plan cannot be applied now; null = it can. */
export function applyProblem(
  plan: Pick<SetupPlan, 'steps' | 'asRoot' | 'canApply' | 'locked'>,
  o: { readonly isOnline: boolean; readonly isRunActive: boolean; readonly takesOver?: boolean },
): string | null {
  if (!o.isOnline) return TEXT.offline;
  if (o.isRunActive) return TEXT.runActive;
  if (plan.steps.some(({ state }) => state === 'blocked')) return TEXT.hasBlockedSteps;
  if (!plan.asRoot) return TEXT.needsSudoFirst;
  if (!plan.canApply) return TEXT.hasUnknownSteps;
  return plan.locked === null || o.takesOver === true ? null : TEXT.locked;
}

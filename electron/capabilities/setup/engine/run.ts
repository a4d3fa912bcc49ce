import { PanelException, toPanelError } from '../../../../shared/errors.ts';
import type { HostAnswers } from '../../../foundation/host-reader/answers.ts';
import { setupBlockedError, setupCancelledError, setupChangedError, setupNotVerifiedError } from '../errors.ts';
import type { Guards } from './guards.ts';
import type { SetupLock } from './lock.ts';
import { type Performer, performAction, writeFiles } from './perform.ts';
import { actionKeys, findUnshownStep, type PlacedStep, type Plan, type PlannedStep, planSteps, readsOf } from './plan.ts';
import type { FileWrite, Guard } from './resources.ts';

export interface RunObserver {
  onStep(id: string, state: 'running' | 'done'): void;
}

export interface RunParts {
  readonly performer: Performer;
  readonly guards: Guards;
  readonly lock: SetupLock;
  /** Reads the host as root and plans again. */
  readonly replan: () => Promise<Plan>;
  /** Reads what these steps need, as root. */
  readonly read: (steps: readonly PlacedStep[]) => Promise<HostAnswers>;
  /** Keys of the actions that were shown and confirmed. */
  readonly shownKeys: ReadonlySet<string>;
  /** Guards that an interrupted run left armed: their changes are put back first. */
  readonly leftGuards: readonly string[];
  readonly observer: RunObserver;
}

/**
 * Applies a plan: only actions that were shown, each verified on the host. Steps that are done already are skipped. Throws setup-changed when the
 * host differs from what was shown, setup-blocked, setup-cancelled, setup-not-verified, setup-reverted, and the errors of its actions; a
 * guard that was armed is put back before it throws.
 */
export async function applyPlan(r: RunParts): Promise<Plan> {
  for (const id of r.leftGuards) await r.guards.revert(id);
  const plan = await r.replan();
  const unshown = findUnshownStep(plan, r.shownKeys);
  if (unshown !== null) throw setupChangedError(unshown.step.title);
  const blockedStep = plan.steps.find(({ verdict }) => verdict.state === 'blocked');
  if (blockedStep?.verdict.state === 'blocked') throw setupBlockedError(blockedStep.verdict.reason, blockedStep.verdict.remedy);
  let armed: Guard | null = null;
  try {
    for (const group of groupSteps(plan.steps)) {
      const guard = plan.guards.find(({ id }) => id === group[0]?.step.guard) ?? null;
      if (armed !== null && armed.id !== guard?.id) {
        await r.guards.confirm(armed);
        armed = null;
      }
      if (r.performer.signal.aborted) throw setupCancelledError();
      if (guard !== null && armed === null) {
        await r.guards.arm(
          guard,
          plan.steps.filter(({ step, verdict }) => step.guard === guard.id && verdict.state === 'change'),
        );
        armed = guard;
      }
      await r.lock.refresh();
      await applyGroup(r, group);
    }
    if (armed !== null) await r.guards.confirm(armed);
    return plan;
  } catch (thrown) {
    if (armed !== null && !isLostConnection(thrown)) await r.guards.revert(armed.id).catch(() => false);
    throw thrown;
  }
}

/** Without a connection nothing can be put back from here: the timer on the host does it. */
export const isLostConnection = (thrown: unknown): boolean => thrown instanceof PanelException && isOfConnection(toPanelError(thrown).code);

/** A dead link ends as any of the errors of SSH; these two are of one command on a live one. */
const isOfConnection = (code: string): boolean =>
  code.startsWith('ssh-') && code !== 'ssh-command-timeout' && code !== 'ssh-channel-refused';

/** Steps that change something, in order; neighbours that only write files for the same user and guard are one group. */
export function groupSteps(steps: readonly PlannedStep[]): readonly (readonly PlannedStep[])[] {
  const groups: PlannedStep[][] = [];
  for (const step of steps) {
    if (step.verdict.state !== 'change') continue;
    const before = groups.at(-1);
    const isSame = before !== undefined && fileWriter(step) !== null && before.every((other) => fileWriter(other) === fileWriter(step));
    if (isSame && before[0]?.step.guard === step.step.guard) before.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** Who writes the file of a step that does nothing else; null = another step. */
function fileWriter({ step: { resource } }: PlannedStep): string | null {
  return resource.kind === 'file' ? (resource.as ?? 'root') : null;
}

async function applyGroup(r: RunParts, group: readonly PlannedStep[]): Promise<void> {
  for (const { id } of group) r.observer.onStep(id, 'running');
  const writes: FileWrite[] = [];
  for (const { verdict } of group) {
    if (verdict.state !== 'change') continue;
    for (const action of verdict.actions) {
      if (action.kind === 'file') writes.push(action.write);
      else await performAction(r.performer, action);
    }
  }
  if (writes.length > 0) await writeFiles(r.performer, writes);
  await verifyGroup(r, group);
  for (const { id } of group) r.observer.onStep(id, 'done');
}

/** The host decides whether a step is done. */
async function verifyGroup(r: RunParts, group: readonly PlannedStep[]): Promise<void> {
  if (group.every(({ step }) => readsOf(step.resource).length === 0)) return;
  const checked = planSteps({ steps: group, guards: [], answers: await r.read(group), probes: new Map() });
  for (const { step, verdict } of checked.steps) {
    if (verdict.state === 'ok' || step.resource.kind === 'answer') continue;
    const left = verdict.state === 'blocked' ? verdict.reason : actionKeys(verdict).join('\n').slice(0, 2000);
    const lines = step.resource.kind === 'unit' ? await r.performer.lastLines() : '';
    throw setupNotVerifiedError(step.title, lines === '' ? left : `${left}\n${lines}`);
  }
}

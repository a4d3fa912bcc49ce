import { assertNever } from '../../../../shared/errors.ts';
import { type HostAnswers, type ReadRequest, readPackagesRequest, readUserRequest } from '../../../foundation/host-reader/answers.ts';
import type { ApiState } from '../api/operation.ts';
import {
  blocked,
  OK,
  readsOfAbsent,
  readsOfFile,
  readsOfPlace,
  sha256,
  verdictOfAbsent,
  verdictOfFile,
  verdictOfFolder,
  verdictOfLink,
} from './plan-files.ts';
import { LAUNCHD_REQUEST, LISTEN_REQUEST, verdictOfLaunchd } from './plan-launchd.ts';
import { readsOfCheckout, readsOfEnvironment, verdictOfCheckout, verdictOfEnvironment } from './plan-programs.ts';
import {
  keysOf,
  readsOfMember,
  readsOfPackages,
  readsOfUnit,
  readsOfUser,
  verdictOfMember,
  verdictOfMemberAbsent,
  verdictOfPackages,
  verdictOfPackagesAbsent,
  verdictOfUnit,
  verdictOfUser,
  verdictOfUserAbsent,
} from './plan-system.ts';
import type { Action, Guard, RequireResource, Resource, Step, Verdict } from './resources.ts';

/** A step of a recipe with its place: ids are unique in a plan as `recipe/step`. */
export interface PlacedStep {
  readonly id: string;
  readonly recipe: string;
  readonly step: Step;
}

export interface PlannedStep extends PlacedStep {
  readonly verdict: Verdict;
}

/** What a recipe, or several in a row, would do on a host. */
export interface Plan {
  /** Identifies what was shown: the actions of all steps. */
  readonly id: string;
  readonly steps: readonly PlannedStep[];
  readonly guards: readonly Guard[];
  readonly changes: number;
  readonly blockedSteps: number;
}

/** Requests that a step's verdict is made from. */
export function readsOf(resource: Resource): readonly ReadRequest[] {
  switch (resource.kind) {
    case 'packages':
      return readsOfPackages(resource);
    case 'user':
      return readsOfUser(resource);
    case 'member':
    case 'member-absent':
      return readsOfMember(resource);
    case 'packages-absent':
      return resource.names.length === 0 ? [] : [readPackagesRequest(resource.names)];
    case 'user-absent':
      return [readUserRequest(resource.name)];
    case 'file':
      return readsOfFile(resource);
    case 'folder':
    case 'link':
      return readsOfPlace(resource);
    case 'absent':
      return readsOfAbsent(resource);
    case 'environment':
      return readsOfEnvironment(resource);
    case 'checkout':
      return readsOfCheckout(resource);
    case 'unit':
      return readsOfUnit(resource);
    case 'launchd':
      return [LAUNCHD_REQUEST, LISTEN_REQUEST];
    case 'answer':
    case 'api':
    case 'require':
      return [];
    default:
      return assertNever(resource);
  }
}

/** How addresses and operations of programs responded, by {@link probeKey}. */
export type ProbeResults = ReadonlyMap<string, ApiState>;

export type ProbedResource = Extract<Resource, { kind: 'answer' | 'api' }>;

export const probeKey = (resource: ProbedResource): string =>
  resource.kind === 'answer' ? resource.url : `${resource.operation.place} ${resource.operation.request}`;

/**
 * Compares steps with the state of the host and the answers of its programs. Pure.
 */
export function planSteps(o: {
  readonly steps: readonly PlacedStep[];
  readonly guards: readonly Guard[];
  readonly answers: HostAnswers;
  readonly probes: ProbeResults;
  /** Actions of the plan that is applied: a program that such a plan waits for may still be starting. */
  readonly shownKeys?: ReadonlySet<string>;
}): Plan {
  const willChange = new Set<string>();
  const changedSteps = new Set<string>();
  const earlier = new Set<string>();
  const steps = o.steps.map((placed): PlannedStep => {
    const { resource, needs } = placed.step;
    const dependsOnChange = needs.some((need) => changedSteps.has(`${placed.recipe}/${need}`) || changedSteps.has(need));
    const verdict =
      resource.kind === 'answer' || resource.kind === 'api'
        ? verdictOfProbe(resource, o.probes.get(probeKey(resource)), dependsOnChange, o.shownKeys ?? new Set())
        : resource.kind === 'require'
          ? verdictOfRequire(resource, earlier)
          : verdictOf(resource, o.answers, willChange);
    earlier.add(placed.recipe);
    if (verdict.state === 'change') {
      changedSteps.add(placed.id);
      for (const key of keysOf(resource)) willChange.add(key);
    }
    return { ...placed, verdict };
  });
  return {
    id: sha256(JSON.stringify(steps.map(({ id, verdict }) => [id, verdict.state, actionKeys(verdict)]))).slice(0, 24),
    steps,
    guards: o.guards,
    changes: steps.filter(({ verdict }) => verdict.state === 'change').length,
    blockedSteps: steps.filter(({ verdict }) => verdict.state === 'blocked').length,
  };
}

const verdictOfRequire = ({ holds, isFatal, metBy, reason, remedy }: RequireResource, earlier: ReadonlySet<string>): Verdict =>
  holds || !isFatal || metBy.some((recipe) => earlier.has(recipe)) ? OK : blocked(reason, remedy);

function verdictOf(
  resource: Exclude<Resource, ProbedResource | RequireResource>,
  answers: HostAnswers,
  willChange: ReadonlySet<string>,
): Verdict {
  switch (resource.kind) {
    case 'packages':
      return verdictOfPackages(resource, answers, willChange);
    case 'user':
      return verdictOfUser(resource, answers, willChange);
    case 'member':
      return verdictOfMember(resource, answers);
    case 'member-absent':
      return verdictOfMemberAbsent(resource, answers);
    case 'packages-absent':
      return verdictOfPackagesAbsent(resource, answers);
    case 'user-absent':
      return verdictOfUserAbsent(resource, answers);
    case 'file':
      return verdictOfFile(resource, answers);
    case 'folder':
      return verdictOfFolder(resource, answers);
    case 'link':
      return verdictOfLink(resource, answers);
    case 'absent':
      return verdictOfAbsent(resource, answers, willChange);
    case 'environment':
      return verdictOfEnvironment(resource, answers);
    case 'checkout':
      return verdictOfCheckout(resource, answers);
    case 'unit':
      return verdictOfUnit(resource, answers, willChange);
    case 'launchd':
      return verdictOfLaunchd(resource, answers);
    default:
      return assertNever(resource);
  }
}

function verdictOfProbe(
  resource: ProbedResource,
  found: ApiState | undefined,
  dependsOnChange: boolean,
  shownKeys: ReadonlySet<string>,
): Verdict {
  const change = changeOfProbe(resource);
  if (!dependsOnChange && found?.kind === 'done') return OK;
  const isAwaited = dependsOnChange || actionKeys(change).every((key) => shownKeys.has(key));
  if (!isAwaited && found?.kind === 'failed') return blocked(found.reason, found.remedy ?? 'See the logs of the service for the cause.');
  return change;
}

function changeOfProbe(resource: ProbedResource): Verdict {
  if (resource.kind === 'api') {
    const { operation, downloadBytes } = resource;
    return { state: 'change', actions: [{ kind: 'api', operation }], downloadBytes, note: null };
  }
  const { url, status, json, withinS } = resource;
  return { state: 'change', actions: [{ kind: 'wait-for-answer', url, status, json, withinS }], downloadBytes: null, note: null };
}

/** What identifies an action, without the text of a file; packages have a key each, since a part of them may be installed by now. */
function keysOfAction(action: Action): readonly string[] {
  if (action.kind === 'long' && (action.script === 'packages' || action.script === 'packages-absent')) {
    return action.args.map((name) => JSON.stringify([action.script, name]));
  }
  if (action.kind !== 'file') return [JSON.stringify(action)];
  const { shown: _shown, text, ...rest } = action.write;
  return [JSON.stringify({ ...rest, text: sha256(text) })];
}

export function actionKeys(verdict: Verdict): readonly string[] {
  return verdict.state === 'change' ? verdict.actions.flatMap(keysOfAction) : [];
}

/** Whether an action only repairs what an interruption or a reboot left, so that nobody needs to have seen it. */
const isRepair = (action: Action): boolean =>
  action.kind === 'command' && action.argv[0] === 'systemctl' && (action.argv[1] === 'reset-failed' || action.argv[1] === 'daemon-reload');

/**
 * The first step whose actions were not shown in `shownKeys`, or null when `plan` does nothing else. A plan of which a part is done by now is still covered.
 */
export function findUnshownStep(plan: Plan, shownKeys: ReadonlySet<string>): PlannedStep | null {
  const isUnshown = (action: Action): boolean => !isRepair(action) && keysOfAction(action).some((key) => !shownKeys.has(key));
  return plan.steps.find(({ verdict }) => verdict.state === 'change' && verdict.actions.some(isUnshown)) ?? null;
}

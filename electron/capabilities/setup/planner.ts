import { monotonicMs } from '../../../shared/monotonic.ts';
import type { ShippedFiles } from '../../foundation/files/shipped.ts';
import type { HostAnswers, ReadRequest } from '../../foundation/host-reader/answers.ts';
import { readHost } from '../../foundation/host-reader/reader.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { type PlacedStep, type Plan, type ProbedResource, planSteps, readsOf } from './engine/plan.ts';
import { setupBadParameterError } from './errors.ts';
import { FACT_REQUESTS, type HostFacts, readHostFacts } from './host-facts.ts';
import { type Programs, probeAll } from './programs.ts';
import { findBadParameter, guardsOf, type ParameterValues, type Recipe } from './recipe.ts';

/** A recipe with the values that it is planned with. */
export interface ChosenRecipe {
  readonly recipe: Recipe;
  readonly values: ParameterValues;
}

export interface MadePlan {
  readonly plan: Plan;
  readonly chosen: readonly ChosenRecipe[];
  readonly facts: HostFacts;
  /** Answers to the first reading. */
  readonly known: HostAnswers;
  readonly answers: HostAnswers;
  /** Commands that the reading took. */
  readonly hostCommands: number;
  readonly elapsedMs: number;
  readonly asRoot: boolean;
}

/** Guards that an earlier run left on the host. */
export const GUARDS_REQUEST: ReadRequest = 'list /var/lib/ada-panel/guards';

export interface PlannerParts {
  readonly shipped: ShippedFiles;
  readonly transport: Pick<Transport, 'exec'>;
  readonly programs: Programs;
}

/** What is read together with a plan for another purpose: with its facts, and with what its steps are compared with. */
export interface AlsoRead {
  readonly first: readonly ReadRequest[];
  readonly second: (known: HostAnswers) => readonly ReadRequest[];
}

interface PlanOptions {
  readonly asRoot: boolean;
  readonly alsoRead?: AlsoRead;
  readonly shownKeys?: ReadonlySet<string>;
}

/**
 * Plans recipes in a row: one command reads the facts, a second one everything that the steps are compared with. Changes nothing. Throws
 * setup-bad-parameter, host-read-failed, and what exec throws.
 */
export async function makePlan(parts: PlannerParts, chosen: readonly ChosenRecipe[], o: PlanOptions): Promise<MadePlan> {
  const [made] = await makePlans(parts, [chosen], o);
  if (made === undefined) throw new Error('one plan is made for each list of recipes');
  return made;
}

/** As {@link makePlan}, several plans that know nothing of each other from the same two readings. */
export async function makePlans(
  parts: PlannerParts,
  lists: readonly (readonly ChosenRecipe[])[],
  o: PlanOptions,
): Promise<readonly MadePlan[]> {
  const startedAt = monotonicMs();
  const all = lists.flat();
  for (const { recipe, values } of all) {
    const bad = findBadParameter(recipe, values);
    if (bad !== null) throw setupBadParameterError(bad);
  }
  let hostCommands = 0;
  const read = (requests: readonly ReadRequest[]): Promise<HostAnswers> => {
    hostCommands += 1;
    return readHost(parts.transport, requests, { asRoot: o.asRoot });
  };
  const known = await read([
    ...FACT_REQUESTS,
    ...(o.alsoRead?.first ?? []),
    ...all.flatMap(({ recipe, values }) => [
      ...(typeof recipe.presence === 'string' ? [recipe.presence] : []),
      ...(recipe.reads?.(values) ?? []),
    ]),
  ]);
  const facts = readHostFacts(known);
  const drafts = lists.map((chosen) => {
    const together = chosen.map(({ recipe }) => recipe.id);
    const context = { facts, answers: known, shipped: parts.shipped, together, gateway: parts.programs.gateway() };
    return { chosen, steps: chosen.flatMap(({ recipe, values }) => placeSteps(recipe, recipe.steps({ ...context, values }))) };
  });
  const steps = drafts.flatMap((draft) => draft.steps);
  const [answers, probes] = await Promise.all([
    read([
      ...steps.flatMap(({ step }) => readsOf(step.resource)),
      ...(o.asRoot ? [GUARDS_REQUEST] : []),
      ...(o.alsoRead?.second(known) ?? []),
    ]),
    probeAll(parts.programs, steps.flatMap(probedResource)),
  ]);
  const elapsedMs = monotonicMs() - startedAt;
  return drafts.map((draft): MadePlan => {
    const plan = planSteps({
      steps: draft.steps,
      guards: draft.chosen.flatMap(({ recipe, values }) => guardsOf(recipe, values)),
      answers,
      probes,
      ...(o.shownKeys === undefined ? {} : { shownKeys: o.shownKeys }),
    });
    return { plan, chosen: draft.chosen, facts, known, answers, hostCommands, elapsedMs, asRoot: o.asRoot };
  });
}

function placeSteps(recipe: Recipe, steps: ReturnType<Recipe['steps']>): readonly PlacedStep[] {
  return steps.map((step) => ({ id: `${recipe.id}/${step.id}`, recipe: recipe.id, step }));
}

/** Programs respond while the host is read, so that they cost no time of their own. */
function probedResource({ step: { resource } }: PlacedStep): readonly ProbedResource[] {
  return resource.kind === 'answer' || resource.kind === 'api' ? [resource] : [];
}

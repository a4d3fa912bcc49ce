import type { SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import type { ShippedFiles } from '../../foundation/files/shipped.ts';
import type { HostAnswers, ReadRequest } from '../../foundation/host-reader/answers.ts';
import type { GatewayOfHost } from './api/operation.ts';
import type { Guard, Step } from './engine/resources.ts';
import type { HostFacts } from './host-facts.ts';

/** Values of a recipe's parameters by key; every key of the recipe is there. */
export type ParameterValues = Readonly<Record<string, string>>;

/** One thing that the operator may choose; values are texts, also numbers and `yes`/`no`. */
export interface Parameter {
  readonly key: string;
  readonly label: string;
  /** One sentence: what it does. */
  readonly help: string;
  readonly kind: 'text' | 'number' | 'choice' | 'switch' | 'secret';
  readonly initial: string;
  /** Turns a secret into what is stored instead of it, such as a hash. */
  readonly seal?: (secret: string) => string;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** Null when the value is good, else why not. */
  readonly check: (value: string) => string | null;
}

export interface RecipeContext {
  readonly values: ParameterValues;
  readonly facts: HostFacts;
  readonly shipped: ShippedFiles;
  /** Answers to {@link Recipe.reads}. */
  readonly answers: HostAnswers;
  /** Ids of all recipes of the plan. */
  readonly together: readonly string[];
  readonly gateway: GatewayOfHost;
}

/**
 * Whether a host has what a recipe sets up. `elsewhere`: this host has no use for the recipe, and why, in one sentence. A recipe that is absent
 * or elsewhere is no fault of the host unless it belongs to the first setup.
 */
export type Presence = 'present' | 'absent' | 'unknown' | { readonly elsewhere: string };

/** A set-up of one program, as data: what is true on the host afterwards. */
export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** One sentence: what the host has afterwards. */
  readonly summary: string;
  /** Where the page lists it; an option where it is not given. */
  readonly group?: SetupRecipe['group'];
  readonly parameters: readonly Parameter[];
  /** What the steps depend on, beyond the facts that every recipe gets. */
  reads?(values: ParameterValues): readonly ReadRequest[];
  steps(context: RecipeContext): readonly Step[];
  readonly guards: readonly Guard[] | ((values: ParameterValues) => readonly Guard[]);
  /** What is there only where the recipe was applied, or how that is seen in the answers to {@link Recipe.reads}. */
  readonly presence: ReadRequest | ((context: Pick<RecipeContext, 'answers' | 'facts' | 'values'>) => Presence);
}

export const guardsOf = ({ guards }: Pick<Recipe, 'guards'>, values: ParameterValues): readonly Guard[] =>
  typeof guards === 'function' ? guards(values) : guards;

/** A value that fits, of the recipe's parameters: unknown keys are dropped, missing ones get their initial value. */
export function completeValues(recipe: Pick<Recipe, 'parameters'>, given: ParameterValues): ParameterValues {
  return Object.fromEntries(recipe.parameters.map(({ key, initial }) => [key, given[key] ?? initial]));
}

/** The first parameter whose value is not good; null = all are. */
export function findBadParameter(
  recipe: Pick<Recipe, 'parameters'>,
  values: ParameterValues,
): { readonly key: string; readonly label: string; readonly reason: string } | null {
  for (const { key, label, check } of recipe.parameters) {
    const reason = check(values[key] ?? '');
    if (reason !== null) return { key, label, reason };
  }
  return null;
}

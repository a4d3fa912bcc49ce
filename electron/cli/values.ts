import { setupBadParameterError } from '../capabilities/setup/errors.ts';
import { completeValues, type Parameter, type ParameterValues, type Recipe } from '../capabilities/setup/recipe.ts';
import type { SetupStore } from '../capabilities/setup/run-store.ts';
import type { SecretStore } from '../foundation/secret-store.ts';
import type { Assignment } from './arguments.ts';
import { usageError } from './errors.ts';

/** The recipes that were named, in their order. Throws command-line-usage. */
export function chooseRecipes(all: readonly Recipe[], names: readonly string[]): readonly Recipe[] {
  return names.map((name) => {
    const recipe = all.find(({ id }) => id === name);
    if (recipe === undefined) throw usageError(`No recipe is named ${name}. There are: ${all.map(({ id }) => id).join(', ')}.`);
    return recipe;
  });
}

/** Values by recipe that take the place of remembered ones. Throws command-line-usage, setup-bad-parameter. */
export function readAssignments(recipes: readonly Recipe[], assignments: readonly Assignment[]): ReadonlyMap<string, ParameterValues> {
  const values = new Map<string, Record<string, string>>();
  for (const { recipe: only, key, value } of assignments) {
    const name = only === null ? key : `${only}.${key}`;
    if (only !== null && !recipes.some(({ id }) => id === only))
      throw usageError(`--set ${name}: the recipe ${only} is not among those named.`);
    const found = recipes.flatMap((recipe) => {
      const parameter = recipe.parameters.find((entry) => entry.key === key && (only === null || recipe.id === only));
      return parameter === undefined ? [] : [{ recipe, parameter }];
    });
    if (found.length === 0) throw usageError(`--set ${name}: no such key. There are: ${keysOf(recipes).join(', ')}.`);
    for (const { recipe, parameter } of found) {
      checkAssigned(name, parameter, value);
      values.set(recipe.id, { ...values.get(recipe.id), [key]: value });
    }
  }
  return values;
}

function checkAssigned(name: string, parameter: Parameter, value: string): void {
  if (parameter.kind === 'secret')
    throw usageError(`--set ${name}: a secret is asked for on the terminal, since arguments are visible to others.`);
  const reason = parameter.check(value);
  if (reason !== null) throw setupBadParameterError({ key: parameter.key, label: `--set ${name}`, reason });
}

const keysOf = (recipes: readonly Recipe[]): readonly string[] =>
  recipes.flatMap(({ id, parameters }) => parameters.filter(({ kind }) => kind !== 'secret').map(({ key }) => `${id}.${key}`));

/** What the panel remembers of a host, with the values of the command line on top; nothing is written. */
export function readOnlyStore(
  remembered: SetupStore['values'],
  assigned: ReadonlyMap<string, ParameterValues>,
  recipes: readonly Recipe[],
): SetupStore {
  const saved = remembered();
  const values = Object.fromEntries(
    recipes.map((recipe) => [recipe.id, { ...completeValues(recipe, saved[recipe.id] ?? {}), ...assigned.get(recipe.id) }]),
  );
  return {
    run: () => null,
    saveRun: () => {},
    values: () => values,
    saveValues: () => {},
    reportSavedAt: () => null,
    saveReportSavedAt: () => {},
  };
}

/** Secrets of this process alone. */
export function secretsOfRun(): SecretStore {
  const secrets = new Map<string, string>();
  return {
    read: (name) => secrets.get(name) ?? null,
    write: (name, secret) => void secrets.set(name, secret),
    forget: (name) => void secrets.delete(name),
    values: () => [...secrets.values()],
  };
}

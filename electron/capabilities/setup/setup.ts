import type { SetupPlan, SetupRecipe, SetupState } from '../../../shared/capabilities/setup/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { toPanelError } from '../../../shared/errors.ts';
import type { ShippedFiles } from '../../foundation/files/shipped.ts';
import type { SecretStore } from '../../foundation/secret-store.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { diagnose } from './adopt/diagnoses.ts';
import { readAdoptFacts } from './adopt/facts.ts';
import { ADOPT_REQUESTS, adoptRequests } from './adopt/requests.ts';
import { describePlan } from './describe.ts';
import { LOCK_ABANDONED_S } from './engine/lock.ts';
import { findHolder, LOCK_REQUEST, type LockHolder } from './engine/lock-holder.ts';
import { setupBadParameterError, setupLockedError, setupPlanUnknownError } from './errors.ts';
import { type ChosenRecipe, type MadePlan, makePlan, makePlans } from './planner.ts';
import type { Programs } from './programs.ts';
import { completeValues, findBadParameter, type ParameterValues, type Recipe } from './recipe.ts';
import type { SetupStore } from './run-store.ts';
import { createRunner } from './runner.ts';
import { standingOf } from './standing.ts';

const EMIT_EVERY_MS = 200;

export interface SetupParts {
  readonly hostId: string;
  readonly hostLabel: () => string;
  readonly transport: Transport;
  readonly programs: Programs;
  readonly shipped: ShippedFiles;
  readonly recipes: readonly Recipe[];
  readonly store: SetupStore;
  readonly secrets: SecretStore;
  /** Words for the lock on the host: who, from where. */
  readonly operator: string;
  readonly now: () => number;
  /** Called when a run ended, however it ended. */
  readonly onRunEnd?: () => void;
}

export type Setup = ReturnType<typeof createSetup>;

/** Setup of one host: cards, plans, and one run at a time. */
export function createSetup(p: SetupParts) {
  const changes = createEmitter<SetupState>();
  const standings = new Map<string, SetupRecipe['standing']>();
  /** The plan that was shown last, which alone can be applied. */
  let shown: { readonly made: MadePlan; readonly holder: LockHolder | null } | null = null;
  let error: SetupState['error'] = null;
  let emitTimer: NodeJS.Timeout | null = null;

  const secretName = (recipe: string, key: string): string => `setup.${p.hostId}.${recipe}.${key}`;
  const valuesOf = (recipe: Recipe): ParameterValues => completeValues(recipe, p.store.values()[recipe.id] ?? {});
  const withSecrets = (recipe: Recipe, values: ParameterValues): ParameterValues => ({
    ...values,
    ...Object.fromEntries(
      recipe.parameters.filter(({ kind }) => kind === 'secret').map(({ key }) => [key, p.secrets.read(secretName(recipe.id, key)) ?? '']),
    ),
  });
  const choose = (id: string, values?: ParameterValues): ChosenRecipe => {
    const recipe = p.recipes.find((entry) => entry.id === id);
    if (recipe === undefined) throw setupPlanUnknownError();
    return { recipe, values: withSecrets(recipe, values === undefined ? valuesOf(recipe) : completeValues(recipe, values)) };
  };
  const state = (): SetupState => ({
    recipes: p.recipes.map((recipe) => describeRecipe(recipe)),
    run: runner.run(),
    error,
    reportSavedAt: p.store.reportSavedAt(),
  });
  const describeRecipe = (recipe: Recipe): SetupRecipe => {
    const values = valuesOf(recipe);
    return {
      id: recipe.id,
      title: recipe.title,
      summary: recipe.summary,
      group: recipe.group ?? 'option',
      standing: standings.get(recipe.id) ?? null,
      parameters: recipe.parameters.map(({ key, label, help, kind, initial, choices }) => ({
        key,
        label,
        help,
        kind,
        initial,
        value: kind === 'secret' ? '' : (values[key] ?? initial),
        hasSecret: kind === 'secret' && p.secrets.read(secretName(recipe.id, key)) !== null,
        choices: [...(choices ?? [])],
      })),
    };
  };
  const emit = (): void => {
    if (emitTimer !== null) clearTimeout(emitTimer);
    emitTimer = null;
    changes.emit(state());
  };
  const emitSoon = (): void => {
    emitTimer ??= setTimeout(emit, EMIT_EVERY_MS);
  };
  const runner = createRunner({
    ...p,
    choose,
    onChange: (isSoon) => (isSoon ? emitSoon() : emit()),
    onEnd: () => {
      p.onRunEnd?.();
      void refresh();
    },
  });
  const shownAs = (planId: string) => (shown?.made.plan.id === planId ? shown : null);
  const refresh = async (): Promise<SetupState> => {
    try {
      const chosen = p.recipes.map(({ id }) => choose(id));
      // Values that another version saved must not hide how the host stands to the other recipes.
      const isGood = ({ recipe, values }: ChosenRecipe): boolean => findBadParameter(recipe, values) === null;
      const made = await makePlans(
        p,
        chosen.filter(isGood).map((one) => [one]),
        { asRoot: false },
      );
      for (const ofRecipe of made) {
        for (const { recipe } of ofRecipe.chosen) standings.set(recipe.id, standingOf(recipe, ofRecipe, p.now()));
      }
      for (const { recipe, values } of chosen) {
        const bad = findBadParameter(recipe, values);
        if (bad !== null)
          standings.set(recipe.id, { state: 'blocked', changes: 0, reason: `${bad.label}: ${bad.reason}`, takenAt: p.now() });
      }
      error = null;
    } catch (thrown) {
      error = toPanelError(thrown);
    }
    emit();
    return state();
  };

  const plan = async (recipes: readonly string[], asRoot: boolean): Promise<SetupPlan> => {
    const made = await makePlan(
      p,
      recipes.map((id) => choose(id)),
      { asRoot, alsoRead: { first: [...ADOPT_REQUESTS, LOCK_REQUEST], second: adoptRequests } },
    );
    const found = findHolder(made.known);
    const isHeld = found !== null && found.ageS < LOCK_ABANDONED_S && !runner.isOwn(found.token);
    const holder = isHeld ? found : null;
    shown = { made, holder };
    for (const { recipe } of made.chosen) if (made.chosen.length === 1) standings.set(recipe.id, standingOf(recipe, made, p.now()));
    emitSoon();
    const findings = diagnose(
      readAdoptFacts(made),
      p.recipes.map(({ id }) => id),
    );
    return describePlan(made, findings, p.now(), holder === null ? null : toPanelError(setupLockedError(holder)));
  };

  return {
    state,
    refresh,
    plan,
    saveValues: (id: string, values: ParameterValues): SetupState => {
      const { recipe } = choose(id);
      // A misspelt key would leave the recipe with a value that nobody chose.
      const unknown = Object.keys(values).find((key) => !recipe.parameters.some((parameter) => parameter.key === key));
      if (unknown !== undefined) throw setupBadParameterError({ key: unknown, label: unknown, reason: 'There is no such parameter.' });
      const plain = { ...recipe, parameters: recipe.parameters.filter(({ kind }) => kind !== 'secret') };
      const completed = completeValues(plain, { ...valuesOf(recipe), ...values });
      const bad = findBadParameter(plain, completed);
      if (bad !== null) throw setupBadParameterError(bad);
      p.store.saveValues(id, completed);
      standings.delete(id);
      emit();
      return state();
    },
    setSecret: (id: string, key: string, secret: string): SetupState => {
      const parameter = choose(id).recipe.parameters.find((entry) => entry.key === key && entry.kind === 'secret');
      if (parameter === undefined) throw setupPlanUnknownError();
      const reason = secret === '' ? null : parameter.check(secret);
      if (reason !== null) throw setupBadParameterError({ key, label: parameter.label, reason });
      if (secret === '') p.secrets.forget(secretName(id, key));
      else p.secrets.write(secretName(id, key), parameter.seal?.(secret) ?? secret);
      emit();
      return state();
    },
    /** The plan that apply would run; null = unknown. For the confirmation. */
    planned: (planId: string): MadePlan | null => shownAs(planId)?.made ?? null,
    /** Who holds the host by that plan, in words; null = nobody. For the confirmation. */
    holder: (planId: string): string | null => shownAs(planId)?.holder?.text ?? null,
    apply: (planId: string, { takeOver }: { readonly takeOver: boolean } = { takeOver: false }): void => {
      const plan = shownAs(planId);
      if (plan === null) throw setupPlanUnknownError();
      runner.start(plan.made, takeOver ? plan.holder?.token : undefined);
    },
    resume: runner.resume,
    cancel: runner.cancel,
    dismiss: runner.dismiss,
    report: runner.report,
    reportSaved: (): void => {
      p.store.saveReportSavedAt(p.now());
      emit();
    },
    onChange: changes.on,
    stop: (): void => {
      runner.stop();
      if (emitTimer !== null) clearTimeout(emitTimer);
    },
  };
}

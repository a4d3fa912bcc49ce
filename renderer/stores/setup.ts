import { useMemo } from 'react';
import type { SetupPlan, SetupState } from '../../shared/capabilities/setup/contract.ts';
import { hasCode, type PanelError, toPanelError } from '../../shared/errors.ts';
import { INITIAL_SETUP_STATE } from '../../shared/initial-states.ts';
import { bridge, bridgeOf } from '../bridge.ts';
import { useHostId } from './host-context.tsx';
import { createHostState } from './host-state.ts';
import { createHostStore } from './host-store.ts';
import { attempt } from './notices.ts';

const setup = createHostState<SetupState>({
  initial: INITIAL_SETUP_STATE,
  read: (host) => host.setup.state(),
  onChanged: (listener) => bridge.setup.onChanged(listener),
});

/** The recipes of the host and its run, as the main process reported them last. */
export const { useState: useSetupState, usePart: useSetupPart, useChange: useSetupChange } = setup;

/** The plan that is shown, and what leads to it; it persists while other pages are open. */
export interface ShownPlan {
  /** Recipes whose plan is shown or being read; empty = no plan is open. */
  readonly recipes: readonly string[];
  readonly plan: SetupPlan | null;
  readonly isPlanning: boolean;
  readonly isApplying: boolean;
  readonly isRefreshing: boolean;
  readonly error: PanelError | null;
  /** Recipes that are ticked on their cards. */
  readonly selected: readonly string[];
}

const store = createHostStore<ShownPlan>({
  recipes: [],
  plan: null,
  isPlanning: false,
  isApplying: false,
  isRefreshing: false,
  error: null,
  selected: [],
});

/** The plan of the host that the component is about. */
export function useShownPlan(): ShownPlan {
  return store.use((state) => state);
}

export interface SetupActions {
  /** Reads the host without sudo, so that each card shows how it stands. Never throws: a failure becomes the state's error. */
  refresh(): Promise<void>;
  /** Reads what these recipes would change, and shows it. Never throws. */
  plan(recipes: readonly string[], asRoot: boolean): Promise<void>;
  /** Starts the run of the plan shown; the main process has it confirmed first. Never throws. */
  apply(o?: { readonly takeOver: boolean }): Promise<void>;
  /** Goes on with a run that stopped; a failure appears in the status line. */
  resume(o: { readonly takeOver: boolean }): void;
  closePlan(): void;
  select(recipe: string, isSelected: boolean): void;
}

/** What can be done with the recipes of the host that the component is about. */
export function useSetupActions(): SetupActions {
  const hostId = useHostId();
  return useMemo(() => actionsOf(hostId), [hostId]);
}

function actionsOf(hostId: string | null): SetupActions {
  if (hostId === null) {
    const nothing = async (): Promise<void> => {};
    return { refresh: nothing, plan: nothing, apply: nothing, resume: () => {}, closePlan: () => {}, select: () => {} };
  }
  const host = bridgeOf(hostId);
  const closePlan = (): void => store.update(hostId, () => ({ recipes: [], plan: null, isPlanning: false, error: null }));
  return {
    refresh: async () => {
      if (store.of(hostId).isRefreshing) return;
      store.update(hostId, () => ({ isRefreshing: true }));
      try {
        setup.take(hostId, await host.setup.refresh());
      } catch (thrown) {
        setup.take(hostId, { ...setup.of(hostId), error: toPanelError(thrown) });
      } finally {
        store.update(hostId, () => ({ isRefreshing: false }));
      }
    },
    plan: async (recipes, asRoot) => {
      const requested = [...recipes];
      // The same recipes again: their old plan stays until the new one is there.
      store.update(hostId, ({ plan, recipes: shown }) => ({
        recipes: requested,
        plan: shown.join() === requested.join() ? plan : null,
        isPlanning: true,
        error: null,
      }));
      const isCurrent = (): boolean => store.of(hostId).recipes === requested;
      try {
        const plan = await host.setup.plan({ recipes: requested, asRoot });
        if (isCurrent()) store.update(hostId, () => ({ plan, isPlanning: false }));
      } catch (thrown) {
        const error = toPanelError(thrown);
        if (isCurrent()) store.update(hostId, () => ({ error: hasCode(error, 'sudo-cancelled') ? null : error, isPlanning: false }));
      }
    },
    apply: async ({ takeOver } = { takeOver: false }) => {
      const { plan } = store.of(hostId);
      if (plan === null) return;
      store.update(hostId, () => ({ isApplying: true, error: null }));
      try {
        await host.setup.apply({ planId: plan.id, takeOver });
        store.update(hostId, () => ({ isApplying: false, selected: [] }));
        closePlan();
      } catch (thrown) {
        const error = toPanelError(thrown);
        store.update(hostId, () => ({ isApplying: false, error: hasCode(error, 'not-confirmed') ? null : error }));
      }
    },
    resume: (o) => attempt(() => host.setup.resume(o)),
    closePlan,
    select: (recipe, isSelected) =>
      store.update(hostId, ({ selected }) => ({
        selected: isSelected ? [...selected.filter((id) => id !== recipe), recipe] : selected.filter((id) => id !== recipe),
      })),
  };
}

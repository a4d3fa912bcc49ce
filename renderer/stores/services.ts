import { replaceEqualDeep } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ActionProgress, ServicesState, Verb } from '../../shared/capabilities/services/contract.ts';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import { INITIAL_SERVICES } from '../../shared/initial-states.ts';
import { monotonicMs } from '../../shared/monotonic.ts';
import { bridge, bridgeOf } from '../bridge.ts';
import { useHostId } from './host-context.tsx';
import { createHostStore } from './host-store.ts';
import { readWhenShown } from './reconcile.ts';

/** A button that was pressed and that the main process has not answered yet. */
export interface PressedVerb {
  readonly unit: string;
  readonly verb: Verb;
  readonly at: number;
}

interface ServicesOfHost {
  readonly state: ServicesState;
  /** The newest action of each unit, also a finished one, until it is dismissed. */
  readonly actions: Readonly<Record<string, ActionProgress>>;
  readonly pressed: Readonly<Record<string, PressedVerb>>;
}

const store = createHostStore<ServicesOfHost>({ state: INITIAL_SERVICES, actions: {}, pressed: {} });

/** What systemd reported last, in the operator's order. */
export function useServicesState(): ServicesState {
  return store.use(({ state }) => state);
}

/** The newest action on this unit: in progress, done or failed; null when there was none or it was dismissed. */
export function useAction(unit: string): ActionProgress | null {
  return store.use(({ actions }) => actions[unit] ?? null);
}

/** The verb just pressed on this unit, until the main process reports the action. */
export function usePressed(unit: string): PressedVerb | null {
  return store.use(({ pressed }) => pressed[unit] ?? null);
}

/** Every action that is not dismissed, by unit. */
export function useActions(): Readonly<Record<string, ActionProgress>> {
  return store.use(({ actions }) => actions);
}

/** The verbs pressed and in progress, by unit. */
export function useVerbsInProgress(): Pick<ServicesOfHost, 'actions' | 'pressed'> {
  const actions = store.use((state) => state.actions);
  const pressed = store.use((state) => state.pressed);
  return { actions, pressed };
}

/** The verb that is in progress on a unit; null = none. */
export function busyVerbOf(pressed: PressedVerb | null | undefined, action: ActionProgress | null | undefined): Verb | null {
  if (pressed) return pressed.verb;
  return action?.kind === 'running' || action?.kind === 'asking-sudo' ? action.verb : null;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in record)) return record;
  const { [key]: _gone, ...rest } = record;
  return rest;
}

export function receiveServicesState(hostId: string, reported: ServicesState): void {
  store.update(hostId, ({ state }) => ({ state: replaceEqualDeep(state, reported) }));
}

/** The operator's own doing: nothing failed, and the row says how the unit is. */
const CALLED_OFF: ReadonlySet<string> = new Set(['sudo-cancelled', 'service-action-superseded']);

function receiveAction(hostId: string, action: ActionProgress): void {
  store.update(hostId, ({ actions, pressed }) => {
    if (action.kind === 'failed' && CALLED_OFF.has(action.error.code)) {
      if (actions[action.unit]?.actionId !== action.actionId) return null;
      return { actions: without(actions, action.unit), pressed: without(pressed, action.unit) };
    }
    const known = actions[action.unit];
    // An old action's late words must not cover a newer one.
    if (known !== undefined && known.actionId !== action.actionId && known.startedAt > action.startedAt) return null;
    return { actions: { ...actions, [action.unit]: action }, pressed: without(pressed, action.unit) };
  });
}

async function act(hostId: string, unit: string, verb: Verb): Promise<void> {
  const at = Date.now();
  const begunMs = monotonicMs();
  store.update(hostId, ({ actions, pressed }) => ({
    pressed: { ...pressed, [unit]: { unit, verb, at } },
    actions: without(actions, unit),
  }));
  try {
    await bridgeOf(hostId).services.act({ unit, verb });
  } catch (thrown) {
    const error: PanelError = toPanelError(thrown);
    if (error.code === 'not-confirmed') {
      store.update(hostId, ({ pressed }) => ({ pressed: without(pressed, unit) }));
      return;
    }
    receiveAction(hostId, {
      kind: 'failed',
      actionId: `not-started-${at}`,
      unit,
      verb,
      startedAt: at,
      elapsedMs: monotonicMs() - begunMs,
      error,
      lastLines: [],
    });
  }
}

/** Whether the current action on a unit succeeds; false without an action. */
function isDone(hostId: string, unit: string): Promise<boolean> {
  return new Promise((resolve) => {
    let stop = (): void => {};
    const check = (): void => {
      const { actions, pressed } = store.of(hostId);
      const action = actions[unit];
      const isUnderWay = pressed[unit] !== undefined || action?.kind === 'running' || action?.kind === 'asking-sudo';
      if (isUnderWay) return;
      stop();
      resolve(action?.kind === 'done');
    };
    stop = store.onChange(check);
    check();
  });
}

async function actInTurn(hostId: string, units: readonly string[], verb: Verb): Promise<void> {
  for (const unit of units) {
    await act(hostId, unit, verb);
    if (!(await isDone(hostId, unit))) return;
  }
}

/** Queries a host now. Never throws: a failure becomes the state's error. */
async function refreshServices(hostId: string): Promise<void> {
  try {
    receiveServicesState(hostId, await bridgeOf(hostId).services.refresh());
  } catch (thrown) {
    const error = toPanelError(thrown);
    store.update(hostId, ({ state }) => ({ state: { ...state, error } }));
  }
}

/** What can be done with the services of the host that the component is about. */
export function useServiceActions(): {
  /** Requests a verb; the main process asks the operator first where it matters. What comes of it arrives as an action. Never throws. */
  act(unit: string, verb: Verb): Promise<void>;
  /** The same for several units, each after the one before is done; ends with one that fails. */
  actInTurn(units: readonly string[], verb: Verb): Promise<void>;
  /** Removes the result of a finished action from its row. */
  dismiss(unit: string): void;
  /** Queries the host now. Never throws: a failure becomes the state's error. */
  refresh(): Promise<void>;
} {
  const hostId = useHostId();
  return useMemo(
    () => ({
      act: async (unit, verb) => {
        if (hostId !== null) await act(hostId, unit, verb);
      },
      actInTurn: async (units, verb) => {
        if (hostId !== null) await actInTurn(hostId, units, verb);
      },
      dismiss: (unit) => {
        if (hostId !== null) store.update(hostId, ({ actions }) => ({ actions: without(actions, unit) }));
      },
      refresh: async () => {
        if (hostId !== null) await refreshServices(hostId);
      },
    }),
    [hostId],
  );
}

bridge.services.onChanged(({ hostId, value }) => receiveServicesState(hostId, value));
bridge.services.onAction(({ hostId, value }) => receiveAction(hostId, value));
readWhenShown(async (hostId) => receiveServicesState(hostId, await bridgeOf(hostId).services.state()));

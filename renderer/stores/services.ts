import { create } from 'zustand';
import type { ActionProgress, ServicesState, Verb } from '../../shared/capabilities/services/contract.ts';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import { monotonicMs } from '../../shared/monotonic.ts';
import { NO_SERVICES } from '../../shared/nothing-yet.ts';
import { bridge } from '../bridge.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 15_000;

/** A button that was pressed and that the main process has not answered yet. */
export interface PressedVerb {
  readonly unit: string;
  readonly verb: Verb;
  readonly at: number;
}

interface ServicesStore {
  readonly state: ServicesState;
  /** The newest action of each unit, also a finished one, until it is dismissed. */
  readonly actions: Readonly<Record<string, ActionProgress>>;
  readonly pressed: Readonly<Record<string, PressedVerb>>;
}

const useServicesStore = create<ServicesStore>(() => ({ state: NO_SERVICES, actions: {}, pressed: {} }));

/** What systemd said last, in the operator's order. */
export function useServicesState(): ServicesState {
  return useServicesStore((store) => store.state);
}

/** The newest action on this unit: under way, done or failed; null when there was none or it was dismissed. */
export function useAction(unit: string): ActionProgress | null {
  return useServicesStore((store) => store.actions[unit] ?? null);
}

/** The verb just pressed on this unit, until the main process reports the action. */
export function usePressed(unit: string): PressedVerb | null {
  return useServicesStore((store) => store.pressed[unit] ?? null);
}

/** Every action that is not dismissed, by unit. */
export function useActions(): Readonly<Record<string, ActionProgress>> {
  return useServicesStore((store) => store.actions);
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in record)) return record;
  const { [key]: _gone, ...rest } = record;
  return rest;
}

function takeState(state: ServicesState): void {
  useServicesStore.setState((store) => (store.state.hostId === state.hostId ? { state } : { state, actions: {}, pressed: {} }));
}

/** The operator's own doing: nothing failed, and the row says how the unit is. */
const CALLED_OFF: ReadonlySet<string> = new Set(['sudo-cancelled', 'service-action-superseded']);

function takeAction(action: ActionProgress): void {
  useServicesStore.setState((store) => {
    if (action.kind === 'failed' && CALLED_OFF.has(action.error.code)) {
      if (store.actions[action.unit]?.actionId !== action.actionId) return store;
      return { actions: without(store.actions, action.unit), pressed: without(store.pressed, action.unit) };
    }
    const known = store.actions[action.unit];
    // An old action's late words must not cover a newer one.
    if (known !== undefined && known.actionId !== action.actionId && known.startedAt > action.startedAt) return store;
    return { actions: { ...store.actions, [action.unit]: action }, pressed: without(store.pressed, action.unit) };
  });
}

/** Takes the result of a finished action off the row. */
export function dismissAction(unit: string): void {
  useServicesStore.setState((store) => ({ actions: without(store.actions, unit) }));
}

/** Requests a verb; the main process asks the operator first where it matters. What came of it arrives as an action. Never throws. */
export async function act(unit: string, verb: Verb): Promise<void> {
  const at = Date.now();
  const begunMs = monotonicMs();
  useServicesStore.setState((store) => ({
    pressed: { ...store.pressed, [unit]: { unit, verb, at } },
    actions: without(store.actions, unit),
  }));
  try {
    await bridge.services.act({ unit, verb });
  } catch (thrown) {
    const error: PanelError = toPanelError(thrown);
    if (error.code === 'not-confirmed') {
      useServicesStore.setState((store) => ({ pressed: without(store.pressed, unit) }));
      return;
    }
    takeAction({
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

async function read(how: 'state' | 'refresh'): Promise<void> {
  try {
    takeState(how === 'state' ? await bridge.services.state() : await bridge.services.refresh());
  } catch (thrown) {
    const error = toPanelError(thrown);
    useServicesStore.setState((store) => ({ state: { ...store.state, error } }));
  }
}

/** Asks the host now. Never throws: a failure becomes the state's error. */
export function refreshServices(): Promise<void> {
  return read('refresh');
}

/** Begins with what is `known`, subscribes to the pushes and reconciles slowly; returns what ends it. Call once at start. */
export function startServicesStore(known: ServicesState | null): () => void {
  if (known !== null) takeState(known);
  const stops = [bridge.services.onChanged(takeState), bridge.services.onAction(takeAction)];
  void read('state');
  const timer = setInterval(() => void read('state'), RECONCILE_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

import { create } from 'zustand';
import type { ModelsState } from '../../shared/contract/models.ts';
import { bridge } from '../bridge.ts';
import { sayError } from './notices.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 15_000;

const NOT_ASKED: ModelsState = {
  hostId: null,
  phase: { kind: 'away' },
  models: null,
  jobs: [],
  queue: null,
  disk: null,
  canPause: false,
  takenAt: null,
};

const useModelsStore = create<{ readonly state: ModelsState }>(() => ({ state: NOT_ASKED }));

/** InvokeAI's models, installs and queue on the host shown, as it told them last. */
export function useModelsState(): ModelsState {
  return useModelsStore((store) => store.state);
}

function takeState(state: ModelsState): void {
  useModelsStore.setState({ state });
}

/** Does something and takes the state that comes of it. Throws what the call throws. */
export async function changeModels(change: () => Promise<ModelsState>): Promise<void> {
  takeState(await change());
}

/** The same where a failure belongs in the status line. */
export function tryModels(change: () => Promise<ModelsState>): void {
  changeModels(change).catch(sayError);
}

async function read(): Promise<void> {
  try {
    takeState(await bridge.models.state());
  } catch {
    // The next round asks again; a push may come before it.
  }
}

/** Subscribes to the pushes and reconciles slowly; returns what ends it. Call once at start. */
export function startModelsStore(): () => void {
  const stop = bridge.models.onChanged(takeState);
  void read();
  const timer = setInterval(() => void read(), RECONCILE_EVERY_MS);
  return () => {
    clearInterval(timer);
    stop();
  };
}

import { create } from 'zustand';
import type { QueueProgress } from '../../shared/capabilities/models/contract.ts';
import { NO_MODELS } from '../../shared/nothing-yet.ts';
import { bridge } from '../bridge.ts';
import { createPushed } from './pushed.ts';

const models = createPushed({
  notAsked: NO_MODELS,
  read: () => bridge.models.state(),
  onChanged: (listener) => bridge.models.onChanged(listener),
});
const useProgressStore = create<{ readonly progress: QueueProgress | null }>(() => ({ progress: null }));

/** InvokeAI's models, installs and queue on the host shown. */
export const { useState: useModelsState, change: changeModels, attempt: tryModels } = models;

/** How far InvokeAI's job is; null = none runs, or it has not told yet. */
export function useQueueProgress(): QueueProgress | null {
  return useProgressStore((store) => store.progress);
}

/** Subscribes and reconciles slowly; returns what ends it. Call once at start. */
export function startModelsStore(): () => void {
  const stops = [models.start(), bridge.models.onProgressed((progress) => useProgressStore.setState({ progress }))];
  return () => {
    for (const stop of stops) stop();
  };
}

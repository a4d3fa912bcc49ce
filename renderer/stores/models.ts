import { useEffect } from 'react';
import type { QueueProgress } from '../../shared/capabilities/models/contract.ts';
import { INITIAL_MODELS } from '../../shared/initial-states.ts';
import { bridge } from '../bridge.ts';
import { useHostBridge } from './host-context.tsx';
import { createHostState } from './host-state.ts';
import { createHostStore } from './host-store.ts';

const models = createHostState({
  initial: INITIAL_MODELS,
  read: (host) => host.models.state(),
  onChanged: (listener) => bridge.models.onChanged(listener),
});
const progressStore = createHostStore<{ readonly progress: QueueProgress | null }>({ progress: null });
bridge.models.onProgressed(({ hostId, value: progress }) => progressStore.update(hostId, () => ({ progress })));

/** InvokeAI's models, installs and queue on the host. */
export const { useState: useModelsState, useChange: useModelsChange } = models;

/** How far InvokeAI's job is; null = none runs, or it has not reported yet. Progress is followed while a component uses this. */
export function useQueueProgress(): QueueProgress | null {
  const { models: calls } = useHostBridge();
  useEffect(() => {
    const follow = (isFollowed: boolean): void => void calls.followProgress({ isFollowed }).catch(() => {});
    follow(true);
    return () => follow(false);
  }, [calls]);
  return progressStore.use(({ progress }) => progress);
}

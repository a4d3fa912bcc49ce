import type { ModelsState } from '../../shared/contract/models.ts';
import { bridge } from '../bridge.ts';
import { createPushed } from './pushed.ts';

const models = createPushed<ModelsState>({
  notAsked: {
    hostId: null,
    phase: { kind: 'away' },
    models: null,
    jobs: [],
    queue: null,
    disk: null,
    canPause: false,
    takenAt: null,
  },
  read: () => bridge.models.state(),
  onChanged: (listener) => bridge.models.onChanged(listener),
});

/** InvokeAI's models, installs and queue on the host shown. */
export const { useState: useModelsState, change: changeModels, attempt: tryModels, start: startModelsStore } = models;

import { NO_MODELS } from '../../shared/nothing-yet.ts';
import { bridge } from '../bridge.ts';
import { createPushed } from './pushed.ts';

const models = createPushed({
  notAsked: NO_MODELS,
  read: () => bridge.models.state(),
  onChanged: (listener) => bridge.models.onChanged(listener),
});

/** InvokeAI's models, installs and queue on the host shown. */
export const { useState: useModelsState, change: changeModels, attempt: tryModels, start: startModelsStore } = models;

import { NO_COMFYUI } from '../../shared/nothing-yet.ts';
import { bridge } from '../bridge.ts';
import { createPushed } from './pushed.ts';

const comfyui = createPushed({
  notAsked: NO_COMFYUI,
  read: () => bridge.comfyui.state(),
  onChanged: (listener) => bridge.comfyui.onChanged(listener),
});

/** ComfyUI on the host shown, and the checkpoints on their way to it. */
export const { useState: useComfyUiState, change: changeComfyUi, attempt: tryComfyUi, start: startComfyUiStore } = comfyui;

import { INITIAL_COMFYUI } from '../../shared/initial-states.ts';
import { bridge } from '../bridge.ts';
import { createHostState } from './host-state.ts';

const comfyui = createHostState({
  initial: INITIAL_COMFYUI,
  read: (host) => host.comfyui.state(),
  onChanged: (listener) => bridge.comfyui.onChanged(listener),
});

/** ComfyUI on the host, and the checkpoints on their way to it. */
export const { useState: useComfyUiState, useChange: useComfyUiChange } = comfyui;

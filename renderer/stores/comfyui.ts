import type { ComfyUiState } from '../../shared/contract/comfyui.ts';
import { bridge } from '../bridge.ts';
import { createPushed } from './pushed.ts';

const comfyui = createPushed<ComfyUiState>({
  notAsked: {
    hostId: null,
    phase: { kind: 'away' },
    system: null,
    queue: null,
    checkpoints: null,
    folder: null,
    downloads: [],
    disk: null,
    takenAt: null,
  },
  read: () => bridge.comfyui.state(),
  onChanged: (listener) => bridge.comfyui.onChanged(listener),
});

/** ComfyUI on the host shown, and the checkpoints on their way to it. */
export const { useState: useComfyUiState, change: changeComfyUi, attempt: tryComfyUi, start: startComfyUiStore } = comfyui;
